"""The stack of layers: a row each, to be edited, moved, removed; and help where one does not fit.

A row keeps its name while it moves, so that the focus stays on it and Enter moves it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from playground.engine import registry
from playground.experiment import edits, stacks
from playground.views import architecture, suitable
from playground.views import stack as view
from playground.web.frame import live, visit, widgets
from playground.web.frame.desk import Desk
from playground.web.parts import forms, volumes


@dataclass(frozen=True)
class Stack:
    """One of a desk's stacks, with the words about it.

    thing: one sample. key: what tells its widgets from those of another stack on the page.
    """

    desk: Desk
    thing: str = "image"
    where: stacks.Where = stacks.OWN

    @property
    def key(self) -> str:
        return "_".join((self.desk.name, *self.where[:-1]))

    @property
    def hidden(self) -> bool:
        """Whether a link hides what changes it: it is to be read, and nothing else."""
        return self.desk.controls.hides_place(self.where)

    @property
    def fixed(self) -> bool:
        """Whether a link lets nobody change it."""
        return self.desk.controls.fixes_place(self.where)

    def names(self) -> list[int]:
        """A number for each row that it keeps while it moves; new ones for another stack."""
        names = visit.state(Rows, self.key).numbers
        count = len(edits.get(self.desk.experiment, self.where))
        if len(names) != count:
            start = max(names, default=-1) + 1
            names[:] = range(start, start + count)
        return names


@dataclass
class Rows:
    """A number for each row of a stack."""

    numbers: list[int] = field(default_factory=list)


def editor(
    desk: Desk,
    head: Callable[[], None],
    source: Callable[[], None],
    thing: str = "image",
    where: stacks.Where = stacks.OWN,
) -> None:
    """What a network is made of, from the data down to the last layer.

    head: draws what the stack is called, or a menu of presets. source: draws the row of what it
    reads. thing: one sample. where: which of the Experiment's stacks.
    """
    lines, trouble = view.lines(desk.experiment, where)
    this = Stack(desk, thing, where)
    names = this.names()
    place = "stack" if where == stacks.OWN else f"stack_{this.key}"
    with st.container(key=place, gap=4):
        _head(this, lines, trouble, head)
        source()
        for position, line in enumerate(lines):
            _row(this, names, position, line, trouble)
            if trouble and position == trouble.position:
                _help(this, trouble)
        if trouble and not lines:
            _help(this, trouble)
        live.show("focus", f"focus_{place}", {"place": place})


# ---- the head: presets, the count, more layers ----


def _head(
    this: Stack, lines: list[view.Line], trouble: view.Trouble | None, head: Callable[[], None]
) -> None:
    desk, name = this.desk, this.key
    with st.container(key=f"stackhead_{name}", horizontal=True, vertical_alignment="center", gap=8):
        head()
        numbers = sum(line.parameters for line in lines)
        words = "cannot run yet" if trouble else f"{numbers:,} numbers to learn"
        st.markdown(f":small[:gray[{words}]]", width="stretch")
        if not this.hidden:
            _more(this, f"{name}_quiet_add")
    if not trouble and this.where == stacks.OWN:
        volumes.totals(desk, lines, this.thing)


def _more(this: Stack, key: str) -> None:
    st.menu_button(
        "Layer",
        suitable.layers(this.desk.experiment, this.where),
        key=key,
        type="tertiary",
        icon=":material/add:",
        disabled=this.fixed,
        format_func=lambda name: registry.get("layer", name).title,
        on_click=lambda: _add(this, widgets.value(key)),
    )


# ---- a row ----


def _row(
    this: Stack, names: list[int], position: int, line: view.Line, trouble: view.Trouble | None
) -> None:
    name = f"{this.key}_{names[position]}"
    state = (
        "fits"
        if trouble is None or position < trouble.position
        else ("broken" if position == trouble.position else "off")
    )
    with st.container(
        key=f"layer_{name}", horizontal=True, vertical_alignment="center", gap=6, wrap=False
    ):
        label = f":gray[:material/{line.icon}:] **{line.name}** {line.summary}"
        if this.hidden:
            st.markdown(label, width="content")
        else:
            with st.popover(label, type="tertiary", key=f"edit_{name}"):
                _form(this, position)
                if line.shape:
                    st.caption(architecture.facts(line, this.desk.experiment.batch_size))
        with st.container(key=f"{state}_{name}", width="stretch"):
            st.markdown(_shape(line, state))
        if this.hidden:
            return
        with st.container(
            key=f"act_{name}", horizontal=True, vertical_alignment="center", gap=0, width="content"
        ):
            _actions(this, names, position, line, name)


def _shape(line: view.Line, state: str) -> str:
    if line.shape and state == "fits":
        return f"{line.shape}  \n*{line.parameters:,}*"
    return ":red[does not fit]" if state == "broken" else "—"


def _form(this: Stack, position: int) -> None:
    """The layer's options, as the registry lists them."""
    path = (*this.where, position)
    cls = registry.get("layer", edits.get(this.desk.experiment, path).type)
    if not registry.options(cls):
        st.caption("Nothing to set.")
    forms.options(this.desk, path, cls)
    st.caption(forms.first_line(cls))


def _actions(this: Stack, names: list[int], position: int, line: view.Line, name: str) -> None:
    """Each button has its words, which the style sheet hides behind the icon."""
    whose = "" if this.where == stacks.OWN else " of the discriminator"
    what = f"layer {position + 1}{whose}, {line.title}"
    for words, icon, by in (("Move up", "arrow_upward", -1), ("Move down", "arrow_downward", 1)):
        st.button(
            f"{words} {what}",
            icon=f":material/{icon}:",
            type="tertiary",
            key=f"{icon}_{name}",
            disabled=this.fixed or not 0 <= position + by < len(names),
            on_click=_move,
            args=(this, names, position, by),
        )
    st.button(
        f"Delete {what}",
        icon=":material/delete:",
        type="tertiary",
        key=f"delete_{name}",
        disabled=this.fixed,
        on_click=_remove,
        args=(this, names, position),
    )


# ---- what does not fit ----


def _help(this: Stack, trouble: view.Trouble) -> None:
    """Which layer, why, and buttons that mend it."""
    desk = this.desk
    other = "" if this.where == stacks.OWN else f"_{this.key}"
    with st.container(key=f"fix{other}", gap=6):
        st.error(f"**{trouble.reason}** {trouble.because}", icon=":material/error:")
        with st.container(horizontal=True, gap=6, vertical_alignment="center"):
            for number, repair in enumerate(trouble.repairs):
                st.button(
                    repair.label,
                    key=f"fix{other}_{number}",
                    type="secondary" if number else "primary",
                    icon=None if number else ":material/build:",
                    on_click=desk.change_to,
                    args=(repair.description,),
                )
            if desk.previous is not None:
                st.button("Undo", key=f"quiet_undo{other}", type="tertiary", on_click=desk.undo)


# ---- verbs ----


def _add(this: Stack, kind: str | None) -> None:
    if kind is None:
        return
    layer, experiment, names = {"type": kind}, this.desk.experiment, this.names()
    position = view.place(experiment, layer, this.where)
    names.insert(position, max(names, default=-1) + 1)
    this.desk.change_to(edits.add_layer(experiment, position, layer, this.where))


def _move(this: Stack, names: list[int], position: int, by: int) -> None:
    names.insert(position + by, names.pop(position))
    desk = this.desk
    desk.change_to(edits.move_layer(desk.experiment, position, by, this.where))


def _remove(this: Stack, names: list[int], position: int) -> None:
    del names[position]
    desk = this.desk
    desk.change_to(edits.remove_layer(desk.experiment, position, this.where))
