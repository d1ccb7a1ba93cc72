"""Which texts of the code readers see."""

import io

import pytest

from playground.languages import messages


def found(method, code):
    return [text for _, _, text, _ in method(io.BytesIO(code.encode()))]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('say("Press Play.")', ["Press Play."]),
        ('say("Play")', ["Play"]),
        ('say("play")', []),
        ('"""About this file."""', []),
        ('def f():\n    """About it."""\n    return "An answer."', ["An answer."]),
        ('say(f"{n:,} of {self.all} points")', ["{n} of {all} points"]),
        ('say(f"{len(a)} of {len(b)} points")', ["{value0} of {value2} points"]),
        ('say("One " + word + " two.")', ["One {word} two."]),
        ("say(f\"The {b if c else 'plain one'} d\")", ["The {value1} d", "plain one"]),
        ('WHY = "the rate"\nsay(f"Because of {WHY}.")', ["the rate", "Because of the rate."]),
        ('say("The {limit:g} of it")', ["The {limit} of it"]),
        ('getattr(x, "Some name")', []),
        ('x["Some key"] == "Some other"', []),
        ('show("text here", key="a key", help="Help here.")', ["text here", "Help here."]),
        ('css("a { color: red }", "<b>text</b>", "https://x.y z")', []),
        (
            '@register("layer", "big_dense")\nclass A:\n    """Weighs all."""\n\n'
            '    kernel_size: int = whole(3, help="Its side.")',
            ["Weighs all.", "Big dense", "Kernel size", "Its side."],
        ),
    ],
)
def test_texts_of_python(code, texts):
    assert sorted(found(messages.from_python, code)) == sorted(texts)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('say("Press Play.");', ["Press Play."]),
        ("a.ariaLabel = `${name} of ${n + 1} points`;", ["{value0} of {value1} points"]),
        ('say("One " +\n  "sentence.");', ["One sentence."]),
        ('root.querySelector("div .some thing");', []),
        ("say(`It is ${a ? `about ${b}` : ''} here.`);", ["It is {value0} here."]),
        ('text.replace(/["\']/g, "-"); say("Then this.");', ["Then this."]),
        ("// it's a remark\nsay('It says.');", ["It says."]),
        ("path = `M${x} ${y}h${w}`;", []),
        ('box.style.padding = "1px 2px";', []),
    ],
)
def test_texts_of_javascript(code, texts):
    assert found(messages.from_javascript, code) == texts


def test_words_come_from_a_list():
    assert found(messages.from_words, "# a remark\nblue\n\nlayer {number}\n") == [
        "blue",
        "layer {number}",
    ]
