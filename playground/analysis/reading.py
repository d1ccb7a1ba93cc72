"""A network that reads text: what it expects next, and what its units follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from playground.analysis.memory import Strand, unroll
from playground.data.texts import encoded
from playground.training.snapshot import Snapshot

FEW = 8  # occurrences of a property below which nothing is said of it
PROPERTIES = {
    "vowels": r"[aeiouyAEIOUYäöüÄÖÜ]",
    "capital letters": r"[A-ZÄÖÜ]",
    "the starts of words": r"(?<!\w)\w",
    "the ends of words": r"\w(?!\w)",
    "spaces": r" ",
    "line breaks": r"\n",
    "marks": r"[^\w\s]",
}


def expected(snapshot: Snapshot, text: str, temperature: float = 1.0) -> np.ndarray:
    """The probability of every symbol after a text: softmax of the outputs over the temperature.

    Of a text longer than a window its end counts. ValueError where the text is empty, or has
    characters that the network never saw.
    """
    if not text:
        raise ValueError("Type something: the network says what it expects next.")
    length = snapshot.data.shape[0]
    codes = encoded(text, snapshot.data.alphabet)[-length:]
    x = np.zeros((1, length), np.float32)
    x[0, : len(codes)] = codes  # what is filled up behind, no earlier step sees
    scores = snapshot.predict(x).reshape(length, -1)[len(codes) - 1].astype(np.float64)
    powers = np.exp((scores - scores.max()) / temperature)
    return powers / powers.sum()


@dataclass(frozen=True, eq=False)
class Passage:
    """Some windows of the test text, [windows, time] letters, and what a strand's units say."""

    text: str
    windows: int
    values: np.ndarray  # [windows · time, units]


def passage(snapshot: Snapshot, strand: int, first: int, windows: int) -> Passage:
    """Windows from `first` on; the network reads each from the start, as in training."""
    x = snapshot.data.test.x[first : first + windows]
    alphabet, network = snapshot.data.alphabet, snapshot.network
    layers, state = network.activations(x), network.state_dict()
    values: list[np.ndarray] = []
    for number, window in enumerate(x):
        strands: list[Strand] = unroll(
            network.plan, state, [window, *(layer[number] for layer in layers)]
        )
        values.append(strands[strand].values["h"])
        if _says_all(strands[strand]):  # its answers are there already, for every window
            values = list(layers[strands[strand].position])
            break
    text = "".join(alphabet[int(code)] for code in x.ravel())
    return Passage(text, len(x), np.concatenate(values))


def _says_all(strand: Strand) -> bool:
    """Whether the layer's answers are this strand's hidden states."""
    layer = strand.layer
    return layer.return_sequences and layer.num_layers == 1 and not layer.bidirectional


def properties(text: str) -> dict[str, np.ndarray]:
    """Where a text has what, as zeros and ones; besides how far a word has come."""
    known = {}
    for name, pattern in PROPERTIES.items():
        marks = np.zeros(len(text))
        marks[[place for match in re.finditer(pattern, text) for place in range(*match.span())]] = 1
        known[name] = marks
    within = np.zeros(len(text))
    for place, letter in enumerate(text):
        within[place] = within[place - 1] + 1 if letter.isalpha() and place else 0
    known["the length of the word so far"] = within
    return {name: marks for name, marks in known.items() if np.count_nonzero(marks) >= FEW}


def correlations(passage: Passage) -> dict[str, np.ndarray]:
    """Of every property, its correlation with each unit, [units]."""
    units = passage.values - passage.values.mean(axis=0)
    sizes = np.linalg.norm(units, axis=0)
    result = {}
    for name, marks in properties(passage.text).items():
        centred = marks - marks.mean()
        scale = sizes * np.linalg.norm(centred)
        result[name] = units.T @ centred / np.where(scale > 0, scale, 1)
    return result
