"""Addresses of TensorFlow Playground open the same set-up."""

import html
import quopri
import re
import time
from contextlib import suppress
from html.entities import html5
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.experiment.link_text import LinkError
from playground.experiment.tensorflow_playground import CONTROLS, KEYS, is_reference_link, read

BASE = "https://playground.tensorflow.org/#"
LINK = BASE + (
    "activation=relu&batchSize=30&dataset=spiral&regDataset=reg-plane&learningRate=0.003"
    "&regularizationRate=0.01&noise=35&networkShape=8,6,4&seed=0.42&showTestData=true"
    "&discretize=true&percTrainData=70&x=true&y=true&xTimesY=true&xSquared=false&ySquared=true"
    "&cosX=false&sinX=true&cosY=false&sinY=true&collectStats=false&problem=classification"
    "&initZero=false&hideText=false&regularization=L1&learningRate_hide=true&noise_hide=true"
)


def test_every_key_of_a_full_link():
    opened = read(LINK)
    e = opened.experiment
    assert (e.data.type, e.data.noise, e.data.train_fraction) == ("spiral", 35, 0.7)
    assert set(e.data.features) == {"x1", "x2", "x1_x2", "x2_squared", "sin_x1", "sin_x2"}
    assert [layer.units for layer in e.layers] == [8, 6, 4, 1]
    assert [layer.activation for layer in e.layers] == ["relu", "relu", "relu", "tanh"]
    assert (e.optimizer.type, e.optimizer.learning_rate, e.batch_size) == ("sgd", 0.003, 30)
    assert (e.regularization.type, e.regularization.rate) == ("l1", 0.01)
    assert (e.initializer.limit, e.initializer.bias, e.shuffle) == (0.5, 0.1, False)
    assert (e.loss.type, e.loss.half) == ("mse", True)
    assert opened.test_points and opened.two_colours
    assert opened.hidden == {"learning_rate", "noise"}


def test_what_is_missing_has_the_default_there():
    e = read(BASE).experiment
    assert (e.data.type, e.data.noise, e.data.features) == ("circle", 0, ("x1", "x2"))
    assert [layer.units for layer in e.layers] == [4, 2, 1]
    assert (e.optimizer.learning_rate, e.batch_size, e.regularization.type) == (0.03, 10, "none")


def test_regression_has_a_linear_output():
    e = read(BASE + "problem=regression&regDataset=reg-gauss&networkShape=").experiment
    assert (e.data.type, len(e.layers), e.layers[0].activation) == ("reg_gauss", 1, "identity")


def test_zero_start_and_every_hidden_control():
    hides = "&".join(f"{key}_hide=true" for key in CONTROLS)
    opened = read(BASE + "initZero=true&" + hides)
    assert opened.experiment.initializer.type == "zeros"
    assert len(opened.hidden) == 15


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/?m=1abc",
        "hello",
        "",
        BASE + "activation=" + "x" * 5000,
        "https://example.org/#x=1&y=2",
        LINK + " " * 20_000,
    ],
)
def test_what_is_no_such_link_is_refused_with_a_sentence(text):
    with pytest.raises(LinkError, match=r"\.$"):
        read(text)


@pytest.mark.parametrize(
    ("part", "note", "same"),
    [
        ("dataset=moon", "dataset=moon is unknown: circle was taken.", ""),
        (
            "problem=regression&regDataset=reg-maximum",
            "regDataset=reg-maximum is unknown: reg-plane was taken.",
            "problem=regression",
        ),
        ("activation=swish", "activation=swish is unknown: tanh was taken.", ""),
        ("learningRate=fast", "learningRate=fast is unknown: 0.03 was taken.", ""),
        ("noise=nan", "noise=nan is unknown: 0 was taken.", ""),
        ("noise=2000", "noise=2000 cannot be kept: 50 was taken.", "noise=50"),
        ("noise=-5", "noise=-5 cannot be kept: 0 was taken.", "noise=0"),
        ("noise=12.4", "noise=12.4 cannot be kept: 12 was taken.", "noise=12"),
        ("batchSize=1e9", "batchSize=1e9 cannot be kept: 4096 was taken.", "batchSize=4096"),
        ("batchSize=0", "batchSize=0 cannot be kept: 1 was taken.", "batchSize=1"),
        (
            "percTrainData=100",
            "percTrainData=100 cannot be kept: 90 was taken.",
            "percTrainData=90",
        ),
        ("learningRate=1e5", "learningRate=1e5 cannot be kept: 100 was taken.", "learningRate=100"),
        ("x=false&y=false", "It switches every input off: x₁ and x₂ were taken.", ""),
        ("networkShape=4,x,2", "Hidden layer 2 with x neurons was left out.", "networkShape=4,2"),
        ("networkShape=4;2", "Hidden layer 1 with 4;2 neurons was left out.", "networkShape="),
        ("networkShape=0", "Hidden layer 1 with 0 neurons was left out.", "networkShape="),
        ("networkShape=9999", "Hidden layer 1 has 500 of its 9,999 neurons.", "networkShape=500"),
        (
            "networkShape=" + ",".join(["2"] * 70),
            "Of its 70 hidden layers, the first 63 were taken.",
            "networkShape=" + ",".join(["2"] * 63),
        ),
        ("tutorial=xor", "Its tutorial text is not here.", ""),
        ("foo=1", "“foo” means nothing here and was left out.", ""),
        ("foo=1&bar=2", "“foo”, “bar” mean nothing here and were left out.", ""),
        ("speed_hide=true", "“speed_hide” means nothing here and was left out.", ""),
    ],
)
def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(part, note, same):
    opened = read(BASE + "batchSize=7&" + part)
    assert opened.notes == (note,)
    assert opened.experiment == read(BASE + "batchSize=7&" + same).experiment


def test_what_is_beyond_the_references_bounds_and_within_ours_is_kept():
    opened = read(
        BASE + "networkShape=8,8,8,8,8,8,8,8,8,8&batchSize=500&noise=37&learningRate=0.07"
        "&collectStats=true&hideText=true&cosX=true&regDataset=reg-argmax"
    )
    assert not opened.notes and len(opened.experiment.layers) == 11
    assert (opened.experiment.batch_size, opened.experiment.data.noise) == (500, 37)


def test_anything_but_false_is_on_as_there():
    assert read(BASE + "discretize=1&xSquared=yes").two_colours
    assert read(BASE + "discretize=1&xSquared=yes").experiment.data.features == (
        "x1",
        "x2",
        "x1_squared",
    )
    assert not read(BASE + "activation=relu&noise_hide=1").hidden


def test_which_keys_html_takes_for_signs():
    collide = {
        (key, name)
        for key in KEYS
        for name in html5
        if not name.endswith(";") and key.startswith(name)
    }
    assert {name for _, name in collide} == {"reg"}
    assert html.unescape(LINK) != LINK and read(html.unescape(LINK)) == read(LINK)


def wrapped(text, width):
    return "\r\n".join(text[k : k + width] for k in range(0, len(text), width))


WAYS = {
    "page source": html.escape,
    "twice": lambda link: html.escape(html.escape(link)),
    "numbers": lambda link: link.replace("&", "&#38;"),
    "hexadecimal": lambda link: link.replace("&", "&#x26;").replace("=", "&#61;"),
    "signs": lambda link: html.unescape(link),
    "bad signs": lambda link: html.unescape(link).replace("®", "Â®"),
    "®;": lambda link: link.replace("&reg", "&reg;"),
    "no semicolon": lambda link: link.replace("&", "&amp"),
    "Chinese": lambda link: f"请看（{link}）。",
    "a Chinese full stop": lambda link: f"请看：{link}。谢谢",
    "hands": lambda link: f"👉{link}👈",
    "a list item": lambda link: f"* <{link}>",
    "anchor": lambda link: (
        f'<p>Try <a href="{html.escape(link)}">this</a> and <a href="#b=1">that</a>.</p>'
    ),
    "Markdown": lambda link: f"See [the spiral]({link}), please.",
    "quotes": lambda link: f"“{link}”",
    "code": lambda link: f"`{link}`",
    "a sentence": lambda link: f"Open {link} and press Play & wait. Is it = 0?",
    "a full stop": lambda link: f"Open {link}.",
    "bold": lambda link: f"**{link}**",
    "two": lambda link: f"{link}\n{BASE}activation=sigmoid&networkShape=2",
    "lines": lambda link: wrapped(link, 60),
    "short lines": lambda link: wrapped(link, 7),
    "blanks": lambda link: link.replace("&", " &").replace("=", "= "),
    "a mail": lambda link: "Hello,\n\n> " + wrapped(link, 76) + "\n\nYours, A & B",
    "a quoted mail": lambda link: "> > Hello,\n> > " + wrapped(link, 70).replace("\r\n", "\n> > "),
    "LaTeX": lambda link: r"Noise = 5: \href{" + re.sub("[#&_]", r"\\\g<0>", link) + "}{this one}.",
    "Word": lambda link: 'HYPERLINK "{}" \\l "{}"'.format(*link.split("#")),
    "an archive": lambda link: "https://web.archive.org/web/2018/" + link,
    "a list": lambda link: f"noise=5&x=1\n- [ ] {link} (x=2, y=3)",
    "quoted-printable": lambda link: quopri.encodestring(link.encode()).decode(),
    "percent": lambda link: quote(link, safe=""),
    "percent twice": lambda link: quote(quote(link, safe=""), safe=""),
    "Google": lambda link: (
        "https://www.google.com/url?q="
        + link.replace("#", "%23").replace("&", "%26").replace("=", "%3D")
        + "&sa=D&source=editors&ust=1699"
    ),
    "Outlook": lambda link: (
        "https://eur03.safelinks.protection.outlook.com/?url="
        + quote(link, safe="")
        + "&data=05%7C01&reserved=0"
    ),
    "JSON": lambda link: '{"url": "' + link.replace("&", "\\u0026") + '"}',
    "a document": lambda link: link.replace("-", "–"),
    "unseen": lambda link: link.replace("&", "&\u200b"),
    "wide": lambda link: link.replace("&", "＆").replace("=", "＝"),
    "localhost": lambda link: link.replace(BASE, "http://localhost:5000/#"),
    "a file": lambda link: link.replace(BASE, "file:///C:/play/dist/index.html#"),
    "a copy": lambda link: link.replace(BASE, "https://school.example.cn/tf/zh/?lang=zh#"),
    "a question": lambda link: link.replace("/#", "/?"),
    "bare": lambda link: link.replace(BASE, ""),
    "no scheme": lambda link: link.removeprefix("https://"),
    "hash alone": lambda link: link[link.index("#") :],
    "two hashes": lambda link: link.replace("#", "##"),
    "small letters": lambda link: link.lower().replace("l1", "L1"),
    "commas": lambda link: link.replace(",", "%2C"),
    "commas twice": lambda link: link.replace(",", "%252C"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "link",
    [
        LINK,
        BASE + "networkShape=&problem=regression&regDataset="
        "reg-gauss&seed=0.1&regularization=L2&noise_hide=true",
    ],
)
def test_a_link_is_the_same_however_it_travelled(link, way):
    mangled = WAYS[way](link)
    assert is_reference_link(mangled)
    assert read(mangled) == read(link)


def test_course_pages_address_their_own_copy():
    opened = read(
        "https://developers.google.com/machine-learning/crash-course/playground/?utm_source="
        "engedu&amp;hl=zh-cn#activation=linear&amp;regularization=L2&amp;batchSize=7&amp;"
        "dataset=xor&amp;noise=30&amp;networkShape=&amp;xSquared=true&amp;dataset_hide=true"
    )
    e = opened.experiment
    assert (e.data.type, e.data.noise, len(e.layers), e.batch_size) == ("xor", 30, 1, 7)
    assert opened.hidden == {"data"} and not opened.notes


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *KEYS,
                "=",
                "=",
                "&",
                "&",
                "#",
                "?",
                "&amp;",
                "®",
                "%",
                "%23",
                "%26",
                "25",
                "4,2",
                ",",
                "0.03",
                "true",
                "false",
                "-1",
                "1e999",
                "tanh",
                " ",
                "\n",
                BASE,
                "m=",
                "1",
                "<",
                "_hide",
                "\u0000",
                "=3D",
                "é",
                "spiral",
                "\\u0026",
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_any_text_gives_a_set_up_or_a_sentence(text):
    started = time.process_time()
    try:
        opened = read(text)
    except LinkError as error:
        assert str(error).endswith(".")
    else:
        assert opened.experiment.check() and all(note.endswith(".") for note in opened.notes)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "part",
    [
        "&",
        "#",
        "%25",
        "&amp;",
        "activation=",
        "#x=",
        "a ",
        "?q=https:%23",
        "networkShape=1,",
        "m=1",
        "n\n",
        "&#38;",
        "\\u0026",
        "=3D\n",
        "x_hide=",
        "a=b&",
    ],
)
def test_long_garbage_takes_little_time(part):
    started = time.process_time()
    with suppress(LinkError):
        read(f"{BASE}{part * (9_900 // len(part))}")
    assert time.process_time() - started < 2


def test_which_texts_are_such_links():
    assert is_reference_link(LINK)
    assert is_reference_link(BASE)
    assert not is_reference_link("https://example.org/?m=1abc")
    assert not is_reference_link("hello")
