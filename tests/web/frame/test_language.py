"""A visit in another language: what Streamlit sends, and what our views get, is translated."""

import json
import re

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest

from playground.languages import messages
from playground.languages.catalogue import catalogue, names, translated
from playground.web.frame import language
from tests.web.frame.conftest import PAGES

WORDS = re.compile(r"(?<![\w`/.{])[a-z]{3,}(?![\w`/.(=])")
# Names, units and words of formulas that stay; and what a lesson, a text or a table says itself.
KNOWN = {"log", "exp", "max", "min", "tanh", "sin", "cos", "abs", "sqrt", "nats", "epoch", "csv"}
KNOWN |= {
    "unified",
    "softmax",
    "sigmoid",
    "angle",
    "split",
    "train",
    "test",
    "label",
    "normal",
    "uniform",
}
KNOWN |= {"iris", "setosa", "leaky", "hard", "swish", "loss", "auto", "sqrt", "gini", "entropy"}


def english(text):
    """Whether words of English are left that no name explains."""
    bare = re.sub(
        r":\w+(?:/\w+:|\[)|`[^`]*`|\[[^\]]*\]\([^)]*\)|https?://\S+|\$[^$]*\$|&\w+;", " ", text
    )
    return [word for word in WORDS.findall(bare) if word not in KNOWN]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@pytest.fixture
def sent(monkeypatch):
    """Pairs of what a page wanted to say, and what was sent."""
    pairs = []

    def record(text, spoken):
        pairs.append((text, translated(text, spoken)))
        return pairs[-1][1]

    monkeypatch.setattr(language, "translated", record)
    return pairs


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_chinese(name, opened, sent):
    page = opened(lang="zh")
    page.run()
    assert len(sent) > 30
    left = {text: said for text, said in sent if english(said)}
    for part in page.get("bidi_component"):
        size = int.from_bytes(part.proto.bytes[:4], "little")
        header = json.loads(part.proto.bytes[4 : 4 + size] or "{}")
        for text in strings(header):
            if " " in text and messages.readable(text) and english(said := translated(text, "zh")):
                left[text] = said
    assert not left


def test_the_browsers_language_is_taken_where_there_is_a_catalogue(monkeypatch):
    def spoken(asked, chosen=""):
        class Context:
            locale = asked

        monkeypatch.setattr(language.st, "context", Context)
        monkeypatch.setattr(language.st, "session_state", {})
        monkeypatch.setattr(language.st, "query_params", {"lang": chosen} if chosen else {})
        return language.current()

    assert spoken("zh-CN") == spoken("zh") == spoken("en-GB", "zh") == "zh"
    assert spoken("en-GB") == spoken("fr-FR") == spoken(None) == spoken("zh", "en") == "en"
    assert spoken("en", "<b>") == spoken("en", "../zh") == "en"


@pytest.mark.parametrize("name", ["playground"])
def test_the_switch_changes_the_page_and_its_address(name, opened):
    page: AppTest = opened()
    assert any(button.label == "Play" for button in page.button)
    page.radio(key="language_choice").set_value("zh").run()
    assert any(button.label == "播放" for button in page.button)
    assert page.query_params["lang"] == "zh"
    page.radio(key="language_choice").set_value("en").run()
    assert any(button.label == "Play" for button in page.button)


def test_only_what_is_read_is_translated():
    message = ForwardMsg()
    button = message.delta.new_element.button
    button.label, button.help, button.id = "Play", "Play", "Play"
    message.delta.new_element.markdown.body = "**Data**"
    language.translate(message, "zh")
    assert message.delta.new_element.markdown.body == "**数据**"
    message.delta.new_element.button.label = "Play"
    message.delta.new_element.button.id = "Play"
    language.translate(message, "zh")
    button = message.delta.new_element.button
    assert (button.label, button.id) == ("播放", "Play")
    message.delta.new_element.html.body = "Play"
    language.translate(message, "zh")
    assert message.delta.new_element.html.body == "Play"


def test_every_language_has_a_name_of_its_own():
    assert set(language.TITLES) == set(names())
    assert catalogue("zh").messages["Play"] == "播放"
