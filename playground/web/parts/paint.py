"""Painting points on the map: what a stroke does to the Experiment.

The first stroke on a generated set turns it into a set of the visitor's own, which holds its
points and their splits. Strokes come from `paint.js`, numbered; each counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.data import Data, packed
from playground.data.own_points import Own
from playground.data.packed import EDGE, MOST_CLASSES, MOST_POINTS, NOTHING, SPLITS, Points
from playground.engine import registry
from playground.experiment import edits
from playground.training.snapshot import Snapshot
from playground.web.frame import visit
from playground.web.frame.desk import Desk
from playground.web.frame.events import Stroke, Strokes

TAKEN = MOST_POINTS - 200  # of a generated set, to leave room for more
UNDOS = 20
LONGEST = 4000  # numbers in a stroke


@dataclass
class Painting:
    """seen: the last stroke that counted. past: the data before each of the latest strokes.
    own: the visitor's own set while another one is in use. painted: what the map showed last while
    it was painted on, and the tools."""

    seen: int = 0
    past: list[dict[str, Any]] = field(default_factory=list)
    own: dict[str, Any] | None = None
    painted: tuple[Snapshot, dict[str, Any]] | None = None


def memory(desk: Desk) -> Painting:
    """This visit's, of the page that the desk belongs to."""
    return visit.state(Painting, desk.name)


def tools(desk: Desk) -> dict[str, Any]:
    """What the map needs to know while it is painted on."""
    now = memory(desk)
    return {"seen": now.seen, "undo": bool(now.past)}


def shown(desk: Desk, snapshot: Snapshot, painting: bool) -> tuple[Snapshot, dict[str, Any] | None]:
    """The Snapshot for the map, and its tools where one paints.

    A map that is painted on stays as it was while the network for its new points gets ready:
    strokes are in it that Python has not heard of. So it does where `painting` is over just then:
    a browser may send once more what it held before the tools came.
    """
    now = memory(desk)
    bag = tools(desk) if painting and not desk.problem else None
    if snapshot.status != "compiling":
        now.painted = (snapshot, bag) if bag else None
    elif now.painted:
        return now.painted
    return snapshot, bag


def heard(desk: Desk, message: Strokes) -> None:
    """Carry out the strokes of a message that have not been seen."""
    now = memory(desk)
    for stroke in message.strokes:
        if stroke.n > now.seen:
            now.seen = stroke.n
            carry_out(desk, stroke)
    desk.changed = True


def carry_out(desk: Desk, stroke: Stroke) -> None:
    """One stroke; what makes no sense is left alone."""
    past = memory(desk).past
    if stroke.verb == "undo":
        if past:
            put(desk, past.pop())
        return
    before = desk.experiment.data.described()
    data, notice = own(desk)
    points, task = packed.unpack(data["points"], data["task"]), data["task"]
    untouched, full = data["points"], ""
    if stroke.verb == "clear":
        points = NOTHING
    elif (places := _places(stroke)) is None:
        pass
    elif stroke.verb == "erase":
        points = erased(points, places, stroke.reach)
    else:
        points, full = added(points, task, places, stroke.kind, data["train_fraction"])
    data["points"] = packed.pack(points, task)
    if data["points"] == untouched:  # nothing there to erase, no room, or no stroke of ours
        desk.notice = full
        return
    past.append(before)
    del past[:-UNDOS]
    put(desk, data)
    desk.notice = full or notice


def choose(desk: Desk, name: str) -> None:
    """Another data set; one's own are kept while another one is in use."""
    now, kept = desk.experiment.data, memory(desk)
    kept.past.clear()
    if now.type == Own.type:
        kept.own = now.described()
    if name != Own.type:
        desk.put(("data", "type"), name)
        return
    options = {"features": list(now.features), "train_fraction": now.train_fraction}
    put(desk, {**(kept.own or {"type": Own.type, "task": "classification"}), **options})


def put(desk: Desk, data: dict[str, Any]) -> None:
    """Other data for the Experiment; the network's output follows the number of classes.

    That training starts again is plain to see, and nothing to say with every stroke.
    """
    description = desk.experiment.described()
    before = desk.experiment.data.make()
    description["data"] = data
    after = registry.make("data", data)
    same = (before.task, before.classes) == (after.task, after.classes)
    if "adversarial" in description or not same:
        edits.follow_data(description, desk.experiment)
    desk.change_to(description)
    desk.notice = ""


def own(desk: Desk) -> tuple[dict[str, Any], str]:
    """The Experiment's data as the visitor's own set, and what there is to say about it."""
    data = desk.experiment.data
    if data.type == Own.type:
        return data.described(), ""
    source = data.make().load(desk.experiment.seed)
    points = gathered(source)
    notice = "These points are your own now: paint as you like. Undo brings the old set back."
    if len(points) > TAKEN:
        notice = f"{notice} {TAKEN:,} of {len(points):,} were taken, to leave room for more."
        points = points.only(np.random.default_rng(0).permutation(len(points))[:TAKEN])
    return {
        "type": Own.type,
        "task": source.task,
        "points": packed.pack(points, source.task),
        "names": "",
        "train_fraction": data.train_fraction,
        "features": list(data.features),
    }, notice


def gathered(data: Data) -> Points:
    """All points of a set, with the split that each is in."""
    parts = [data.split(name) for name in SPLITS]
    return Points(
        np.clip(np.concatenate([part.points for part in parts]), -EDGE, EDGE),
        np.concatenate([part.y for part in parts]),
        np.repeat(range(len(SPLITS)), [len(part) for part in parts]),
    )


def added(
    points: Points, task: str, places: np.ndarray, kind: float | None, train_fraction: float
) -> tuple[Points, str]:
    """More points of a class or a value; each is dealt so that training keeps its share."""
    classes = task == "classification"
    if kind is None or not (kind in range(MOST_CLASSES) if classes else -1 <= kind <= 1):
        return points, ""
    room = MOST_POINTS - len(points)
    full = f"A set of your own has at most {MOST_POINTS:,} points." if len(places) > room else ""
    places = places[:room]
    alike = list(points.splits[points.answers == kind] if classes else points.splits)
    fresh = len(alike)
    for _ in places:
        alike.append(packed.next_split(np.array(alike, int), train_fraction))
    more = Points(places, np.full(len(places), kind), np.array(alike[fresh:], int))
    return points.followed_by(more), full


def erased(points: Points, places: np.ndarray, reach: float) -> Points:
    """Without the points that lie within reach of any place."""
    gaps = points.places[:, None] - places[None]
    near = np.hypot(gaps[..., 0], gaps[..., 1]) <= min(reach, 1.0)
    return points.only(~near.any(axis=1))


def as_task(data: dict[str, Any], task: str) -> dict[str, Any]:
    """A set of one's own with classes as values, or with values as two classes."""
    if data["task"] == task:
        return data
    points = packed.unpack(data["points"], data["task"])
    if task == "regression":
        last = max(2, int(points.answers.max(initial=0)) + 1) - 1
        answers = 2 * points.answers / last - 1
    else:
        answers = (points.answers > 0).astype(int)
    points = Points(points.places, answers, points.splits)
    return {**data, "task": task, "names": "", "points": packed.pack(points, task)}


def redealt(data: dict[str, Any], train_fraction: float, seed: int) -> dict[str, Any]:
    """A set of one's own with another share for training."""
    points = packed.unpack(data["points"], data["task"])
    points = packed.dealt(points, data["task"], train_fraction, seed)
    return {**data, "train_fraction": train_fraction, "points": packed.pack(points, data["task"])}


def _places(stroke: Stroke) -> np.ndarray | None:
    """Where a stroke went, [N, 2]; None for too long a one and for half a point."""
    if len(stroke.xy) % 2 or len(stroke.xy) > LONGEST:
        return None
    return np.clip(np.array(stroke.xy, float).reshape(-1, 2), -EDGE, EDGE)
