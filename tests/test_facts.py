"""What is known of a piece stands on its class: no view, page, script or style lists types."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from playground.engine import plan, registry
from playground.engine.layer import Layer
from playground.views import flow

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    path
    for folder in ("playground/views", "playground/web", "pages", "assets/web")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".js", ".css")
]
LAYERS = registry.names("layer")
# These words mean something else as well (an event, a mode, a column, a name of a control); of
# these a place counts where a type is meant.
WORDS = {
    *("activation", "add", "embedding", "circle", "cosine", "points", "images", "sine", "step"),
    *("constant", "normal", "uniform", "zeros", "none", "mae", "table"),
    *("names", "series", "text", "reconstruction"),
}
NAMES = {name for kind in registry.KINDS for name in registry.names(kind)}
PLAIN = "|".join(sorted(NAMES - WORDS))
QUOTED = re.compile(rf"""(["'`])({PLAIN})\1""")
KEY = re.compile(rf"^[^#/*]*[{{,]\s*({'|'.join(set(LAYERS) - WORDS)})\s*:", re.M)
MEANT = re.compile(rf"""type\W{{1,9}}["'`]({"|".join(WORDS)})["'`]""")
PARTS = re.compile(rf"""\b({"|".join(name for name in NAMES if re.search("[0-9_]", name))})\b""")


def named_in_script(text: str) -> list[str]:
    """The types that a script or a style names."""
    patterns = (QUOTED, MEANT, KEY, PARTS)
    return [match.group() for pattern in patterns for match in pattern.finditer(text)]


def named_in_python(text: str) -> list[str]:
    """The types that a module names: by a plain name, as a `type`, or two of a kind together."""
    strings = []
    for node in ast.walk(ast.parse(text)):
        if (name := _text(node)) in NAMES - WORDS:
            strings.append(name)
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_type(side) for side in sides):
                strings += [name for side in sides for name in _texts(side) if name in NAMES]
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            strings += [_text(value) for key, value in pairs if _text(key) == "type"]
            strings += _alike([_text(key) for key in node.keys])
        elif isinstance(node, ast.List | ast.Set | ast.Tuple):
            strings += _alike(_texts(node))
    return [name for name in strings if name in NAMES]


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _texts(node: ast.AST) -> list[str]:
    return [name for part in (node, *getattr(node, "elts", ())) if (name := _text(part))]


def _is_type(node: ast.AST) -> bool:
    by_name = isinstance(node, ast.Attribute) and node.attr in ("type", "activation", "curve")
    return by_name or (isinstance(node, ast.Subscript) and _text(node.slice) == "type")


def _alike(words: list[str]) -> list[str]:
    """Those of which several are of one kind."""
    words = [word for word in words if word not in ("points", "images")]  # keys of what is drawn
    kinds = [[word for word in words if word in registry.names(kind)] for kind in registry.KINDS]
    return [word for alike in kinds if len(alike) > 1 for word in alike]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_draws_or_shows_names_no_type_of_a_piece(path):
    text = path.read_text(encoding="utf-8")
    assert (named_in_python if path.suffix == ".py" else named_in_script)(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'ICONS = {"lstm": "repeat"}',
        'if layer.type == "activation": pass',
        'if layer["type"] in ("add", "images"): pass',
        "new = {'type': 'add'}",
        'RATES = {"step": "in steps", "cosine": "falling"}',
        'START = ["normal", "uniform"]',
        'if data.type == "circle": pass',
        'loss = "binary_cross_entropy"',
    ],
)
def test_a_type_named_in_python_would_be_seen(text):
    assert named_in_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "const AFTER = { dropout: 1 };",
        ".layer-max_pool2d { color: red }",
        'if (column.type === "dense") {',
        'if (piece.type === "images") {',
        "draw(`he_uniform`)",
    ],
)
def test_a_type_named_in_a_script_would_be_seen(text):
    assert named_in_script(text)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_says_what_is_shown_of_it(name):
    piece = registry.get("layer", name)
    assert re.fullmatch("[a-z_]+", piece.icon) and 0 < len(piece.label()) <= 16
    assert piece.family in ("", "conv", "pool")
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


def test_a_class_may_say_that_its_answer_is_shown_otherwise():
    class Single(Layer):
        title = "Single"

        def output_shape(self, shape):
            return shape

        def picture(self, shape):
            return "units"

    answer = np.arange(24.0).reshape(2, 3, 4)
    stage = flow.stage(plan([Single()], (2, 3, 4)).rows[0], answer)
    assert (stage["kind"], stage["count"], stage["width"]) == ("units", 24, 1)
    np.testing.assert_array_equal(stage["values"], answer.ravel())
