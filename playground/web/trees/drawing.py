"""The tree on the page, and what a click in it or in the map does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from playground.training.snapshot import Snapshot
from playground.views import trees
from playground.views.trees import Chosen
from playground.web.frame import events, live, visit
from playground.web.frame.desk import Desk


@dataclass
class TreeLook:
    """What is looked at on this page."""

    chosen: Chosen = field(default_factory=Chosen)


def chosen() -> Chosen:
    """The tree, the node and the point that are looked at."""
    return visit.state(TreeLook).chosen


def draw(desk: Desk, where: Any, snapshot: Snapshot) -> None:
    """The drawing, up to date."""
    with where:
        live.show(
            "tree",
            "trees_tree",
            trees.payload(snapshot, chosen()),
            look=lambda event: heard(desk, event),
        )


def heard(desk: Desk, event: events.Look) -> None:
    """A click in the drawing."""
    if event.verb == "tree":
        look(desk, tree=event.number, node=-1)
    else:
        look(desk, node=event.number)


def look(desk: Desk, **changes: Any) -> None:
    """Look at something else; a second click on a node lets it go."""
    now = visit.state(TreeLook)
    if changes.get("node") == now.chosen.node and "tree" not in changes:
        changes["node"] = -1
    now.chosen = replace(now.chosen, **changes)
    desk.touch()


def clicked(desk: Desk, snapshot: Snapshot, click: events.Click, plane: Any = None) -> None:
    """A point of the map: the leaf in which it lies, and what every tree says of it.

    plane: what the map shows of more inputs than two, see `table_map.Plane`.
    """
    point, inputs = (click.x, click.y), ()
    if plane is not None:
        inputs = tuple(plane.inputs(np.array([point]))[0].tolist())
    now = visit.state(TreeLook)
    there = replace(now.chosen, point=point, inputs=inputs)
    now.chosen = replace(there, node=trees.node_at(snapshot, there))
    desk.touch()
