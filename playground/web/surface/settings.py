"""The left side of the Surface page: which surface, from where, who walks, and how."""

from __future__ import annotations

import streamlit as st

from playground.data import surfaces
from playground.experiment import numerals
from playground.experiment.descent import FARTHEST, title, ways
from playground.views.surface import GOALS
from playground.web.frame import layout, widgets
from playground.web.surface.ground import Ground, ground_titles, offered

SAME, APART = "One for all", "Each its own"
STEPS = (10, 20, 50, 100, 200, 300, 500, 1000, 2000)


def controls(now: Ground) -> None:
    """All of them."""
    _surface(now)
    _start(now)
    _walkers(now)
    _rates(now)
    _more(now)


def _surface(now: Ground) -> None:
    titles = ground_titles()
    widgets.put("surface_name", now.descent.surface)
    st.selectbox(
        "Surface",
        titles,
        key="surface_name",
        format_func=lambda name: titles.get(name, ""),
        on_change=lambda: now.travel(widgets.value("surface_name")),
        help="What the walkers go down: heights over x and y, as a loss is one over weights.",
    )
    if now.descent.surface == surfaces.OWN:
        _formula(now)
    else:
        ground = now.descent.ground
        st.markdown(f":gray[{ground.about}]")
        st.code(f"f(x, y) = {ground.expression}", language=None, wrap_lines=True)
    if now.error:
        st.error(layout.literal(now.error))


def _formula(now: Ground) -> None:
    if not now.error:  # what cannot be read stays, to be mended
        widgets.put("surface_formula", now.descent.expression or surfaces.EXAMPLE)
    widgets.put("surface_reach", now.descent.reach)

    def written() -> None:
        now.change(
            expression=widgets.value("surface_formula"),
            reach=widgets.value("surface_reach"),
            start=None,
        )

    st.text_input(
        "Height f(x, y)",
        key="surface_formula",
        max_chars=200,
        on_change=written,
        help="Numbers, + − · / ^, x, y, r, angle, and functions such as sin(x), exp(x), abs(x), "
        "min(x, y). Slopes are worked out from it exactly.",
    )
    st.number_input(
        "Map from −x to +x",
        0.1,
        100.0,
        key="surface_reach",
        on_change=written,
        help="How far the map reaches to the left and to the right.",
    )


def _start(now: Ground) -> None:
    start = now.descent.origin
    with st.container(horizontal=True, gap=8):
        for axis, value in zip("xy", start, strict=True):
            key = f"surface_{axis}"
            widgets.put(key, float(value))
            st.number_input(
                f"Start {axis}",
                -FARTHEST,
                FARTHEST,
                step=0.1,
                format="%g",
                key=key,
                width="stretch",
                on_change=lambda: now.change(
                    start=(widgets.value("surface_x"), widgets.value("surface_y"))
                ),
                help="Where all begin. A click on the map sets it, too.",
            )


def _walkers(now: Ground) -> None:
    widgets.put("surface_walkers", now.names)
    st.pills(
        "Walkers",
        list(ways()),
        selection_mode="multi",
        key="surface_walkers",
        format_func=title,
        on_change=lambda: now.choose(widgets.value("surface_walkers")),
        help="Every optimizer there is. Each moves by the same code that trains the networks.",
    )


def _rates(now: Ground) -> None:
    def ways_of_rates() -> None:
        if widgets.value("surface_apart") == APART:
            now.apart = True
            now.tune()
        else:
            now.level()

    widgets.put("surface_apart", APART if now.apart else SAME)
    st.segmented_control(
        "Learning rate",
        (SAME, APART),
        key="surface_apart",
        required=True,
        on_change=ways_of_rates,
        width="stretch",
        help="One for all compares rates as much as rules. Each its own: the race is fair when "
        "each has its best one.",
    )
    if now.apart:
        _own_rates(now)
        return
    widgets.put("surface_rate", now.rate)
    st.select_slider(
        "Learning rate of all",
        offered(now.rate),
        key="surface_rate",
        label_visibility="collapsed",
        format_func=numerals.plain,
        on_change=lambda: now.put("learning_rate", widgets.value("surface_rate")),
    )


def _own_rates(now: Ground) -> None:
    with st.container(key="surface_rates", horizontal=True, gap=8):
        for name, part in zip(now.names, now.descent.optimizers, strict=True):
            key = f"surface_rate_{name}"
            widgets.put(key, part.learning_rate)
            st.selectbox(
                title(name),
                offered(part.learning_rate),
                key=key,
                width=130,
                format_func=numerals.plain,
                on_change=lambda name=name, key=key: now.put(
                    "learning_rate", widgets.value(key), name
                ),
            )
    st.button(
        "Find the best rates",
        key="quiet_best_rates",
        icon=":material/search:",
        type="tertiary",
        on_click=now.tune,
        help="Tries 31 rates for each, and takes the one that is down soonest from this start.",
    )


def _more(now: Ground) -> None:
    if {"momentum", "nesterov"} & set(now.names):
        widgets.put("surface_momentum", now.momentum)
        st.slider(
            "Momentum",
            0.05,
            0.99,
            step=0.01,
            key="surface_momentum",
            on_change=lambda: now.put("momentum", widgets.value("surface_momentum")),
            help="How much of the last step Momentum and Nesterov keep.",
        )
    steps, goal = st.columns(2, gap=8, wrap=False)
    with steps:
        widgets.put("surface_steps", now.descent.steps)
        st.selectbox(
            "Steps",
            sorted({*STEPS, now.descent.steps}),
            key="surface_steps",
            format_func=numerals.count,
            on_change=lambda: now.change(steps=widgets.value("surface_steps")),
            help="How many each walker takes.",
        )
    with goal:
        widgets.put("surface_goal", now.goal)

        def down() -> None:
            now.goal = widgets.value("surface_goal")

        st.selectbox(
            "Down means",
            GOALS,
            key="surface_goal",
            format_func=lambda goal: f"≤ {numerals.plain(goal)}",
            on_change=down,
            help="The height above the least one at which a walker counts as down, in the table.",
        )
