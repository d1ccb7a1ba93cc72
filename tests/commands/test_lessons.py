"""`python -m playground lessons`: the list, and proofs one can read."""

from __future__ import annotations

import json

import pytest

from playground.__main__ import main
from playground.lessons import shelf


@pytest.fixture
def one(monkeypatch):
    """A shelf with one short lesson; returns what makes it break its promise."""
    lesson = shelf.lessons()["features"]
    short = {**lesson.changes, "stop": {"epochs": 15}}
    lesson = lesson.model_copy(update={"changes": short})

    def put(lesson):
        monkeypatch.setattr(shelf, "lessons", lambda: {lesson.id: lesson})

    def broken():
        put(lesson.model_copy(update={"check": "last(test_accuracy) >= 0.1"}))

    put(lesson)
    return broken


def test_the_list(capsys):
    assert main(["lessons"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(shelf.lessons()) and lines[0].startswith("neuron ")
    assert main(["lessons", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["lesson"] == "neuron"


def test_a_proof_as_json_and_as_a_page(one, capsys, tmp_path):
    page = tmp_path / "lessons.md"
    words = ["lessons", "--check", "--json", "--seeds", "1", "--table", str(page)]
    assert main(words) == 0
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert set(said) == {"lesson", "seeds", "margin", "seconds"}
    assert (said["lesson"], said["seeds"]) == ("features", 1) and said["margin"] > 0
    assert "### features" in page.read_text() and "their squares" in page.read_text()


def test_a_broken_promise_ends_with_1(one, capsys):
    one()
    assert main(["lessons", "--check", "features", "--seeds", "1"]) == 1
    out, error = capsys.readouterr()
    assert "NOT as promised" in out and error == "error: not as promised: features\n"


@pytest.mark.parametrize("words", [["--check", "no-such"], ["--check", "--seeds", "0"]])
def test_what_cannot_be_proven(words, capsys):
    assert main(["lessons", *words]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_a_handout_of_named_lessons_in_their_order(capsys, tmp_path):
    file = tmp_path / "handout.html"
    words = ["--handout", str(file), "--language", "zh", "--address", "https://example.org/"]
    assert main(["lessons", "xor", "neuron", *words]) == 0
    text = file.read_text("utf-8")
    assert text.index('id="xor"') < text.index('id="neuron"') and text.count("<article") == 2
    assert "https://example.org/learn?lesson=xor&amp;lang=zh" in text
    assert "2 pages" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["gone"], "no lesson is called gone"),
        (["xor", "--address", "javascript:alert(1)"], "an address begins with http"),
    ],
)
def test_what_cannot_be_handed_out(words, problem, capsys, tmp_path):
    file = tmp_path / "handout.html"
    assert main(["lessons", *words, "--handout", str(file)]) == 1
    assert problem in capsys.readouterr().err and not file.exists()
