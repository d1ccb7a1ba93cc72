import dataclasses
import itertools
import json

import pytest

from playground.engine import ShapeError, registry
from playground.experiment import (
    Experiment,
    LinkError,
    ValidationError,
    explain,
    link_text,
    presets,
)

# The two examples of the published format.
CIRCLE = """
{"version": 1, "seed": 1,
 "data": {"type": "circle", "samples": 500, "noise": 10, "train_fraction": 0.5,
  "features": ["x1", "x2"]},
 "layers": [{"type": "dense", "units": 4, "activation": "tanh"},
 {"type": "dense", "units": 2, "activation": "tanh"},
 {"type": "dense", "units": 1}],
 "loss": {"type": "binary_cross_entropy"}, "optimizer": {"type": "sgd", "learning_rate": 0.03},
 "regularization": {"type": "l2", "rate": 0.001}, "batch_size": 10}
"""
LENET = """
[{"type": "conv2d", "filters": 6, "kernel_size": 5, "stride": 1, "padding": 2,
  "activation": "relu"},
 {"type": "max_pool2d", "pool_size": 2, "stride": 2},
 {"type": "conv2d", "filters": 16, "kernel_size": 5, "activation": "relu"},
 {"type": "max_pool2d", "pool_size": 2},
 {"type": "flatten"},
 {"type": "dense", "units": 120, "activation": "relu"},
 {"type": "dense", "units": 84, "activation": "relu"},
 {"type": "dense", "units": 10}]
"""

FIELDS = {"layer": "layers", "regularizer": "regularization", "tree": "trees"}
KINDS = [
    "layer",
    "loss",
    "optimizer",
    "initializer",
    "regularizer",
    "schedule",
    "augmentation",
    "data",
    "tree",
    "hybrid",
]


def circle(**changes):
    return {**json.loads(CIRCLE), **changes}


def read(description):
    return Experiment.from_json(json.dumps(description))


# ---- what is accepted ----


def test_the_published_examples():
    experiment = Experiment.from_json(CIRCLE)
    assert experiment.data.noise == 10 and experiment.layers[1].units == 2
    assert experiment.regularization.rate == 0.001
    lenet = read(
        circle(
            data={"type": "mnist"}, layers=json.loads(LENET), loss={"type": "softmax_cross_entropy"}
        )
    )
    assert lenet.plan().parameters == 61_706
    assert lenet.layers == Experiment.preset("lenet5").layers


def test_what_is_left_out_has_defaults():
    experiment = read(
        {
            "data": {"type": "xor"},
            "layers": [{"type": "dense", "units": 1}],
            "loss": {"type": "mse"},
        }
    )
    assert experiment.data.samples == 500 and experiment.optimizer.type == "sgd"
    assert experiment.regularization.type == "none" and experiment.stop.epochs is None
    assert experiment.initializer.type == "glorot_uniform" and experiment.seed == 1


def values(option):
    """Values at and between the bounds of an option, default apart."""
    if option.choices is not None:
        words = option.names()
        return [[words[-1]], list(words)] if option.many else list(words)
    if option.type is bool:
        return [True, False]
    if option.type is str:
        return [""]  # what a text may be is the piece's own affair: tests/data/test_own_points.py
    low, high = option.minimum if option.above is None else option.above + 1e-6, option.maximum
    found = [low, high, option.type((low + high) / 2)]
    return [[found[0]], found] if option.many else found


def pieces():
    return [(kind, piece.type) for kind in KINDS for piece in registry.pieces(kind)]


# One asks for a text, one for a column of numbers: tests/data/test_table.py
UNFIT = ({"type": "table", "table": "own"}, {"type": "table", "target_as": "values"})


def variants():
    for kind, name in pieces():
        options = registry.options(registry.get(kind, name))
        yield kind, {"type": name}
        for option in options:
            parts = ({"type": name, option.name: value} for value in values(option))
            yield from ((kind, part) for part in parts if part not in UNFIT)


def embed(kind, description):
    """An experiment around one piece; its layers need not fit each other."""
    field = FIELDS.get(kind, kind)
    return circle(**{field: [description] if kind == "layer" else description})


@pytest.mark.parametrize(
    ("kind", "description"), [pytest.param(*v, id=f"{v[0]}-{json.dumps(v[1])}") for v in variants()]
)
def test_every_piece_survives_json_and_link(kind, description):
    experiment = Experiment.model_validate(embed(kind, description))
    text, token = experiment.to_json(), experiment.to_link()
    read_back = Experiment.from_json(text, check=False), Experiment.from_link(token, check=False)
    for again in read_back:
        assert again == experiment and hash(again) == hash(experiment)
        assert again.to_json() == text and again.to_link() == token
    field = FIELDS.get(kind, kind)
    part = experiment.layers[0] if kind == "layer" else getattr(experiment, field)
    for name, value in description.items():
        assert getattr(part, name) == (tuple(value) if isinstance(value, list) else value)


def test_every_kind_of_piece_is_there():
    found = {kind for kind, _ in pieces()}
    assert found == set(KINDS)


def test_a_part_makes_the_piece_that_it_describes():
    part = Experiment.from_json(CIRCLE).layers[0]
    piece = part.make()
    assert type(piece) is registry.get("layer", "dense")
    assert (piece.units, piece.activation) == (4, "tanh")


# ---- what is refused ----


def refused(description):
    with pytest.raises(ValidationError) as caught:
        read(description)
    return str(caught.value), explain(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"batch_size": 0}, ["batch_size", "greater than or equal to 1"]),
        ({"batch_size": 10**9}, ["batch_size", "4096"]),
        ({"batch_size": "10"}, ["batch_size", "valid integer"]),
        ({"batch_size": True}, ["batch_size", "valid integer"]),
        ({"seed": -1}, ["seed", "greater than or equal to 0"]),
        ({"version": 2}, ["version", "1"]),
        ({"stop": {"epochs": 0}}, ["stop.epochs", "1"]),
        ({"colour": "red"}, ["colour", "not permitted"]),
        ({"data": {"type": "circle", "noise": 51}}, ["data.circle.noise", "50"]),
        ({"data": {"type": "circle", "noise": 5.5}}, ["data.circle.noise", "valid integer"]),
        ({"data": {"type": "circle", "features": []}}, ["data.circle.features", "at least 1"]),
        ({"data": {"type": "circle", "features": ["x1", "x1"]}}, ["features", "only once"]),
        ({"data": {"type": "circle", "features": ["y"]}}, ["features", "x1_squared"]),
        ({"data": {"type": "circle", "colour": 1}}, ["data.circle.colour", "not permitted"]),
        ({"data": {"type": "cycle"}}, ["data", "cycle", "circle"]),
        ({"data": {}}, ["data", "type"]),
        ({"layers": [{"type": "dense", "units": 0}]}, ["layers.0.dense.units", "1"]),
        ({"layers": [{"type": "dense", "units": 10**6}]}, ["layers.0.dense.units", "8192"]),
        (
            {"layers": [{"type": "dense", "activation": "tan"}]},
            ["layers.0.dense.activation", "tanh"],
        ),
        ({"layers": [{"type": "dense"}] * 65}, ["layers", "64"]),
        ({"layers": []}, ["at least one layer"]),
        ({"loss": None}, ["loss"]),
        ({"optimizer": {"type": "sgd", "learning_rate": -1}}, ["optimizer.sgd.learning_rate", "0"]),
        ({"clip_norm": -1}, ["clip_norm", "0"]),
        ({"clip_value": 1e7}, ["clip_value", "1000000"]),
        ({"accumulate": 0}, ["accumulate", "1"]),
        ({"shuffle": 1}, ["shuffle", "boolean"]),
    ],
)
def test_a_refusal_names_field_and_bound(changes, words):
    full, short = refused(circle(**changes))
    for word in words:
        assert word in full and word in short, (word, short)
    assert "\n" not in short


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_only_finite_numbers(number):
    for field in ('"learning_rate": 0.03', '"rate": 0.001', '"train_fraction": 0.5'):
        text = CIRCLE.replace(field, f"{field.split(':')[0]}: {number}")
        assert text != CIRCLE
        with pytest.raises(ValidationError, match=field.split('"')[1]):
            Experiment.from_json(text)


def test_missing_parts_are_named():
    assert "layers" in refused({"data": {"type": "xor"}, "loss": {"type": "mse"}})[1]
    assert "data" in refused({"layers": [], "loss": {"type": "mse"}})[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"x"',
        "{}",
        "[" * 20,
        "[" * 50_000,
        '{"a":' * 50_000,
        CIRCLE[:100],
        CIRCLE + "x",
        CIRCLE.replace("circle", "\\ud800"),
        "9" * 5000,
        CIRCLE + " " * 200_000,
        b"\xff\xfe",
        "\ud800",
    ],
)
def test_no_text_can_do_more_than_be_refused(text):
    with pytest.raises(ValidationError):
        Experiment.from_json(text)


def test_it_is_frozen():
    experiment = Experiment.from_json(CIRCLE)
    things = (experiment, "seed"), (experiment.data, "noise"), (experiment.stop, "epochs")
    for thing, name in things:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(thing, name, 3)


# ---- one meaning, one text ----


def test_equal_experiments_read_alike():
    written = [
        CIRCLE,
        CIRCLE.replace("0.03", "3e-2"),
        CIRCLE.replace('"version": 1,', ""),
        json.dumps(dict(reversed(json.loads(CIRCLE).items()))),
        CIRCLE.replace('"seed": 1', '"seed": 1, "stop": {}'),
    ]
    experiments = [Experiment.from_json(text) for text in written]
    assert len(set(experiments)) == 1
    assert len({e.to_json() for e in experiments}) == 1
    assert len({e.to_link() for e in experiments}) == 1


@pytest.mark.parametrize("field", ['"rate": 0.001', '"batch_size": 10'])
def test_minus_zero_is_zero(field):
    with_zero = {'"rate": 0.001': '"rate": {}', '"batch_size": 10': '"clip_norm": {}'}[field]
    one, other = (
        Experiment.from_json(CIRCLE.replace(field, with_zero.format(zero)))
        for zero in ("0.0", "-0.0")
    )
    assert one.to_json() == other.to_json() and one.to_link() == other.to_link()


def test_json_says_every_option():
    described = json.loads(Experiment.from_json(CIRCLE).to_json())
    for name, value in json.loads(CIRCLE).items():
        if isinstance(value, dict):
            assert value.items() <= described[name].items()
    assert described["layers"][2] == {"type": "dense", "units": 1, "activation": "identity"}
    assert described["optimizer"]["momentum"] == 0 and described["initializer"]["bias"] == 0


# ---- layers that do not fit ----


def test_a_stack_that_cannot_work_names_layer_and_shapes():
    layers = [{"type": "flatten"}, {"type": "conv2d", "kernel_size": 5}, {"type": "dense"}]
    description = circle(data={"type": "mnist"}, layers=layers)
    full, short = refused(description)
    assert "layers.1" in full
    assert "Layer 2 (Convolution)" in short and "784" in short


def test_a_page_can_hold_a_stack_in_the_making():
    description = circle(
        data={"type": "mnist"},
        layers=[{"type": "max_pool2d", "pool_size": 20}, {"type": "conv2d", "kernel_size": 5}],
    )
    experiment = Experiment.model_validate(description)
    again = Experiment.from_link(experiment.to_link(), check=False)
    assert again == experiment
    with pytest.raises(ShapeError) as caught:
        again.plan()
    assert caught.value.position == 1 and caught.value.fixes
    with pytest.raises(LinkError, match="Layer 2"):
        Experiment.from_link(experiment.to_link())


def fits(data, loss, units, activation="identity"):
    layers = [{"type": "flatten"}] if data == "mnist" else []
    layers += [{"type": "dense", "units": units, "activation": activation}]
    return Experiment.model_validate(
        circle(data={"type": data}, loss={"type": loss}, layers=layers)
    ).mismatch()


@pytest.mark.parametrize(
    ("data", "loss", "units"),
    [
        ("circle", "binary_cross_entropy", 1),
        ("circle", "mse", 1),
        ("circle", "mse", 2),
        ("circle", "softmax_cross_entropy", 2),
        ("mnist", "softmax_cross_entropy", 10),
        ("mnist", "mse", 10),
        ("mnist", "binary_cross_entropy", 10),
        ("reg_plane", "mse", 1),
        ("tensor", "softmax_cross_entropy", 3),
        ("tensor", "mse", 7),
    ],
)
def test_losses_that_fit(data, loss, units):
    assert fits(data, loss, units) is None


@pytest.mark.parametrize(
    ("data", "loss", "units", "words"),
    [
        ("circle", "binary_cross_entropy", 2, ["2 outputs", "needs 1"]),
        ("circle", "softmax_cross_entropy", 1, ["1 output;", "2 classes", "needs 2"]),
        ("circle", "mse", 3, ["3 outputs", "1 or 2"]),
        ("mnist", "softmax_cross_entropy", 9, ["9 outputs", "10 classes", "needs 10"]),
        ("mnist", "binary_cross_entropy", 1, ["needs 10"]),
        ("mnist", "mse", 1, ["needs 10"]),
        ("reg_plane", "mse", 2, ["2 outputs", "needs 1"]),
        ("reg_plane", "binary_cross_entropy", 1, ["Slope", "squared error"]),
        ("reg_gauss", "softmax_cross_entropy", 1, ["Hills", "squared error"]),
    ],
)
def test_losses_that_do_not_fit(data, loss, units, words):
    sentence = fits(data, loss, units)
    assert all(word in sentence for word in words), sentence


def test_a_loss_needs_a_row_of_numbers():
    _, short = refused(circle(data={"type": "mnist"}, layers=[{"type": "conv2d"}]))
    assert "8×26×26" in short and "Flatten" in short


def test_a_network_that_fills_the_memory_is_refused():
    wide = [{"type": "dense", "units": 8192}] * 3 + [{"type": "dense", "units": 1}]
    assert "million numbers" in refused(circle(layers=wide))[1]
    deep = [{"type": "conv2d", "filters": 64, "padding": 1}] * 40
    tail = [{"type": "flatten"}, {"type": "dense", "units": 10}]
    assert (
        "million numbers"
        in refused(circle(data={"type": "mnist"}, layers=deep + tail, batch_size=4096))[1]
    )


# ---- links ----


def test_links_are_short():
    assert len(Experiment.from_json(CIRCLE).to_link()) <= 60
    lenet = Experiment.preset("lenet5")
    assert len(lenet.to_link()) <= 150
    features = ["x1", "x2", "sin_x1", "sin_x2"]
    five = circle(
        data={"type": "spiral", "noise": 15, "features": features},
        layers=[
            {"type": "dense", "units": n, "activation": a}
            for n, a in zip((8, 7, 6, 5), ("tanh", "relu", "sigmoid", "tanh"), strict=True)
        ]
        + [{"type": "dense", "units": 1}],
        seed=123_456,
        optimizer={"type": "adam", "learning_rate": 0.0125},
    )
    assert len(read(five).to_link()) <= 150


def test_a_link_made_long_ago_still_opens():
    """Frozen tokens: whoever has one in a lecture's slides keeps it."""
    token = "1q0aPdmhk6sBSPNBIbAEHM4YU1xmR6BmQX4iMctzZ2kipthYA"
    assert Experiment.from_link(token) == Experiment.from_json(CIRCLE)


def test_a_token_needs_no_escaping():
    for name in Experiment.presets():
        assert set(Experiment.preset(name).to_link()) <= set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        )


def garbage():
    good = Experiment.preset("lenet5").to_link()
    yield from (
        "",
        "1",
        "0" + good[1:],
        good[1:],
        good[:-1],
        good[:20],
        good + "A",
        good + good,
        "1!!!!",
        "1" + "A" * 5000,
        "1ä",
        "1 " + good[1:],
        "\0",
        "1\n",
        "2" + good[1:],
    )
    bomb = link_text.pack("[" + "0," * 100_000 + "0]")
    yield from (
        bomb,
        link_text.pack("[" * 5000),
        link_text.pack("{}"),
        link_text.pack("null"),
        link_text.pack(CIRCLE.replace("500", "5")),
        link_text.pack("x" * 40_000),
    )


@pytest.mark.parametrize("token", list(garbage()), ids=itertools.count())
def test_garbage_in_a_link_is_one_error_with_a_sentence(token):
    with pytest.raises(LinkError) as caught:
        Experiment.from_link(token)
    assert str(caught.value).startswith("This link") and str(caught.value).endswith(".")
    assert isinstance(caught.value, ValueError)


def test_limits_come_before_parsing():
    with pytest.raises(LinkError, match="incomplete"):
        link_text.unpack(link_text.pack("x" * (link_text.LONGEST_TEXT + 1)))
    assert (
        link_text.unpack(link_text.pack("x" * link_text.LONGEST_TEXT))
        == "x" * link_text.LONGEST_TEXT
    )
    with pytest.raises(ValidationError, match="12 levels"):
        Experiment.from_json(CIRCLE[:-2] + ', "x":' + "[" * 12 + "]" * 12 + "}")
    with pytest.raises(ValidationError, match="not permitted"):
        Experiment.from_json(CIRCLE[:-2] + ', "' + "[" * 50 + '": 1}')


def test_every_shortened_or_changed_token_is_refused_or_valid():
    good = Experiment.preset("circle").to_link()
    letters = "AZaz09-_"
    changed = [good[:i] for i in range(len(good))]
    changed += [good[:i] + c + good[i + 1 :] for i in range(len(good)) for c in letters]
    refusals = 0
    for token in changed:
        try:
            assert isinstance(Experiment.from_link(token), Experiment)
        except LinkError:
            refusals += 1
    assert refusals > len(changed) // 2


# ---- presets ----


@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_presets_work_and_say_what_they_are(name):
    experiment = Experiment.preset(name)
    assert experiment.mismatch() is None
    assert presets.PRESETS[name].about.endswith(".") and presets.PRESETS[name].title
    assert Experiment.from_link(experiment.to_link()) == experiment


def test_an_unknown_preset_lists_the_known():
    assert {"circle", "lenet5", "mnist_linear", "mnist_mlp", "spiral"} <= set(Experiment.presets())
    with pytest.raises(KeyError, match="lenet5"):
        Experiment.preset("lenet")


# ---- changes ----


def test_changed_validates():
    experiment = Experiment.from_json(CIRCLE)
    other = experiment.changed(batch_size=3, optimizer={"type": "adam"})
    assert (other.batch_size, other.optimizer.type, other.data) == (3, "adam", experiment.data)
    with pytest.raises(ValidationError, match="batch_size"):
        experiment.changed(batch_size=0)


def test_another_seed_keeps_the_points():
    experiment = Experiment.from_json(CIRCLE)
    other = experiment.reseeded(7).reseeded(8)
    assert other.seed == 8 and other.data_seed == experiment.data_seed == 1
    assert Experiment.preset("lenet5").reseeded(3).data == Experiment.preset("lenet5").data


def test_help_and_bounds_stand_in_the_schema():
    """Whoever writes JSON by hand can read the registry's words."""
    schema = json.dumps(Experiment.model_json_schema())
    for option in registry.options(registry.get("layer", "dense")):
        assert json.dumps(option.help)[1:-1] in schema
    assert dataclasses.is_dataclass(registry.get("layer", "dense"))
