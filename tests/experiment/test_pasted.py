"""Links of ours, however they were pasted."""

import html
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import Experiment
from playground.experiment.pasted import OwnLink, own_link

TOKEN = Experiment.preset("spiral").to_link()
BASE = "https://play.example.org/app/points"
LINK = f"{BASE}?m={TOKEN}&hide=noise,data&lock=learning_rate"
OWN = OwnLink(TOKEN, "noise,data", "learning_rate")


def lines(text, width):
    return "\n".join(text[k : k + width] for k in range(0, len(text), width))


@pytest.mark.parametrize(
    "text",
    [
        LINK,
        f"  {LINK}\n",
        html.escape(LINK),
        html.escape(html.escape(LINK)),
        lines(LINK, 40),
        lines(LINK, 9),
        f"Open {LINK}. Then press Play & wait.",
        f"Open <{LINK}>!",
        f"[this]({LINK})",
        f'<a href="{html.escape(LINK)}">this</a>',
        f"“{LINK}”",
        quote(LINK, safe=""),
        f"https://www.google.com/url?q={quote(LINK, safe='')}&sa=D",
        LINK.replace("=", "=3D"),
        LINK.replace("&", "\\u0026"),
        f"{BASE}?utm_source=a&hide=noise,data&m={TOKEN}&lock=learning_rate",
        LINK.replace("noise,", "noise, "),
        LINK.replace("&", "&\u200b"),
        LINK + "#top",
        f"请看：{LINK}。谢谢",
        f"👉{LINK}👈",
        f"（{LINK}）",
        f"{LINK}… and so on",
    ],
)
def test_a_link_is_the_same_however_it_travelled(text):
    assert own_link(text) == OWN


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f" {TOKEN}\n",
        lines(TOKEN, 10),
        f"?m={TOKEN}",
        f"m={TOKEN}",
        f"see m={TOKEN} for it",
        f"{BASE}?m={TOKEN}",
    ],
)
def test_less_than_a_whole_address_is_enough(text):
    assert own_link(text) == OwnLink(TOKEN)


def test_what_is_damaged_is_handed_on_and_what_is_none_is_not():
    assert own_link(f"{BASE}?m={TOKEN[:-5]}") == OwnLink(TOKEN[:-5])
    assert own_link(f"{LINK[:-13]}wrong") == OwnLink(TOKEN, "noise,data", "wrong")
    assert own_link("https://example.org/?q=1") is None
    assert own_link("Is this one, or not?") is None


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                TOKEN,
                TOKEN[:9],
                "m=",
                "?",
                "&",
                "&amp;",
                "hide=",
                "noise",
                ",",
                " ",
                "\n",
                "%",
                "=3D",
                "<",
                "#",
                "é",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_gives_a_link_or_none(text):
    found = own_link(text)
    assert found is None or isinstance(found.token, str)
