"""Every catalogue says all that the code says, and nothing else."""

import re
import shutil

import pytest
from babel.messages.pofile import read_po

from playground.languages import __main__ as command
from playground.languages import catalogue

OTHERS = catalogue.names()[1:]
FIELD = re.compile(r"\{(\w+)\}")
LOGGED = "playground/web/frame/events.py"  # whose words go into the server's log
MARKS = [r"\*\*", r":material/\w+:", r":(?:gray|small|red|green)\[", r"`", r"\$", r"%\{\w+"]


@pytest.fixture(scope="module")
def said():
    return {str(one.id) for one in command.extracted() if one.id}


@pytest.fixture(scope="module", params=OTHERS)
def known(request):
    with catalogue.file(request.param).open("rb") as file:
        return read_po(file, locale=request.param)


def test_chinese_is_there():
    assert catalogue.names() == ("en", "zh")


def test_no_message_is_missing_and_none_is_left_over(known, said):
    assert {str(one.id) for one in known if one.id} == said
    assert not command.missing(known) and not known.obsolete


def test_translations_keep_fields_and_marks(known):
    for one in known:
        message, translation = str(one.id), str(one.string)
        assert set(FIELD.findall(translation)) <= set(FIELD.findall(message)), message
        for mark in MARKS:
            assert len(re.findall(mark, message)) == len(re.findall(mark, translation)), message


def test_no_sentence_is_left_in_english(known):
    """All have Chinese letters, but for the words that go into exported programs."""
    sentences = [one for one in known if len(re.findall(r" [a-z]{2,}", str(one.id))) > 3]
    assert len(sentences) > 1500
    left = [one for one in sentences if not re.search("[\u4e00-\u9fff]", str(one.string))]
    places = {str(place) for one in left for place, _ in one.locations}
    assert not [one for one in places if not one.startswith(("playground/formats/write/", LOGGED))]


def test_files_are_as_the_command_writes_them():
    for language in OTHERS:
        fresh = command.written(command.updated(language))
        assert catalogue.file(language).read_bytes() == fresh, (
            "run `python -m playground.languages` and translate what it names"
        )


def test_the_command_begins_a_language_and_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    assert command.main(["de"]) == 1
    counts = re.fullmatch(r"de: (\d+) messages, (\d+) to translate\n", capsys.readouterr().out)
    assert counts and counts[1] == counts[2]
    shutil.rmtree(tmp_path / "de")
    assert not list(tmp_path.iterdir())
