"""The tree on the page, and what a click in it or in the map does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

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


def clicked(desk: Desk, snapshot: Snapshot, click: events.Click) -> None:
    """A point of the map: the leaf in which it lies, and what every tree says of it."""
    point = (click.x, click.y)
    leaf = trees.node_at(snapshot, chosen(), point)
    now = visit.state(TreeLook)
    now.chosen = replace(now.chosen, point=point, node=leaf)
    desk.touch()
