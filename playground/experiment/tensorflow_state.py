"""The keys and values in a link of TensorFlow Playground, read one by one.

What has no value that is known there gets its default, as there; a number outside our bounds is
moved inside. Notes say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from playground.experiment import numerals, pasted
from playground.experiment.experiment import MOST_LAYERS
from playground.experiment.link_text import LinkError

LONGEST = 4_000  # letters of an address
HOST = "playground.tensorflow.org"
INPUTS = {  # key there: feature here, and whether it is on where the link does not say
    "x": ("x1", True),
    "y": ("x2", True),
    "xSquared": ("x1_squared", False),
    "ySquared": ("x2_squared", False),
    "xTimesY": ("x1_x2", False),
    "sinX": ("sin_x1", False),
    "sinY": ("sin_x2", False),
}
CONTROLS = {  # what a link may hide there: the control here
    "showTestData": "test_points",
    "discretize": "two_colours",
    "playButton": "play",
    "stepButton": "step",
    "resetButton": "reset",
    "learningRate": "learning_rate",
    "activation": "activation",
    "regularization": "regularization",
    "regularizationRate": "regularization_rate",
    "problem": "problem",
    "dataset": "data",
    "percTrainData": "train_fraction",
    "noise": "noise",
    "batchSize": "batch_size",
    "numHiddenLayers": "layers",
}
# Keys that no other address has, then those that one might have, then those that change nothing.
SURE = (
    "networkShape",
    "activation",
    "batchSize",
    "learningRate",
    "regularizationRate",
    "regDataset",
    "percTrainData",
    "showTestData",
    "discretize",
    "xTimesY",
    "xSquared",
    "ySquared",
    "sinX",
    "sinY",
    "collectStats",
    "initZero",
    "hideText",
    "regularization",
)
KEYS = (*SURE, "dataset", "noise", "seed", "problem", "x", "y", "tutorial", "cosX", "cosY")
HIDING = tuple(f"{key}_hide" for key in CONTROLS)
WIDEST = 500  # neurons of a layer
NUMBER = re.compile(r"[+-]?(\d{1,20}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,3})?")
SHAPE = re.compile(r"(\d+(,\d+)*)?")
_KEY = "|".join(r"\s*".join(key) for key in KEYS)  # a line may break inside a word
_START = re.compile(rf"(?<![\w.-])({_KEY}|\w{{1,40}}_hide)\s*=", re.IGNORECASE)


def is_reference_link(text: str) -> bool:
    """Whether a pasted text holds an address of TensorFlow Playground, or of a copy of it."""
    text = pasted.repaired(text)
    if HOST in text.lower():
        return True
    keys = {"".join(match[1].split()).lower() for match in _START.finditer(text)}
    return not keys.isdisjoint(name.lower() for name in (*SURE, *HIDING))


def pairs(text: str) -> dict[str, str]:
    """Keys and values of the first link in a text, as written; the last one counts."""
    starts = list(_START.finditer(text))
    if not starts:
        return {}
    behind = [start for start in starts if text[: start.start()].rstrip()[-1:] == "#"]
    start = (behind or starts)[0]
    link = pasted.END.split(text[start.start(1) :], maxsplit=1)[0].split("#", 1)[0]
    if len(link) > LONGEST:
        raise LinkError("This link is too long to come from TensorFlow Playground.")
    known = {key.lower(): key for key in (*KEYS, *HIDING)}
    pairs = {}
    for part in re.split(r"[&?]", link):
        key, sign, value = part.partition("=")
        whole = "".join(key.split()).lstrip(";")
        name = known.get(whole.lower())
        if sign and (name or re.fullmatch(r"[\w.-]{1,40}", key.strip())):
            pairs[name or whole] = unquote(unquote(value))
    return pairs


@dataclass
class State:
    """The values of a link, read one by one; notes of what cannot be kept."""

    pairs: dict[str, str]
    notes: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def _value(self, key: str, fits: Callable[[str], object]) -> str | None:
        """The value of a key if it is one; None, with a note, if it is not or is missing."""
        self.asked.add(key)
        text = self.pairs.get(key, "")
        return pasted.joined(text, fits) if text.strip() else None

    def _default(self, key: str, default: object) -> None:
        """A note that the value of a key is not the link's."""
        text = "".join(self.pairs.get(key, "").split())
        if text:
            self.notes.append(f"{key}={_shown(text)} is unknown: {default} was taken.")

    def choice(self, key: str, choices: dict[str, Any]) -> Any:
        """One of the choices; the default is the first, or tanh for activations."""
        default = "tanh" if "tanh" in choices else next(iter(choices))
        same = {name.lower(): name for name in choices}
        word = self._value(key, lambda text: text.lower() in same)
        if word is None:
            self._default(key, default)
        return choices[default if word is None else same[word.lower()]]

    def number(
        self, key: str, default: float, least: float, most: float, whole: bool = False
    ) -> Any:
        """A number moved into our bounds, and rounded where only whole ones can be."""
        text = self._value(key, NUMBER.fullmatch)
        if text is None:
            self._default(key, numerals.short(default, 6))
            return default
        asked = float(text)
        value = min(max(asked, least), most)
        value = round(value) if whole else value
        if value != asked:
            self.notes.append(
                f"{key}={_shown(text)} cannot be kept: {numerals.short(value, 6)} was taken."
            )
        return value

    def flag(self, key: str) -> bool:
        """Whether something is on: anything but false, as there; what is hidden must be true."""
        self.asked.add(key)
        return self._on(key, key.endswith("_hide"))

    def _on(self, key: str, strict: bool = False) -> bool:
        text = self.pairs.get(key, "")
        word = pasted.joined(text, lambda text: text.lower() in ("true", "false"))
        if word is None:
            return bool(text.strip()) and not strict
        return word.lower() == "true"

    def word(self, key: str, default: str) -> str:
        """Any text without blanks."""
        return self._value(key, bool) or default

    def shape(self) -> list[int]:
        """The neurons of each hidden layer; none where the list is empty."""
        key = "networkShape"
        self.asked.add(key)
        if key not in self.pairs:
            return [4, 2]
        text = pasted.joined(self.pairs[key], SHAPE.fullmatch)
        chunks = self.pairs[key].split()
        listed = "".join(chunks[:1]) if text is None else text
        words = [word for word in listed.split(",") if word]
        units = []
        for number, word in enumerate(words[: MOST_LAYERS - 1], 1):
            if not re.fullmatch(r"\d{1,9}", word) or not int(word):
                self.notes.append(
                    f"Hidden layer {number} with {_shown(word)} neurons was left out."
                )
                continue
            units.append(min(int(word), WIDEST))
            if int(word) > WIDEST:
                self.notes.append(
                    f"Hidden layer {number} has {WIDEST} of its {int(word):,} neurons."
                )
        if len(words) >= MOST_LAYERS:
            self.notes.append(
                f"Of its {len(words)} hidden layers, the first {MOST_LAYERS - 1} were taken."
            )
        return units

    def inputs(self) -> list[str]:
        """The features that are on."""
        chosen = []
        for key, (name, on) in INPUTS.items():
            self.asked.add(key)
            if self._on(key) if self.pairs.get(key, "").strip() else on:
                chosen.append(name)
        if not chosen:
            self.notes.append("It switches every input off: x₁ and x₂ were taken.")
        return chosen or ["x1", "x2"]

    def all_notes(self) -> tuple[str, ...]:
        """What could not be kept, and what is unknown."""
        if self.word("tutorial", ""):
            self.notes.append("Its tutorial text is not here.")
        silent = {"collectStats", "hideText", "cosX", "cosY", "dataset", "regDataset"}
        unknown = [
            key
            for key in self.pairs
            if key not in self.asked | silent
            and not key.startswith("utm_")
            and (not key.endswith("_hide") or self._on(key, strict=True))
        ]
        if unknown:
            listed = ", ".join(f"“{key}”" for key in unknown[:5])
            more = f" and {len(unknown) - 5} more" * (len(unknown) > 5)
            self.notes.append(
                f"{listed}{more} mean{'s' * (len(unknown) == 1)} nothing here and "
                f"{'was' if len(unknown) == 1 else 'were'} left out."
            )
        return tuple(self.notes)


def _shown(text: str) -> str:
    """A value short and plain enough for a sentence."""
    return re.sub(r"[^\w.,;+-]", "", text)[:30]
