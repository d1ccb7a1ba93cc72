"""A tree drawn, with one node's arithmetic, and what all trees say of a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from playground.analysis.trees import ensembles, nodes
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.trees import Tree, TreeModel
from playground.trees.joined import Read
from playground.views import plane
from playground.views.plane import CLASSES, EDGE, RESOLUTION
from playground.views.style import DIVERGING, NEGATIVE, POSITIVE, ZERO, axis, mixed

MOST_DRAWN = 95  # nodes
HEIGHT = 300  # px of the drawing
MOST_BARS = 12
CELLS = "One cell a tree: choose one to see it."
POINT = "Click a point of the map, and each cell shows what its tree says of that point."
LONGEST = 24  # letters of a name beside its bars


@dataclass(frozen=True)
class Chosen:
    """What is looked at: a tree (−1: the newest), a node of it (−1: none), a point of the map.

    inputs: what is read there, where the map is a plane through more inputs.
    """

    tree: int = -1
    node: int = -1
    point: tuple[float, float] | None = None
    inputs: tuple[float, ...] = ()

    def x(self, snapshot: Snapshot) -> np.ndarray | None:
        """The chosen point as the trees read it, [1, inputs]; None where none is chosen."""
        if self.point is None:
            return None
        if snapshot.data.feature_names:
            return ensembles.at_point(snapshot, self.point)
        fits = len(self.inputs) == snapshot.data.shape[0]
        return np.array([self.inputs], np.float32) if fits else None


def model(snapshot: Snapshot) -> TreeModel:
    """The kind of trees of a Snapshot."""
    part = snapshot.experiment.trees
    if part is None:
        raise ValueError("This run has a network, and no trees.")
    return part.make()


def tree_of(snapshot: Snapshot, chosen: Chosen) -> tuple[int, Tree] | None:
    """The tree to draw and its place; None before one has grown."""
    trees = nodes.ensemble(snapshot).trees
    if not trees:
        return None
    place = chosen.tree if 0 <= chosen.tree < len(trees) else len(trees) - 1
    return place, trees[place]


def node_of(tree: Tree, chosen: Chosen) -> int:
    """The node to explain: the one chosen, where the tree has it, else the root."""
    return chosen.node if 0 <= chosen.node < tree.nodes else 0


def node_at(snapshot: Snapshot, chosen: Chosen) -> int:
    """The leaf of the drawn tree in which the chosen point lies; −1 without a tree."""
    found, x = tree_of(snapshot, chosen), chosen.x(snapshot)
    if found is None or x is None:
        return -1
    return int(found[1].apply(nodes.ensemble(snapshot).inputs(x))[0])


def payload(snapshot: Snapshot, chosen: Chosen, strip: bool = True) -> dict[str, Any]:
    """What `tree.js` draws: {"nodes", "lines", "strip", …}; without a tree only its words."""
    found = tree_of(snapshot, chosen)
    kind, unit = model(snapshot), model(snapshot).unit
    if found is None:
        return {"words": _nothing(snapshot, unit), "height": HEIGHT}
    place, tree = found
    names, criterion = nodes.wording(snapshot), kind.impurity(snapshot.data.task)
    own = kind.own_tree and bool(snapshot.data.classes)
    node = node_of(tree, chosen)
    root, shown = drawn(tree, node)
    depths = tree.depths[shown] - tree.depths[root]
    count = len(nodes.ensemble(snapshot).trees)
    told = nodes.lines(tree, node, names, criterion, own, kind.own_tree)
    told += nodes.say(nodes.ensemble(snapshot), place, node, names)
    return {
        "height": HEIGHT,
        "title": "The tree" if count == 1 else f"Tree {place + 1} of {count}",
        "about": _size(tree)
        + ("" if len(shown) == tree.nodes else f"; {len(shown)} of its {tree.nodes:,} nodes here"),
        "nodes": {
            "id": shown.astype(np.int32),
            "parent": _parents(tree, shown),
            "depth": depths.astype(np.int32),
            "x": _places(tree, shown),
            "share": (tree.weight[shown] / tree.weight[root]).astype(np.float32),
        },
        "rules": [_rule(tree, int(k), names) for k in shown],
        "said": [_said(snapshot, tree, int(k), own) for k in shown],
        "more": [bool(tree.feature[k] >= 0 and tree.left[k] not in shown) for k in shown],
        "colours": _colours(snapshot, tree, shown, own),
        "node": node,
        "way": nodes.way(tree, node),
        "where": nodes.path_words(tree, node, names),
        "answer": _said(snapshot, tree, node, own),
        "lines": [[line.words, line.formula, line.result] for line in told],
        "strip": _strip(snapshot, chosen, place) if strip and count > 1 else None,
    }


def _nothing(snapshot: Snapshot, unit: str) -> str:
    """What to say before anything has grown."""
    hybrid = snapshot.experiment.hybrid
    if hybrid is None or not hybrid.make().network_first:
        return f"Nothing has grown yet. Press Play: one {unit} after the other appears."
    then = f"then one {unit} after the other grows on its last hidden layer."
    if not snapshot.step:
        return f"Press Play: a network learns for {hybrid.epochs:,} epochs, {then}"
    now = min(int(snapshot.epoch) + 1, hybrid.epochs)
    return f"The network learns, epoch {now:,} of {hybrid.epochs:,}; {then}"


def drawn(tree: Tree, node: int) -> tuple[int, np.ndarray]:
    """The node at the top of the drawing, and the nodes in it: the upper levels of the tree, or of
    the branch with the chosen node where that lies too deep."""
    depths = tree.depths
    root, levels = 0, _levels(tree, 0)
    if depths[node] > levels:
        root = nodes.way(tree, node)[max(int(depths[node]) - 3, 0)]
        levels = _levels(tree, root)
    branch = _branch(tree, root)
    return root, branch[depths[branch] - depths[root] <= levels]


def _branch(tree: Tree, root: int) -> np.ndarray:
    """A node and all below it, parents first."""
    inside = np.zeros(tree.nodes, bool)
    inside[root] = True
    for k in np.flatnonzero(tree.feature >= 0):
        if inside[k]:
            inside[[tree.left[k], tree.right[k]]] = True
    return np.flatnonzero(inside)


def _size(tree: Tree) -> str:
    """How many leaves and levels it has."""
    levels = int(tree.depths.max())
    leaves = f"{tree.leaves:,} lea{'f' if tree.leaves == 1 else 'ves'}"
    return f"{leaves}, {levels} level{'' if levels == 1 else 's'}"


def _levels(tree: Tree, root: int) -> int:
    """How many levels below a node can be drawn."""
    branch = _branch(tree, root)
    counts = np.cumsum(np.bincount(tree.depths[branch] - tree.depths[root]))
    return max(int(np.searchsorted(counts, MOST_DRAWN, "right")) - 1, 1)


def _parents(tree: Tree, shown: np.ndarray) -> np.ndarray:
    """The place of each shown node's parent among those shown; −1 at the top."""
    above = nodes.parents(tree)[shown]
    places = np.searchsorted(shown, above)
    known = (above >= 0) & np.isin(above, shown)
    return np.where(known, places, -1).astype(np.int32)


def _places(tree: Tree, shown: np.ndarray) -> np.ndarray:
    """From left to right, 0 to 1: leaves of the drawing side by side, a parent above its
    children's middle."""
    here = {int(k): at for at, k in enumerate(shown)}
    x = np.zeros(len(shown))
    stack, order, ends = [int(shown[0])], [], 0
    while stack:
        k = stack.pop()
        order.append(k)
        if tree.feature[k] >= 0 and int(tree.left[k]) in here:
            stack += [int(tree.right[k]), int(tree.left[k])]
        else:
            x[here[k]] = ends
            ends += 1
    for k in reversed(order):
        if tree.feature[k] >= 0 and int(tree.left[k]) in here:
            x[here[k]] = (x[here[int(tree.left[k])]] + x[here[int(tree.right[k])]]) / 2
    return ((x + 0.5) / max(ends, 1)).astype(np.float32)


def _rule(tree: Tree, node: int, names: nodes.Wording) -> str:
    return nodes.rule(tree, node, names) if tree.feature[node] >= 0 else ""


def _said(snapshot: Snapshot, tree: Tree, node: int, own: bool) -> str:
    """What a node answers, in words."""
    value = tree.value[node]
    if own:
        present = nodes.ensemble(snapshot).answers.present
        best = int(value.argmax())
        name = snapshot.labels[present[best]]
        between = ": " if name[-1:].isdigit() else " "  # a digit is no part of the share
        return f"{name}{between}{numerals.percent(float(value[best]), 0)}"
    names = nodes.wording(snapshot)
    if names.scaled:
        return names.value(float(value[0]), model(snapshot).own_tree)
    return numerals.fixed(float(value[0]), 2).replace("-", "−")


def _colours(snapshot: Snapshot, tree: Tree, shown: np.ndarray, own: bool) -> list[str]:
    """The majority's colour, the paler the less sure; of values between orange and blue."""
    if own:
        present = nodes.ensemble(snapshot).answers.present
        guess = 1 / max(len(present), 2)
        sure = (tree.value[shown].max(axis=1) - guess) / (1 - guess)
        best = tree.value[shown].argmax(axis=1)
        return [
            mixed(ZERO, CLASSES[present[k] % len(CLASSES)][0], float(0.15 + 0.85 * share))
            for k, share in zip(best, sure, strict=True)
        ]
    size = float(np.abs(tree.value).max()) or 1.0
    return [tint(float(value) / size) for value in tree.value[shown, 0]]


def tint(value: float) -> str:
    """A number from −1 to 1 as a colour between orange and blue."""
    return mixed(ZERO, POSITIVE if value > 0 else NEGATIVE, min(abs(value), 1.0))


def _strip(snapshot: Snapshot, chosen: Chosen, place: int) -> dict[str, Any]:
    """What every tree says of the chosen point: a cell each, and a sentence."""
    trees, names = nodes.ensemble(snapshot), snapshot.labels
    x = chosen.x(snapshot)
    if x is None or chosen.point is None:
        return {
            "colours": [mixed(ZERO, "#8b929a", 0.4)] * len(trees.trees),
            "at": place,
            "words": CELLS if len(snapshot.data.shape) == 3 else f"{CELLS} {POINT}",
        }
    told, where = ensembles.says(snapshot, x), _point(chosen.point)
    answer = trees.predict(x)
    if trees.answers.count and trees.combine != "sum":
        best = int(trees.loss.classes(answer)[0])
        votes = int(np.count_nonzero(told == best))
        sure = float(trees.loss.probabilities(answer)[0, best])
        words = f"At {where}: {votes} of {len(told)} trees say {names[best]}; "
        words += f"together they are {numerals.percent(sure, 0)} sure of it."
        return {
            "colours": [CLASSES[k % len(CLASSES)][0] for k in told],
            "at": place,
            "words": words,
        }
    size = float(np.abs(told).max()) or 1.0
    if trees.answers.count:
        belief = trees.loss.probabilities(answer)[0]
        words = f"At {where} each tree adds its share (blue) or takes some away (orange): "
        words += f"{_together(snapshot)} says {names[int(belief.argmax())]}, "
        words += f"{numerals.percent(float(belief.max()), 0)}."
    else:
        words = f"At {where} the trees together say {numerals.fixed(float(answer[0, 0]), 2)}."
    return {"colours": [tint(float(v) / size) for v in told], "at": place, "words": words}


def _together(snapshot: Snapshot) -> str:
    """Who makes an answer of the trees."""
    network: object = snapshot.network
    read = isinstance(network, Read) and network.network is not None
    return "the network on their leaves" if read else "the sum"


def _point(point: tuple[float, float]) -> str:
    return "({}, {})".format(*(numerals.fixed(v, 1).replace("-", "−") for v in point))


def lit(snapshot: Snapshot, chosen: Chosen, dark: bool) -> list[dict[str, Any]]:
    """Traces that light a node's region on the map: all else under a veil, a line around it."""
    along = np.linspace(-EDGE, EDGE, RESOLUTION)
    x, y = np.meshgrid(along, along)
    grid = ensembles.features(np.stack([x.ravel(), y.ravel()], axis=1), snapshot.data.feature_names)
    return region(snapshot, chosen, grid, [along, along], dark)


def region(
    snapshot: Snapshot, chosen: Chosen, grid: np.ndarray, axes: list[np.ndarray], dark: bool
) -> list[dict[str, Any]]:
    """The same on any plane: `grid` holds the inputs of all crossings of its axes, row by row."""
    found = tree_of(snapshot, chosen)
    if found is None or not 0 < chosen.node < found[1].nodes:
        return []
    inside = nodes.inside(found[1], chosen.node, nodes.ensemble(snapshot).inputs(grid))
    mask = inside.reshape(len(axes[1]), len(axes[0]))
    veil = "rgba(17,19,21,.62)" if dark else "rgba(255,255,255,.72)"
    x, y = (axis.astype(np.float32) for axis in axes)
    place = {"x": x, "y": y, "hoverinfo": "skip"}
    return [
        {
            "type": "heatmap",
            "z": (~mask).astype(np.float32),
            "zmin": 0,
            "zmax": 1,
            "colorscale": [[0, "rgba(0,0,0,0)"], [1, veil]],
            "showscale": False,
            **place,
        },
        {
            "type": "contour",
            "z": mask.astype(np.float32),
            "contours": {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
            "line": {"color": "#6e56cf", "width": 2},
            "showscale": False,
            **place,
        },
    ]


def residual_points(snapshot: Snapshot) -> dict[str, Any]:
    """Training points by what is still wrong: the larger, the more the next tree cares."""
    wrong, points = ensembles.residuals(snapshot), snapshot.data.train.points
    assert points is not None
    size = np.abs(wrong)
    look = {
        "color": wrong.astype(np.float32),
        "cmin": -1,
        "cmax": 1,
        "colorscale": DIVERGING,
        "size": (3 + 11 * np.clip(size, 0, 1)).astype(np.float32),
        "line": {"width": 1, "color": "#ffffff"},
    }
    return plane.scatter(points, "residuals", look)


def importances(
    found: ensembles.Importances, names: Sequence[str], most: int = 12
) -> dict[str, Any]:
    """Both importances as bars, the input that counts most on top."""
    by = found.impurity if found.permutation is None else found.permutation
    assert by is not None
    order = np.argsort(by)[::-1][:most][::-1]
    titles = [escape(names[k][:LONGEST]) for k in order]
    bars = []
    if found.impurity is not None:
        bars.append(_bars(found.impurity[order], titles, "gains while growing", "#8b929a"))
    if found.permutation is not None:
        bars.append(_bars(found.permutation[order], titles, "fall of the test score", "#7c66dc"))
    return {
        "data": bars,
        "layout": {
            "margin": {"l": 120, "r": 10, "t": 6, "b": 24},
            "barmode": "group",
            "showlegend": False,
            "xaxis": axis(rangemode="tozero"),
            "yaxis": axis(ticks="", showline=False),
        },
    }


def pixels(counts: np.ndarray, dark: bool) -> dict[str, Any]:
    """How much each pixel counts, [rows, columns], as an image."""
    return {
        "data": [
            {
                "type": "heatmap",
                "z": counts.astype(np.float32),
                "colorscale": [[0, "#15181b" if dark else "#ffffff"], [1, "#7c66dc"]],
                "showscale": False,
                "hovertemplate": "pixel %{y},%{x}: %{z:.2%} of all gains<extra></extra>",
            }
        ],
        "layout": {
            "margin": {"l": 30, "r": 10, "t": 6, "b": 24},
            "xaxis": axis(constrain="domain"),
            "yaxis": axis(autorange="reversed", scaleanchor="x", constrain="domain"),
        },
    }


def _bars(values: np.ndarray, names: list[str], what: str, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": values.astype(np.float32),
        "y": names,
        "name": what,
        "marker": {"color": colour},
        "hovertemplate": f"{what} %{{x:.3f}}<extra></extra>",
    }
