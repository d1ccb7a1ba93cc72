"""The stack of layers: a row each, to be edited, moved, removed; and help where one does not fit.

A row keeps its name while it moves, so that the focus stays on it and Enter moves it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from playground.engine import registry
from playground.experiment import edits, numerals
from playground.views import architecture, stack, suitable
from playground.web.frame import live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms


def editor(
    desk: Desk, presets: Callable[[], None], source: Callable[[], None], thing: str = "image"
) -> None:
    """What the network is made of, from the data down to the last layer.

    presets: draws the menu in the head. source: draws the row of the data. thing: one sample.
    """
    lines, trouble = stack.lines(desk.experiment)
    names = _names(desk)
    with st.container(key="stack", gap=4):
        _head(desk, lines, trouble, presets, thing)
        source()
        for position, line in enumerate(lines):
            _row(desk, names, position, line, trouble)
            if trouble and position == trouble.position:
                _help(desk, trouble)
        if trouble and not lines:
            _help(desk, trouble)
        live.show("focus", "focus_stack", {"place": "stack"})


@dataclass
class Rows:
    """A number for each row of the stack."""

    numbers: list[int] = field(default_factory=list)


def _names(desk: Desk) -> list[int]:
    """A number for each row that it keeps while it moves; new ones when the stack is another."""
    names = visit.state(Rows, desk.name).numbers
    if len(names) != len(desk.experiment.layers):
        start = max(names, default=-1) + 1
        names[:] = range(start, start + len(desk.experiment.layers))
    return names


# ---- the head: presets, the count, more layers ----


def _head(
    desk: Desk,
    lines: list[stack.Line],
    trouble: stack.Trouble | None,
    presets: Callable[[], None],
    thing: str,
) -> None:
    with st.container(key="stackhead", horizontal=True, vertical_alignment="center", gap=8):
        presets()
        numbers = sum(line.parameters for line in lines)
        words = "cannot run yet" if trouble else f"{numbers:,} numbers to learn"
        st.markdown(f":small[:gray[{words}]]", width="stretch")
        key = f"{desk.name}_quiet_add"
        st.menu_button(
            "Layer",
            suitable.layers(desk.experiment),
            key=key,
            type="tertiary",
            icon=":material/add:",
            format_func=lambda name: registry.get("layer", name).title,
            on_click=lambda: _add(desk, widgets.value(key)),
        )
    if not trouble:
        _totals(desk, lines, thing)


def _totals(desk: Desk, lines: list[stack.Line], thing: str) -> None:
    """The work of one sample, what training takes of memory, and the way to the picture."""
    work = numerals.size(sum(line.multiply_adds for line in lines))
    with st.container(key="stacktotals", horizontal=True, vertical_alignment="center", gap=8):
        words = f"{work} multiply-adds"
        run = desk.run
        if run is not None and run.status != "compiling":
            words += f", {numerals.size(run.memory_bytes)}B"
        st.markdown(
            f":small[:gray[{words}]]",
            width="stretch",
            help=f"The work of reading one {thing}: a multiply-add is one product added to a "
            "sum. And the memory that the compiled network has planned: weights, "
            "gradients, the optimizer's companions and what a batch of "
            f"{desk.experiment.batch_size} needs; the data are not in it.",
        )
        if st.button(
            "Picture",
            icon=":material/view_in_ar:",
            type="tertiary",
            key=f"{desk.name}_quiet_picture",
            help="The network as volumes.",
        ):
            _picture(desk)


@st.dialog("The network as volumes", width="large")
def _picture(desk: Desk) -> None:
    """Every layer's answer as a box."""
    dark = st.context.theme.type == "dark"
    with st.container(key="volumes"):
        st.image(
            architecture.svg(desk.experiment, dark),
            width="stretch",
            caption=architecture.describe(desk.experiment),
        )
    st.caption(
        "A box is as high as its images and as wide as it has maps; lengths grow with the "
        "square root, or the small ones would vanish. Layers that change no shape stand "
        "in words above the box they follow."
    )
    st.download_button(
        "Download (SVG)",
        architecture.svg(desk.experiment),
        "network.svg",
        "image/svg+xml",
        key=f"{desk.name}_save_picture",
        on_click="ignore",
        icon=":material/download:",
    )


# ---- a row ----


def _row(
    desk: Desk, names: list[int], position: int, line: stack.Line, trouble: stack.Trouble | None
) -> None:
    name = f"{desk.name}_{names[position]}"
    state = (
        "fits"
        if trouble is None or position < trouble.position
        else ("broken" if position == trouble.position else "off")
    )
    with st.container(
        key=f"layer_{name}", horizontal=True, vertical_alignment="center", gap=6, wrap=False
    ):
        label = f":gray[:material/{line.icon}:] **{line.name}** {line.summary}"
        with st.popover(label, type="tertiary", key=f"edit_{name}"):
            _form(desk, position)
            if line.shape:
                st.caption(architecture.facts(line, desk.experiment.batch_size))
        with st.container(key=f"{state}_{name}", width="stretch"):
            st.markdown(_shape(line, state))
        with st.container(
            key=f"act_{name}", horizontal=True, vertical_alignment="center", gap=0, width="content"
        ):
            _actions(desk, names, position, line, name)


def _shape(line: stack.Line, state: str) -> str:
    if line.shape and state == "fits":
        return f"{line.shape}  \n*{line.parameters:,}*"
    return ":red[does not fit]" if state == "broken" else "—"


def _form(desk: Desk, position: int) -> None:
    """The layer's options, as the registry lists them."""
    cls = registry.get("layer", desk.experiment.layers[position].type)
    if not registry.options(cls):
        st.caption("Nothing to set.")
    forms.options(desk, ("layers", position), cls)
    st.caption(forms.first_line(cls))


def _actions(desk: Desk, names: list[int], position: int, line: stack.Line, name: str) -> None:
    """Each button has its words, which the style sheet hides behind the icon."""
    what = f"layer {position + 1}, {line.title}"
    for words, icon, by in (("Move up", "arrow_upward", -1), ("Move down", "arrow_downward", 1)):
        st.button(
            f"{words} {what}",
            icon=f":material/{icon}:",
            type="tertiary",
            key=f"{icon}_{name}",
            disabled=not 0 <= position + by < len(names),
            on_click=_move,
            args=(desk, names, position, by),
        )
    st.button(
        f"Delete {what}",
        icon=":material/delete:",
        type="tertiary",
        key=f"delete_{name}",
        on_click=_remove,
        args=(desk, names, position),
    )


# ---- what does not fit ----


def _help(desk: Desk, trouble: stack.Trouble) -> None:
    """Which layer, why, and buttons that mend it."""
    with st.container(key="fix", gap=6):
        st.error(f"**{trouble.reason}** {trouble.because}", icon=":material/error:")
        with st.container(horizontal=True, gap=6, vertical_alignment="center"):
            for number, repair in enumerate(trouble.repairs):
                st.button(
                    repair.label,
                    key=f"fix_{number}",
                    type="secondary" if number else "primary",
                    icon=None if number else ":material/build:",
                    on_click=desk.change_to,
                    args=(repair.description,),
                )
            if desk.previous is not None:
                st.button("Undo", key="quiet_undo", type="tertiary", on_click=desk.undo)


# ---- verbs ----


def _add(desk: Desk, kind: str | None) -> None:
    if kind is None:
        return
    layer = {"type": kind}
    position = stack.place(desk.experiment, layer)
    _names(desk).insert(position, max(_names(desk), default=-1) + 1)
    desk.change_to(edits.add_layer(desk.experiment, position, layer))


def _move(desk: Desk, names: list[int], position: int, by: int) -> None:
    names.insert(position + by, names.pop(position))
    desk.change_to(edits.move_layer(desk.experiment, position, by))


def _remove(desk: Desk, names: list[int], position: int) -> None:
    del names[position]
    desk.change_to(edits.remove_layer(desk.experiment, position))
