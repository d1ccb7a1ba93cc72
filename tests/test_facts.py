"""What is known of a layer stands on its class: no view, page, script or style lists any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground.engine import registry
from playground.engine.layer import Layer

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    path
    for folder in ("playground/views", "playground/web", "pages", "assets/web")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".js", ".css")
]
NAMES = registry.names("layer")
# These words are also an option, an event and a component: they count where a type is meant.
WORDS = ("activation", "add", "embedding")
PLAIN = "|".join(name for name in NAMES if name not in WORDS)
QUOTED = re.compile(rf"""(["'`])({PLAIN})\1""")
KEY = re.compile(rf"^[^#/*]*[{{,]\s*({PLAIN})\s*:", re.M)
MEANT = re.compile(rf"""type\W{{1,9}}["'`]({"|".join(WORDS)})["'`]""")
PARTS = re.compile(rf"""\b({"|".join(name for name in NAMES if re.search("[0-9_]", name))})\b""")


def named(text: str, script: bool) -> list[str]:
    """The types of layers that a source names."""
    patterns = (QUOTED, MEANT, *((KEY, PARTS) if script else ()))
    return [match.group() for pattern in patterns for match in pattern.finditer(text)]


def code(path: Path) -> str:
    """A file's text; the words of its first docstring may show an example."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r'^""".*?"""', "", text, count=1, flags=re.S) if path.suffix == ".py" else text


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_draws_or_shows_names_no_type_of_layer(path):
    assert named(code(path), path.suffix != ".py") == []


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ('ICONS = {"lstm": "repeat"}', False),
        ('if layer.type == "activation":', False),
        ("new = {'type': 'add'}", False),
        ("const AFTER = { dropout: 1 };", True),
        (".layer-max_pool2d { color: red }", True),
        ('if (column.type === "dense") {', True),
    ],
)
def test_a_named_type_would_be_seen(text, script):
    assert named(text, script)


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_says_what_is_shown_of_it(name):
    piece = registry.get("layer", name)
    assert re.fullmatch("[a-z_]+", piece.icon) and 0 < len(piece.label()) <= 16
    assert piece.offered in ("always", "fitting", "never") and piece.family in ("", "conv", "pool")
    options = {option.name for option in registry.options(piece)}
    assert (piece().curve is None) == (piece.curve_option not in options)


def test_a_layer_that_says_nothing_has_the_picture_of_its_shape():
    class Plain(Layer):
        def output_shape(self, shape):
            return shape

    class Passing(Plain):
        passes_on = True

    shapes = {"maps": (2, 4, 4), "steps": (5, 3), "units": (7,)}
    assert {Plain().picture(shape) for shape in shapes.values()} == set(shapes)
    assert {Passing().picture(shape) for shape in shapes.values()} == {None}


@pytest.mark.parametrize(
    ("layer", "shape", "shown"),
    [
        ({"type": "flatten"}, (2, 3, 3), None),
        ({"type": "dropout"}, (9,), None),
        ({"type": "spatial_dropout2d"}, (2, 3, 3), None),
        ({"type": "reshape", "shape": [1, 3, 3]}, (9,), "maps"),
        ({"type": "reshape", "shape": [3, 3]}, (9,), "steps"),
        ({"type": "activation"}, (2, 3, 3), "maps"),
        ({"type": "global_avg_pool2d"}, (2, 3, 3), "units"),
    ],
)
def test_what_is_passed_on_is_pictured_once(layer, shape, shown):
    assert registry.make("layer", layer).picture(shape) == shown
