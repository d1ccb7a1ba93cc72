"""The parts of the Judge page: scores, confusion, a threshold, and the samples behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import streamlit as st

from playground.analysis import metrics
from playground.analysis.judgement import Estimates, Judgement, estimates, frequent, judge
from playground.experiment import numerals
from playground.training import evaluation
from playground.training.snapshot import Snapshot
from playground.views import judge as views
from playground.views import judge_steps, judgement
from playground.web.frame import layout, live, session, visit, widgets
from playground.web.frame.events import Click
from playground.web.judge import values
from playground.web.parts.models import TITLES, added, supplied

SPLITS = {"test": "Test", "validation": "Validation", "train": "Training"}
THRESHOLDS = (
    0.0,
    1e-5,
    1e-4,
    0.001,
    0.003,
    0.01,
    0.03,
    *(n / 20 for n in range(1, 20)),
    0.97,
    0.99,
    0.997,
    0.999,
    0.9999,
    0.99999,
    1.0,
)
AT_ONCE = 24  # images in the list
HERE = {  # what a visitor trains, by the page's name
    "digits": "Trained here, on Digits",
    "playground": "Trained here, on Playground",
    "sequences": "Trained here, on Sequences",
    "trees": "Grown here, on Trees",
}
GROUPS = {"found": "Found", "missed": "Missed", "alarms": "False alarms", "left": "Left out"}


@dataclass
class Kept:
    """A judgement, what was judged, and what follows from it.

    coarse: with one class of all that are rare, where there are many. number: how many were made
    before it. curves: ROC, precision and recall, by class.
    """

    judged: Judgement
    coarse: Judgement
    snapshot: Any
    number: int
    scores: metrics.Scores
    curves: dict[int, tuple[Any, Any]] = field(default_factory=dict)


@dataclass
class Judgements:
    """The newest of each network and split."""

    of: dict[tuple[str, str], Kept] = field(default_factory=dict)
    estimates: dict[tuple[str, str], tuple[Any, Estimates]] = field(default_factory=dict)

    def clear(self) -> None:
        """Ask the networks again."""
        self.of.clear()
        self.estimates.clear()


@dataclass
class Shown:
    """The samples in the list: the surest mistakes, a cell (label, answer) or a group (name)."""

    version: str = ""
    what: Literal["surest", "cell", "group"] = "surest"
    page: int = 0
    name: str = "missed"
    label: int = 0
    answer: int = 0

    def show(self, **changes: Any) -> None:
        """Another list, from its start."""
        for field_, value in {"page": 0, **changes}.items():
            setattr(self, field_, value)


def models() -> dict[str, Any]:
    """Snapshots that can be judged: trained here; ours; what Draw taught or opened."""
    known = {}
    for name in HERE:
        desk = session.find(name)
        snapshot = desk.snapshot() if desk else None
        if snapshot is not None and snapshot.step and not snapshot.network.loss.reconstructs:
            known[name] = snapshot
    brought = {
        name: one for name, one in added().items() if one.data.classes and len(one.data.test)
    }
    return {**known, "supplied": supplied(), **brought}


def page(known: dict[str, Any]) -> None:
    """Everything about the chosen network."""
    with st.container(key="judgehead", horizontal=True, vertical_alignment="center", gap=16):
        name, split = _choose(known)
        if not known[name].data.classes:
            judged = _estimated(name, known[name], split)
            values.head(judged, known[name].data)
        else:
            kept = _judged(name, known[name], split)
            _accuracy(kept)
    if not known[name].data.classes:
        values.body(judged, known[name].data)
        return
    if name in added() and kept.snapshot.message:
        st.text(kept.snapshot.message)
    _older(name, kept)
    points = kept.snapshot.data.split(split).points
    _body(f"{name} {split} {kept.number}", kept, points)


def _choose(known: dict[str, Any]) -> tuple[str, str]:
    """The network and the samples."""
    with st.container(width=320):
        name = st.selectbox(
            "Network",
            known,
            key="judge_model",
            format_func=_title,
            help="What you train on Digits, Playground, Sequences or Trees appears here.",
        )
    splits = [split for split in SPLITS if len(known[name].data.split(split))]
    with st.container(width="content"):
        split = st.segmented_control(
            "Samples",
            splits,
            key="judge_split",
            default="test",
            required=True,
            format_func=lambda name: SPLITS.get(name, ""),
            help="Only test samples say how good it is: it has never "
            "seen them, and no setting was chosen by them.",
        )
    return name, split if split in splits else "test"


def _title(name: str) -> str:
    return {**TITLES, **HERE}.get(name, name)


def _judged(name: str, snapshot: Snapshot, split: str) -> Kept:
    """The judgement of a network as it was when asked: numbers stand still while one reads them."""
    judgements = visit.state(Judgements).of
    now = judgements.get((name, split))
    desk = session.find(name)
    if (
        now is None
        or now.snapshot.experiment != snapshot.experiment
        or (now.snapshot.network is not snapshot.network and not (desk and desk.busy))
    ):
        with st.spinner("Asking the network about every sample"):
            judged = judge(snapshot, split)
            coarse = frequent(judged)
            scores = metrics.scores(coarse.labels, coarse.answers, len(coarse.names))
            now = Kept(judged, coarse, snapshot, now.number + 1 if now else 0, scores)
            judgements[name, split] = now
    return now


def _estimated(name: str, snapshot: Snapshot, split: str) -> Estimates:
    """As `_judged`, where answers are values."""
    known = visit.state(Judgements).estimates
    now, desk = known.get((name, split)), session.find(name)
    if (
        now is None
        or now[0].experiment != snapshot.experiment
        or (now[0].network is not snapshot.network and not (desk and desk.busy))
    ):
        now = known[name, split] = snapshot, estimates(snapshot, split)
    return now[1]


def _accuracy(kept: Kept) -> None:
    """The share of right answers, and how far chance may have moved it; of text bits, too."""
    judged = kept.judged
    count, wrong = len(judged.labels), len(judged.mistakes)
    low, high = metrics.wilson(count - wrong, count)
    with st.container(key="readout_judged", width="stretch"):
        st.markdown(
            f"Accuracy **{numerals.percent((count - wrong) / count, 2)}** "
            f"*{numerals.fixed(100 * low, 2)} to {numerals.percent(high, 2)}* {wrong:,} of "
            f"{count:,} wrong{_bits(kept)}",
            help="The range is Wilson's 95 % interval: how far another "
            f"{count:,} samples of the same kind might have moved the accuracy.",
        )


def _bits(kept: Kept) -> str:
    if not kept.snapshot.data.next_symbol:
        return ""
    known = evaluation.surprise(kept.judged.probabilities, kept.judged.labels)
    return f", **{numerals.fixed(known['bits'], 2)}** bits per character"


def _older(name: str, kept: Kept) -> None:
    """While the network trains on, what is judged is older than it."""
    desk = session.find(name)
    if desk is None or not desk.busy:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap=8):
        st.markdown(
            f":gray[This judges the network as it was at epoch "
            f"{numerals.fixed(kept.snapshot.epoch, 1)}; it trains on.]",
            width="content",
        )
        st.button(
            "Judge it now",
            icon=":material/refresh:",
            type="tertiary",
            key="quiet_again",
            on_click=visit.state(Judgements).clear,
        )


@st.fragment
def _body(version: str, kept: Kept, points: np.ndarray | None) -> None:
    """Whatever is clicked here runs this part again, and asks the network nothing."""
    judged = kept.judged
    shown = visit.state(Shown)
    if shown.version != version:
        vars(shown).update(vars(Shown(version)))
    left, middle, right = st.columns([372, 500, 312], gap=24)
    with left, st.container(key="judge_left", gap=8):
        _confusion(kept.coarse, shown)
        _calibration(kept)
    with middle, st.container(key="judge_middle", gap=8):
        layout.title("Each class")
        with st.container(key="perclass"):
            st.markdown(views.table(kept.coarse, kept.scores))
        of, threshold = _one_class(judged, shown)
        decision = _threshold(kept, of, threshold, shown)
    with right, st.container(key="judge_right", gap=8):
        _list(kept, points, shown, of, threshold, decision)


def _confusion(judged: Judgement, shown: Shown) -> None:
    """The matrix; a click, or the two menus below it, lists the samples of a cell."""
    layout.title("Confusion", "row: what it is, column: what it was read as")
    dark = st.context.theme.type == "dark"
    figure = {**judgement.confusion(judged, dark), "clicks": True}

    names = dict(enumerate(judged.names))

    def clicked(event: Click) -> None:
        label, answer = round(event.y), round(event.x)
        if label in names and answer in names:
            widgets.put("judge_is", label)
            widgets.put("judge_read", answer)
            shown.show(what="cell", label=label, answer=answer)

    def chosen() -> None:
        label, answer = widgets.value("judge_is"), widgets.value("judge_read")
        shown.show(what="cell", label=label, answer=answer)

    live.chart(
        figure,
        "judge_confusion",
        366,
        f"Confusion matrix: {len(judged.mistakes):,} of "
        f"{len(judged.labels):,} read wrongly. The menus below choose a cell.",
        click=clicked,
    )
    with st.container(key="judge_cell", horizontal=True, vertical_alignment="center", gap=8):
        for key, label, now in (
            ("judge_is", "Is", shown.label),
            ("judge_read", "read as", shown.answer),
        ):
            _within(key, now, names)
            st.selectbox(
                label,
                names,
                key=key,
                format_func=lambda name: names.get(name, ""),
                on_change=chosen,
            )


def _within(key: str, value: Any, options: Any) -> None:
    """Give a widget its value where it has none, or one of another network's classes."""
    if widgets.value(key) not in options:
        widgets.put(key, value if value in options else next(iter(options)))


def _calibration(kept: Kept) -> None:
    found = metrics.calibration(kept.judged.labels, kept.judged.probabilities)
    layout.title("Calibration", f"off by {numerals.percent(found.error)} on average")
    live.chart(
        views.calibration(found),
        "judge_calibration",
        190,
        "How often answers are right "
        f"against how sure the network is; the two differ by {numerals.percent(found.error)} "
        "on average.",
    )


def _one_class(judged: Judgement, shown: Shown) -> tuple[int, float]:
    """Which class, and how probable it must be to pass."""
    names = dict(enumerate(judged.names))
    layout.title(
        "One class against the rest",
        "a sample passes if the class is at least as probable as the threshold",
    )
    with st.container(key="judge_one", horizontal=True, vertical_alignment="center", gap=16):
        _within("judge_class", 0, names)
        with st.container(width=140):
            st.selectbox(
                "Class",
                names,
                key="judge_class",
                format_func=lambda name: names.get(name, ""),
                on_change=shown.show,
                kwargs={"what": "group"},
            )
        with st.container(width="stretch"):
            widgets.suggest("judge_threshold", 0.5)
            st.select_slider(
                "Threshold",
                THRESHOLDS,
                key="judge_threshold",
                on_change=shown.show,
                kwargs={"what": "group"},
                format_func=numerals.plain,
            )
    return widgets.value("judge_class"), widgets.value("judge_threshold")


def _threshold(kept: Kept, of: int, threshold: float, shown: Shown) -> views.Decision:
    """Both curves with the threshold's point on them, and the four groups it makes."""
    judged, name = kept.judged, kept.judged.names[of]
    if of not in kept.curves:
        kept.curves[of] = (
            metrics.roc(judged.labels, judged.probabilities, of),
            metrics.precision_recall(judged.labels, judged.probabilities, of),
        )
    roc, recall = kept.curves[of]
    decision, scores = views.decide(judged, of, threshold), views.binary(judged, of, threshold)
    close = widgets.value("judge_close", True)
    for place, title, figure, key, area in zip(
        st.columns(2, gap=16),
        ("ROC", "Precision and recall"),
        (
            views.roc(roc, decision, close),
            views.precision_recall(recall, decision, scores.precision[1], close),
        ),
        ("judge_roc", "judge_pr"),
        (roc.area, recall.area),
        strict=True,
    ):
        with place:
            known = (
                f"area {numerals.fixed(area, 5)}"
                if np.isfinite(area)
                else "needs both kinds of samples"
            )
            layout.title(title, known)
            live.chart(
                figure,
                key,
                160,
                f"{title} of class {name}: {known}. At the "
                f"threshold precision is {numerals.percent(scores.precision[1])}, recall "
                f"{numerals.percent(scores.recall[1])}.",
            )
    _groups(decision, scores, name, shown)
    return decision


def _groups(decision: views.Decision, scores: metrics.Scores, name: str, shown: Shown) -> None:
    """Four buttons, a cell each of the 2×2 matrix; each lists its samples."""
    helps = {
        "found": f"Is {name}, and passes.",
        "missed": f"Is {name}, and does not pass.",
        "alarms": f"Is not {name}, and passes all the same.",
        "left": f"Is not {name}, and does not pass.",
    }
    with st.container(key="judge_groups", gap=4):
        for pair in (("found", "missed"), ("alarms", "left")):
            for place, group in zip(st.columns(2, gap=8, wrap=False), pair, strict=True):
                on = shown.what == "group" and shown.name == group
                place.button(
                    f"{GROUPS[group]} **{len(getattr(decision, group)):,}**",
                    key=group,
                    help=helps[group],
                    width="stretch",
                    on_click=shown.show,
                    kwargs={"what": "group", "name": group},
                    type="primary" if on else "secondary",
                )
    with st.container(horizontal=True, vertical_alignment="center", gap=16):
        st.markdown(
            f"Precision **{numerals.percent(scores.precision[1], 2)}**, "
            f"recall **{numerals.percent(scores.recall[1], 2)}**, "
            f"F1 **{numerals.percent(scores.f1[1], 2)}**",
            width="stretch",
        )
        st.toggle(
            "Zoom in",
            True,
            key="judge_close",
            help="Show the corner of both charts where "
            "the curves bend, instead of everything from 0 to 100 %.",
        )


def _list(
    kept: Kept,
    points: np.ndarray | None,
    shown: Shown,
    of: int,
    threshold: float,
    decision: views.Decision,
) -> None:
    """The samples that were asked for."""
    judged, names, group = kept.judged, kept.judged.names, None
    if shown.what == "cell":
        indices = views.cell(kept.coarse, shown.label, shown.answer)
        title = f"{kept.coarse.names[shown.label]}, read as {kept.coarse.names[shown.answer]}"
    elif shown.what == "group":
        indices, group = getattr(decision, shown.name), of
        title = f"{GROUPS[shown.name]} at {numerals.plain(threshold)}"
    else:
        indices, title = judged.mistakes, "Sure, and wrong"
    pages = max(1, -(-len(indices) // AT_ONCE))
    page = shown.page = min(shown.page, pages - 1)
    part = indices[page * AT_ONCE : (page + 1) * AT_ONCE]
    with st.container(key="judge_list", horizontal=True, vertical_alignment="center", gap=4):
        st.text(title, width="stretch")
        for label, by, icon in (("Back", -1, "chevron_left"), ("More", 1, "chevron_right")):
            st.button(
                label,
                key=f"quiet_{label}",
                type="tertiary",
                icon=f":material/{icon}:",
                disabled=not 0 <= page + by < pages,
                on_click=shown.show,
                kwargs={"page": page + by},
            )
    _count(len(indices), page, len(part), group is not None and names[of])
    if points is not None:
        live.chart(
            views.plane(judged, points, indices),
            "judge_plane",
            300,
            f"{len(indices):,} chosen samples on the plane",
        )
    elif kept.snapshot.data.answers or judged.images.ndim < 4:
        _passages(kept, part, group)
    elif len(part):
        live.show("flow", "judge_tiles", views.gallery(judged, part, group))
    if shown.what != "surest":
        st.button(
            "The surest mistakes",
            key="quiet_surest",
            type="tertiary",
            icon=":material/undo:",
            on_click=shown.show,
            kwargs={"what": "surest"},
        )


def _passages(kept: Kept, indices: np.ndarray, of: int | None) -> None:
    """Samples that are no images: what was read, and the answer after it."""
    rows = ["| read | right → said |" if of is None else "| read | is |", "|--:|:--|"]
    for index in indices:
        cells = judge_steps.answered(kept.judged, kept.snapshot.data, int(index), of)
        rows.append(f"| {' | '.join(map(layout.literal, cells))} |")
    if len(indices):
        st.markdown("\n".join(rows))


def _count(total: int, page: int, part: int, name: Any) -> None:
    first = page * AT_ONCE + 1
    st.text(
        f"{first:,} to {first + part - 1:,} of {total:,}"
        if total > AT_ONCE
        else f"{total:,} sample{'s' if total != 1 else ''}"
    )
