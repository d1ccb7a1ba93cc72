"""Words of a table as learned numbers: the choice, and what a network made of them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.analysis.learned_words import LearnedWords, learned_words
from playground.data.table_layout import Layout
from playground.engine import registry
from playground.experiment import edits, numerals
from playground.training.snapshot import Snapshot
from playground.views import learned_words as views
from playground.web.frame import layout, live, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms

WORDS = {"inputs": "One-hot", "learned": "Embedding"}
HELP = (
    "What a network reads of a word. One-hot: an input for each word, 1 where a row has it, scaled "
    "like all inputs. Embedding: the network learns a few numbers for each word, so that words "
    "that do alike lie side by side. Trees read 0 and 1 either way."
)
NUMBERS = "trees_numbers_a_word"  # the widget's key
FEWEST, MOST, FIRST = 1, 8, 2


def choice(desk: Desk, shown: Layout) -> None:
    """What words become, where the table holds some."""
    if max(shown.sizes) < 2:
        return
    forms.bound(
        desk,
        ("data", "words"),
        st.segmented_control,
        "Words become",
        list(WORDS),
        format_func=WORDS.get,
        required=True,
        width="stretch",
        help=HELP,
        put=lambda way: desk.change_to(edits.put(desk.experiment, ("data", "words"), way)),
    )
    if desk.experiment.data.words == "learned" and not embeds(desk):
        st.caption(
            ":material/info: A network learns them: look at **Beside a network**, or let trees "
            "grow **with** one."
        )


def embeds(desk: Desk) -> bool:
    """Whether the set-up's own network learns numbers for words."""
    layers = desk.experiment.layers
    return bool(layers) and registry.get("layer", layers[0].type).embeds


def numbers() -> int:
    """How many numbers a word gets from the network beside the trees."""
    return widgets.value(NUMBERS) or FIRST


def ask(close: Callable[[], None]) -> None:
    """The choice of how many; `close` ends the network that has others."""
    widgets.suggest(NUMBERS, FIRST)
    st.number_input(
        "Numbers a word",
        FEWEST,
        MOST,
        key=NUMBERS,
        step=1,
        on_change=close,
        width=160,
        help="How many numbers the network learns for each word. Two can be drawn as a plane.",
    )


def draw(snapshot: Snapshot) -> None:
    """A small chart for every column of words, and how to read it."""
    found = learned_words(snapshot)
    if not found:
        return
    many = found[0].numbers.shape[1]
    what = f"{many} learned number{'s' * (many > 1)} for each word"
    layout.title("What words became", what)
    for first in range(0, len(found), 2):
        pair = enumerate(found[first : first + 2], first)
        for place, (k, learned) in zip(st.columns(2, gap=16), pair, strict=False):
            with place:
                st.markdown(f"**{layout.literal(learned.column[:40])}**")
                live.chart(views.figure(learned), f"trees_words_{k}", 230, views.describe(learned))
    st.markdown(_words(found, many))


def _words(found: list[LearnedWords], many: int) -> str:
    """What the charts say."""
    lines = [
        "Each word began at a place drawn by chance, and training moved it. Words that lie close "
        "mean nearly the same to the network; the numbers themselves have no unit."
    ]
    pairs = [(learned, learned.nearest) for learned in found]
    lines += [
        f"In {layout.literal(learned.column[:40])}, **{layout.literal(pair[0][:30])}** and "
        f"**{layout.literal(pair[1][:30])}** lie closest."
        for learned, pair in pairs
        if pair
    ]
    if many > views.MOST_NUMBERS:
        lines.append(f"The first {numerals.count(views.MOST_NUMBERS)} numbers are shown.")
    return " ".join(lines)
