"""Text: what the network writes, what it expects next, and what its units follow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from playground.analysis import reading
from playground.data.texts import shown
from playground.experiment import numerals
from playground.training.continuation import generate
from playground.training.snapshot import Snapshot
from playground.views import flow, unrolled
from playground.web.frame import layout, live, visit, widgets
from playground.web.frame.desk import Desk

BARS = 9  # symbols with a bar
WINDOWS = 7  # of text in colours
LENGTH = 240  # characters of a sample
GROWTH, EARLIER, SHORT = 1.6, 3, 150  # a sample is kept whenever training is so much further on
LONGEST = 300  # letters of a prompt
PROMPT = "sequences_prompt"  # the widget's key


@dataclass(frozen=True)
class Sample:
    """What was written after so many steps."""

    step: int
    text: str


@dataclass
class Writing:
    """Samples of one training with one prompt, `of` these; first: the window the colours begin."""

    samples: list[Sample] = field(default_factory=list)
    of: object = None
    first: int = 0


def draw(desk: Desk, snapshot: Snapshot) -> None:
    """Samples and bars, and below them a text in colours."""
    now = visit.state(Writing, desk.name)
    left, right = st.columns([560, 324], gap=24)
    with right:
        prompt, temperature = _prompt(desk, snapshot)
        _bars(snapshot, prompt, temperature)
    with left:
        _samples(now, snapshot, prompt, temperature)
    _coloured(desk, now, snapshot)


def _prompt(desk: Desk, snapshot: Snapshot) -> tuple[str, float]:
    layout.title("What comes next?")
    text = snapshot.data.alphabet
    visit.once("sequences_prompt_of", text, lambda: widgets.put(PROMPT, _beginning(snapshot)))
    prompt = st.text_input(
        "A beginning",
        key="sequences_prompt",
        max_chars=LONGEST,
        help="Type a beginning: the bars tell what the network expects after it, and it goes on "
        "writing from there.",
    )
    temperature = st.slider(
        "Temperature",
        0.1,
        2.0,
        0.7,
        0.1,
        key=f"{desk.name}_temperature",
        help="Low: always the likeliest. 1: as learned. High: adventurous.",
    )
    return prompt, temperature


def _beginning(snapshot: Snapshot) -> str:
    """The first word of the test text or so."""
    codes = snapshot.data.test.x[0][:12].astype(int)
    text = "".join(snapshot.data.alphabet[code] for code in codes).replace("\n", " ")
    return text.strip() or text


def _bars(snapshot: Snapshot, prompt: str, temperature: float) -> None:
    try:
        chances = reading.expected(snapshot, prompt, temperature)
    except ValueError as error:
        st.markdown(f":orange[{layout.literal(str(error))}]")
        return
    order = np.argsort(-chances, kind="stable")[:BARS]
    names = shown(snapshot.data.alphabet)
    bars = flow.bars(chances[order], [names[k] for k in order], None, 12)
    live.show("flow", "next_letter", flow.plain(bars, height=190))


def _samples(now: Writing, snapshot: Snapshot, prompt: str, temperature: float) -> None:
    """What it writes now, and what it wrote earlier in this training."""
    try:
        text = generate(snapshot.network, snapshot.data, LENGTH, prompt, temperature)
    except ValueError:  # the bars say what is wrong with the prompt
        if now.samples:
            layout.title("It wrote", f"after {_steps(now.samples[-1].step)} of training")
            st.code(now.samples[-1].text, language=None, wrap_lines=True)
        return
    of = (snapshot.experiment, prompt, temperature)
    if now.of != of or (now.samples and now.samples[-1].step > snapshot.step):
        now.of, now.samples = of, []
    if not now.samples or snapshot.step >= GROWTH * now.samples[-1].step + 1:
        now.samples.append(Sample(snapshot.step, str(text)))
    layout.title("It writes", f"after {_steps(snapshot.step)} of training")
    st.code(f"{prompt}{text}", language=None, wrap_lines=True)
    earlier = [sample for sample in now.samples if sample.step < snapshot.step][-EARLIER:]
    for sample in reversed(earlier):
        head = f"**{numerals.count(sample.step)} steps:** "
        words = layout.literal(" ".join(sample.text.split()))
        st.markdown(f":small[:gray[{head}{words[:SHORT]} …]]")


def _steps(count: int) -> str:
    return f"{numerals.count(count)} step{'s' * (count != 1)}"


def _coloured(desk: Desk, now: Writing, snapshot: Snapshot) -> None:
    """A text whose letters have the value of one unit."""
    test = snapshot.data.test
    scene = unrolled.scene(snapshot, test, 0)
    if not scene.strands:
        return
    strand = len(scene.strands) - 1
    now.first %= max(len(test) - WINDOWS + 1, 1)
    passage = reading.passage(snapshot, strand, now.first, WINDOWS)
    known, units = reading.correlations(passage), passage.values.shape[1]
    key = f"{desk.name}_unit"
    widgets.put(key, min(widgets.value(key, _surprising(known)), units))

    def find(name: str) -> None:
        widgets.put(key, int(np.abs(known[name]).argmax()) + 1)

    with st.container(key="tinted_head", horizontal=True, vertical_alignment="center", gap=8):
        layout.title("What a unit follows", width="content")
        st.number_input("Unit", 1, units, key=key, step=1, width=110, label_visibility="collapsed")
        unit = widgets.value(key, 1) - 1
        st.markdown(f":small[:gray[{_words(known, unit)}]]", width="stretch")
        st.menu_button(
            "Find one for",
            list(known),
            key=f"{desk.name}_quiet_find",
            type="tertiary",
            icon=":material/search:",
            on_click=lambda: find(widgets.value(f"{desk.name}_quiet_find")),
        )
        st.button(
            "Further on",
            key="quiet_further",
            type="tertiary",
            icon=":material/chevron_right:",
            on_click=lambda: _further(now),
            help="The next lines of the test text.",
        )
    letters = shown(tuple(passage.text))
    length = len(letters) // passage.windows
    live.show(
        "tinted",
        "tinted_text",
        {
            "lines": [
                "".join(letters[n * length : (n + 1) * length]) for n in range(passage.windows)
            ],
            "values": np.ascontiguousarray(passage.values[:, unit], np.float32),
            "size": max(1.0, float(np.abs(passage.values[:, unit]).max())),
            "label": f"Unit {unit + 1} of {units} on {len(letters)} letters of the test text.",
        },
    )


def _further(now: Writing) -> None:
    now.first += WINDOWS


def _surprising(known: dict[str, np.ndarray]) -> int:
    """The number of the unit that follows any property best."""
    best = max(known.values(), key=lambda row: float(np.abs(row).max()), default=np.zeros(1))
    return int(np.abs(best).argmax()) + 1


def _words(known: dict[str, np.ndarray], unit: int) -> str:
    """What it follows most."""
    if not known:
        return ""
    name = max(known, key=lambda key: abs(known[key][unit]))
    value = float(known[name][unit])
    return f"follows **{name}** most: correlation {numerals.fixed(value, 2)}"
