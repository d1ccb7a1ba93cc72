"""What tells two Experiments apart, in plain words: only what differs."""

from __future__ import annotations

import math
from typing import Any

from playground.data import FEATURES
from playground.engine import registry
from playground.experiment import numerals
from playground.experiment.about import about
from playground.experiment.adversarial import Adversarial
from playground.experiment.experiment import KINDS, Experiment

Description = dict[str, Any]


def words(before: Experiment, after: Experiment) -> list[str]:
    """One phrase a difference, such as "learning rate 0.03 → 0.1"; when to stop is none.

    >>> circle = Experiment.preset("circle")
    >>> words(circle, circle.changed(batch_size=30))
    ['batch size 10 → 30']
    """
    sentences = []
    for name in type(before).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if name in ("version", "stop", "seed") or old == new:
            continue
        if name == "layers":
            sentences += _layers(
                [layer.described() for layer in old], [layer.described() for layer in new]
            )
        elif name == "adversarial":
            sentences += _game(old, new)
        elif name in KINDS and (old is None or new is None):
            sentences += _learners(name, before, after)
        elif name in KINDS:
            sentences += _piece(KINDS[name], _name(name), old.described(), new.described())
        else:
            sentences.append(_change(_name(name), old, new))
    if before.seed != after.seed:
        sentences.append(_change("seed", before.seed, after.seed))
    return sentences


def _learners(field: str, before: Experiment, after: Experiment) -> list[str]:
    """A network, trees alone, or both together: told once."""
    if field == "hybrid" and (before.trees is None or after.trees is None):
        return []  # said of the trees
    titles = []
    for experiment in (before, after):
        parts = [experiment.hybrid] if field == "hybrid" else [experiment.trees, experiment.hybrid]
        words = [_lower(type(part.make()).title) for part in parts if part]
        nobody = "trees alone" if field == "hybrid" else "a network"
        titles.append(": ".join(words) or nobody)
    return [_change("learner", *titles)]


def _name(field: str) -> str:
    return about(Experiment, field).words or field.replace("_", " ")


def _game(old: Adversarial | None, new: Adversarial | None) -> list[str]:
    """Another opponent, or one more or less."""
    if old is None or new is None:
        return [_change("game", *("a discriminator" if one else "none" for one in (old, new)))]
    sentences = _piece("game", "adversarial loss", old.loss.described(), new.loss.described())
    for name, words_ in (
        ("noise", "noise"),
        ("distribution", "noise"),
        ("steps", "discriminator steps"),
    ):
        one, other = getattr(old, name), getattr(new, name)
        sentences += [_change(words_, one, other)] if one != other else []
    optimizers = [one.optimizer.described() for one in (old, new)]
    stacks = [[layer.described() for layer in one.layers] for one in (old, new)]
    own = _piece("optimizer", "optimizer", *optimizers)
    own += _layers(*stacks) if stacks[0] != stacks[1] else []
    return [*sentences, *(f"discriminator: {phrase}" for phrase in own)]


def _piece(kind: str, words_: str, old: Description, new: Description) -> list[str]:
    """Another piece, or other options of the same."""
    if old["type"] != new["type"]:
        return [_change(words_, *(_title(kind, one["type"]) for one in (old, new)))]
    hidden = {"seed"} if kind == "data" else set()  # reseeding alone keeps the points
    return [
        phrase
        for option in registry.options(registry.get(kind, new["type"]))
        if option.name not in hidden
        for phrase in _option(option, old.get(option.name), new.get(option.name))
    ]


def _option(option: registry.Option, old: Any, new: Any) -> list[str]:
    if old == new:
        return []
    title = _lower(option.title)
    if option.name == "features":
        return [
            _change(
                title, *(", ".join(FEATURES[name][0] for name in names) for names in (old, new))
            )
        ]
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > 24:
        return [f"other {title}"]  # the points of a table of one's own
    return [_change(title, old, new)]


def _layers(old: list[Description], new: list[Description]) -> list[str]:
    """Sizes of hidden layers and curves apart, where nothing else differs; else layer by layer."""
    if all(one["type"] == "dense" for one in (*old, *new)) and old and new:
        sentences = []
        sizes = [[layer["units"] for layer in layers[:-1]] for layers in (old, new)]
        if sizes[0] != sizes[1]:
            sentences.append(
                _change("hidden layers", *(", ".join(map(str, one)) or "none" for one in sizes))
            )
        curves = [[layer["activation"] for layer in layers[:-1]] for layers in (old, new)]
        if set(curves[0]) != set(curves[1]) and all(curves):
            sentences.append(_change("activation", *map(_curves, curves)))
        if sentences and _rest(old[-1]) == _rest(new[-1]):
            return sentences
    if [one["type"] for one in old] != [one["type"] for one in new]:
        return [
            _change(
                "layers",
                *(" · ".join(layer(one) for one in layers) or "none" for layers in (old, new)),
            )
        ]
    return [
        f"layer {place}: {phrase}"
        for place, (one, other) in enumerate(zip(old, new, strict=True), 1)
        for option in registry.options(registry.get("layer", other["type"]))
        for phrase in _option(option, one.get(option.name), other.get(option.name))
    ]


def _rest(layer: Description) -> Description:
    return {name: value for name, value in layer.items() if name != "units"}


def _curves(names: list[str]) -> str:
    """One curve for all layers, or that of each."""
    titles = [_title("activation", name) for name in names]
    return titles[0] if len(set(titles)) == 1 else ", ".join(titles)


def layer(description: Description) -> str:
    """A layer and its size, such as Dense 16."""
    size = description.get("units") or description.get("filters")
    title = registry.get("layer", description["type"]).title
    return f"{title} {size}" if size else title


def _title(kind: str, name: str) -> str:
    """Optimizers, curves and the like are called by names: Adam, He, L2, ReLU."""
    title = registry.get(kind, name).title
    return _lower(title) if kind in ("data", "loss", "schedule", "augmentation", "game") else title


def _lower(title: str) -> str:
    """Inside a sentence; what is written in capitals stays (SGD, ReLU, L2)."""
    return title[:1].lower() + title[1:] if title[1:] == title[1:].lower() else title


def _change(what: str, old: Any, new: Any) -> str:
    return f"{what} {_value(old)} → {_value(new)}"


def _value(value: Any) -> str:
    if value is None:
        return "automatic"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float) and math.isfinite(value):
        return numerals.short(value, 6)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)
