"""Widgets that show an Experiment and change it; for registered pieces they make themselves.

The Experiment is the one truth: a widget shows it, and its call-back changes it. When it changes
in any other way (a link, a remedy, a click in the drawing), the widget gets a new key and with it
a new start. Writing the new value into its state instead would not reach a widget inside a closed
popover: the browser keeps the old value and sends it back with the next click. And what the browser
sends before it has drawn the newest page still holds the old widget, whose value Streamlit takes
for news: the call-back of a widget that is gone does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from playground.engine import registry
from playground.experiment import edits, numerals
from playground.views import activation
from playground.web.frame import live, widgets
from playground.web.frame.desk import Desk

# The steps of TensorFlow Playground's menus.
RATES = (1e-5, 1e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTIES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


TASKS = {"classification": "Classes", "regression": "Values"}
CURVE = 150  # px
_START = {
    st.number_input: "value",
    st.slider: "value",
    st.select_slider: "value",
    st.toggle: "value",
    st.text_input: "value",
    st.pills: "default",
    st.segmented_control: "default",
}


def same(value: Any) -> Any:
    """A value that is shown as it is kept."""
    return value


def bound(
    desk: Desk,
    path: tuple,
    widget: Callable[..., Any],
    label: str,
    *arguments: Any,
    show: Callable[[Any], Any] = same,
    keep: Callable[[Any], Any] = same,
    put: Callable[[Any], None] | None = None,
    **options: Any,
) -> Any:
    """Draw `widget` for the value at `path`; `show` turns it into the widget's, `keep` back.

    put: what to do with a new value, where setting it at `path` is not all. A link may hide the
    control or lock it.
    """
    if desk.controls.hides_place(path):
        return None
    if desk.controls.fixes_place(path):
        options["disabled"] = True
    key, start = _key(desk, path, show(edits.get(desk.experiment, path)))
    drawn = desk.widgets[path]

    def moved() -> None:
        value = widgets.value(key)
        lost = value is None and options.get("required")  # the browser has not said what is chosen
        if desk.widgets[path] == drawn and not lost:
            (put or (lambda new: desk.put(path, new)))(keep(value))

    if widget is st.selectbox:
        options["index"] = list(arguments[0]).index(start)
    else:
        options[_START[widget]] = start
    return widget(label, *arguments, key=key, on_change=moved, **options)


def _key(desk: Desk, path: tuple, value: Any) -> tuple[str, Any]:
    """The widget's key and the value it started from; both new if it no longer shows `value`."""
    number, start = desk.widgets.get(path, (0, value))
    name = ".".join(map(str, (desk.name, *path)))
    if widgets.value(f"{name}~{number}", start) != value:
        number, start = number + 1, value
    desk.widgets[path] = number, start
    return f"{name}~{number}", start


def rate(desk: Desk, path: tuple, label: str, values: Iterable[float], **options: Any) -> Any:
    """A choice among usual rates, and the one in force."""
    now = edits.get(desk.experiment, path)
    return bound(
        desk,
        path,
        st.selectbox,
        label,
        sorted({*values, now}),
        format_func=numerals.plain,
        **options,
    )


def task(desk: Desk, help: str, put: Callable[[str], None], **options: Any) -> None:
    """Whether points have classes or values."""
    bound(
        desk,
        ("data", "task"),
        st.segmented_control,
        "Answers",
        list(TASKS),
        format_func=TASKS.get,
        required=True,
        width="stretch",
        help=help,
        put=put,
        **options,
    )


def slower(now: float) -> float:
    """The usual learning rate about a tenth of this one, as the Run's own advice has it."""
    return max((value for value in RATES if value <= now / 9), default=now / 10)


def piece(
    desk: Desk,
    field: str | tuple[str, ...],
    label: str,
    names: Iterable[str] | None = None,
    without: tuple[str, ...] = (),
    help: str | None = None,
) -> None:
    """Choose a registered piece for a field of the Experiment, read about it, set its options."""
    path = (field,) if isinstance(field, str) else field
    kind = edits.kind(path)
    now = edits.get(desk.experiment, (*path, "type"))
    names = list(dict.fromkeys([*(names or registry.names(kind)), now]))
    bound(
        desk,
        (*path, "type"),
        st.selectbox,
        label,
        names,
        help=help,
        format_func=lambda name: capital(registry.get(kind, name).title),
    )
    chosen = registry.get(kind, now)
    st.caption(first_line(chosen))
    options(desk, path, chosen, without)


def options(desk: Desk, path: tuple, cls: type, without: tuple[str, ...] = ()) -> None:
    """Widgets for the options of a piece, two a row."""
    shown = [option for option in registry.options(cls) if option.name not in without]
    for first in range(0, len(shown), 2):
        pair = shown[first : first + 2]
        places = st.columns(2, gap=8, wrap=False) if len(pair) > 1 else [st.container()]
        for place, field in zip(places, pair, strict=True):
            with place:
                option(desk, (*path, field.name), field)
    for field in shown:
        if field.choices == "activation":
            _curve(desk, (*path, field.name))


def _curve(desk: Desk, path: tuple) -> None:
    """The chosen activation as a picture, under its menu."""
    name = edits.get(desk.experiment, path)
    title = registry.get("activation", name).title
    live.chart(
        activation.figure(name),
        ".".join(map(str, (desk.name, *path, "curve"))),
        CURVE,
        f"{title}: the output of a neuron by its sum, and the slope of that curve.",
    )


def option(desk: Desk, path: tuple, of: registry.Option) -> Any:
    """The widget that fits an option: its type, bounds, choices and help."""
    if of.many and not of.choices:
        return bound(
            desk,
            path,
            st.text_input,
            of.title,
            help=of.help,
            keep=lambda text: _numbers(text) or (None if of.optional else ()),
            show=lambda value: "×".join(map(str, value or ())),
            placeholder="automatic" if of.optional else None,
        )
    if of.many:
        return bound(
            desk, path, st.pills, of.title, of.names(), selection_mode="multi", help=of.help
        )
    if of.choices:
        return bound(
            desk,
            path,
            st.selectbox,
            of.title,
            of.names(),
            help=of.help,
            format_func=lambda name: _title(of.choices, name),
        )
    if of.type is bool:
        return bound(desk, path, st.toggle, of.title, help=of.help)
    number = int if of.type is int else float
    return bound(
        desk,
        path,
        st.number_input,
        of.title,
        number(of.low),
        number(of.high),
        step=_step(of),
        format="%d" if of.type is int else "%g",
        help=of.help,
        placeholder="automatic" if of.optional else None,
        show=lambda value: value if value is None else number(value),
    )


def first_line(cls: type) -> str:
    """What a piece says about itself to users: the first line of its docstring."""
    return (cls.__doc__ or "").strip().split("\n")[0]


def capital(text: str) -> str:
    """With a capital letter at the start, the rest as it is."""
    return text[:1].upper() + text[1:]


def _numbers(text: str) -> tuple[int, ...]:
    """The whole numbers in a text: 1×28×28."""
    return tuple(int(number) for number in re.findall(r"\d{1,9}", text))


def _title(choices: str | tuple[str, ...] | None, name: str) -> str:
    return registry.get(choices, name).title if isinstance(choices, str) else name


def _step(of: registry.Option) -> int | float:
    """The last digit of the default: 0.9 moves by 0.1, 0.999 by 0.001."""
    if of.type is int:
        return 1
    if not of.default:
        return 0.1
    digits = numerals.plain(of.default).partition(".")[2]
    return float(10.0 ** -max(len(digits), 1))
