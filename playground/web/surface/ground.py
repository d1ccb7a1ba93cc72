"""What a visit has on the Surface page: a Descent, how its rates are set, and its link."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st
from pydantic import ValidationError

from playground.analysis.descent import best_rates
from playground.data import surfaces
from playground.experiment.descent import RATES, Descent, first, way, ways
from playground.experiment.experiment import explain
from playground.experiment.link_text import LinkError
from playground.experiment.parts import Part
from playground.web.frame import visit
from playground.web.frame.events import Spot

RATE = 0.02  # where a surface names none
LINK = "s"  # its place in the address


@dataclass(eq=False)
class Ground:
    """The walks that are shown, and what was wrong with the newest wish.

    apart: whether each walker has a rate of its own. goal: what counts as down, above the least
    height. seen: the number of the newest start that came from the map.
    """

    descent: Descent = field(default_factory=first)
    apart: bool = False
    goal: float = 0.001
    seen: int = 0
    error: str = ""
    link: str = ""

    # ---- what is asked of it ----
    @property
    def names(self) -> list[str]:
        """The walkers."""
        return [way(part) for part in self.descent.optimizers]

    @property
    def rate(self) -> float:
        """The one that all have, or the first one's."""
        known = self.descent.optimizers
        return known[0].learning_rate if known else RATE

    @property
    def momentum(self) -> float:
        """That of whoever has one."""
        known = [part for part in self.descent.optimizers if way(part) in ("momentum", "nesterov")]
        return known[0].momentum if known else 0.9

    # ---- changes ----
    def change(self, **fields: object) -> None:
        """Other fields, or a word why not."""
        try:
            self.descent, self.error = self.descent.changed(**fields), ""
        except ValidationError as error:
            self.error = explain(error)

    def travel(self, surface: str) -> None:
        """To another surface, from its own start, at rates that suit it."""
        self.change(surface=surface, start=None)
        rate = self.descent.ground.rate
        if rate is None or self.apart:
            self.apart = True
            self.tune()
        else:
            self.put("learning_rate", rate)

    def move(self, spot: Spot) -> None:
        """The start, from the map; older messages come late."""
        if spot.number <= self.seen:
            return
        self.seen, ground = spot.number, self.descent.ground
        x = ground.left + spot.x * (ground.right - ground.left)
        y = ground.top - spot.y * (ground.top - ground.bottom)
        self.change(start=(round(x, 4), round(y, 4)))

    def choose(self, names: list[str]) -> None:
        """These walkers, in the order of all there are; new ones as the others go."""
        known = {way(part): part.described() for part in self.descent.optimizers}
        fresh = {"learning_rate": self.rate}
        wanted = [name for name in ways() if name in names]
        self.change(optimizers=[known.get(name, ways()[name] | fresh) for name in wanted])
        for name in wanted:
            if name not in known and name in ("momentum", "nesterov"):
                self.put("momentum", self.momentum, name)
        if self.apart:
            self.tune([name for name in wanted if name not in known])

    def put(self, option: str, value: float, name: str = "") -> None:
        """An option of one walker, or of all that have it now."""
        self.change(
            optimizers=[
                part.described() | ({option: value} if _takes(part, option, name) else {})
                for part in self.descent.optimizers
            ]
        )

    def tune(self, names: list[str] | None = None) -> None:
        """The best rate of each, or of those named."""
        rates = dict(zip(self.names, best_rates(self.descent), strict=True))
        for name in self.names if names is None else names:
            self.put("learning_rate", rates[name], name)

    def level(self) -> None:
        """One rate for all again."""
        self.apart = False
        self.put("learning_rate", self.descent.ground.rate or self.rate)

    # ---- the address ----
    def read_link(self) -> None:
        """Take over what the address asks for, when it is news."""
        asked = st.query_params.get(LINK, "")
        if not asked or asked == self.link:
            return
        self.link = asked
        try:
            self.descent, self.error = Descent.from_link(asked), ""
            self.apart = len({part.learning_rate for part in self.descent.optimizers}) > 1
        except LinkError as error:
            self.error = str(error)

    def write_link(self) -> None:
        """The address shows what is here."""
        token = self.descent.to_link()
        if st.query_params.get(LINK) != token:
            st.query_params[LINK] = token
        self.link = token


def _takes(part: Part, option: str, name: str) -> bool:
    """Whether a change of an option is meant for this walker."""
    if name and way(part) != name:
        return False
    return option != "momentum" or way(part) in ("momentum", "nesterov")


def here() -> Ground:
    """This visit's."""
    return visit.state(Ground)


def offered(rate: float) -> list[float]:
    """The rates of a slider; one of a link besides."""
    return sorted({*RATES, rate})


def ground_titles() -> dict[str, str]:
    """Every surface by its name."""
    known = {name: surface.title for name, surface in surfaces.SURFACES.items()}
    return known | {surfaces.OWN: "Your own formula"}
