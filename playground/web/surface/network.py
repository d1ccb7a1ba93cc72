"""The other half of the Surface page: the loss of a network that a visitor trains, as a surface."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.analysis.loss_plane import LEAST, LossPlane, has_plane, loss_plane
from playground.data.jobs import Job
from playground.experiment import numerals
from playground.views import loss_plane as views
from playground.web.frame import layout, live, session, visit, widgets
from playground.web.frame.desk import Desk

DESKS = {
    "playground": "Playground",
    "digits": "Digits",
    "sequences": "Sequences",
    "autoencoder": "Autoencoder",
}
KINDS = {"path": "Along its training", "random": "By chance"}
PACE = 0.4  # seconds between two looks at the work
NOTHING = (
    "**No network of yours yet.** Train one on the Playground or the Digits page, then come back: "
    "its own loss is drawn here as a surface, with the way that training took."
)


@dataclass(eq=False)
class LossMap:
    """What is looked at, and the work under way. of: the network and kind that it belongs to."""

    name: str = ""
    kind: str = "path"
    seed: int = 1
    of: tuple[object, ...] = ()
    job: Job[LossPlane] | None = None
    share: float = 0.0
    plane: LossPlane | None = None
    epoch: float = 0.0

    # a guest of the visit, as desks are: what computes for it ends with it
    def go_away(self) -> None:
        """Work under way is short, and may end."""

    def come_back(self) -> None:
        """Nothing had stopped."""

    def close(self) -> None:
        """End the work."""
        if self.job is not None:
            self.job.stop()

    cancel = close

    def begin(self, desk: Desk) -> None:
        """Compute the plane of the network as it is now."""
        self.close()
        snapshot, run = desk.snapshot(), desk.run
        if snapshot is None or run is None:
            return
        moments, kind, seed = run.path, self.kind, self.seed
        self.epoch, self.share = snapshot.epoch, 0.0

        def tell(share: float) -> bool:
            job.progress = share
            return not job.stopped

        job: Job[LossPlane] = Job(
            "The map of the loss", lambda: loss_plane(snapshot, moments, kind, seed, tell)
        )
        self.job, self.plane = job, None
        session.adopt("loss plane", self)
        job.start()

    def another(self, desk: Desk) -> None:
        """Two other random directions."""
        self.seed += 1
        self.begin(desk)


def networks() -> dict[str, Desk]:
    """The visitor's networks whose loss can be drawn, by their pages."""
    desks = {name: desk for name in DESKS if (desk := session.find(name)) is not None}
    found = {}
    for name, desk in desks.items():
        snapshot = desk.snapshot()
        if snapshot is not None and snapshot.status != "compiling" and not has_plane(snapshot):
            found[name] = desk
    return found


def page() -> None:
    """Settings on the left, the map on the right."""
    known, look = networks(), visit.state(LossMap)
    if not known:
        with st.container(key="welcome"):
            st.markdown(NOTHING)
        return
    if look.name not in known:
        look.name = max(known, key=lambda name: _step(known[name]))
    desk = known[look.name]
    left, right = st.columns([300, 908], gap=24)
    with left, st.container(key="surface_controls", gap=10):
        _choose(known, look)
        desk = known[look.name]
        _kind(desk, look)
    of = id(desk.run), look.name, look.kind
    if of != look.of:
        look.of = of
        look.begin(desk)
    with left:
        _again(desk, look)
    with right, st.container(key="surface_loss", gap=8):
        _show(desk, look)


def _step(desk: Desk) -> int:
    snapshot = desk.snapshot()
    return snapshot.step if snapshot else 0


def _choose(known: dict[str, Desk], look: LossMap) -> None:
    def chosen() -> None:
        look.name = widgets.value("loss_network")

    widgets.put("loss_network", look.name)
    st.selectbox(
        "Network",
        list(known),
        key="loss_network",
        format_func=lambda name: f"Yours, on the {DESKS.get(name, name)} page",
        on_change=chosen,
        help="What you train on another page, as it is now.",
    )


def _kind(desk: Desk, look: LossMap) -> None:
    path = desk.run is not None and len(desk.run.path) >= LEAST
    look.kind = look.kind if path else "random"

    def chosen() -> None:
        look.kind = widgets.value("loss_kind")

    if path:
        widgets.put("loss_kind", look.kind)
        st.segmented_control(
            "Directions",
            list(KINDS),
            key="loss_kind",
            required=True,
            width="stretch",
            format_func=KINDS.__getitem__,
            on_change=chosen,
            help="A network has as many directions as weights; a map has two. Along its training: "
            "the two in which it moved most. By chance: two random ones, as long as its weights "
            "(Li et al., 2018).",
        )
    else:
        st.markdown(
            ":gray[Two random directions. Once the network has trained for a few epochs, the way "
            "that it took can be drawn as well.]"
        )


def _again(desk: Desk, look: LossMap) -> None:
    snapshot = desk.snapshot()
    if snapshot is None or look.job is None or look.job.running:
        return
    stale = snapshot.epoch != look.epoch
    with st.container(horizontal=True, gap=8):
        st.button(
            "Draw it as it is now" if stale else "Draw again",
            key="loss_again",
            icon=":material/refresh:",
            type="primary" if stale else "secondary",
            on_click=look.begin,
            args=(desk,),
        )
        if look.kind == "random":
            st.button(
                "Other directions",
                key="loss_other",
                icon=":material/casino:",
                on_click=look.another,
                args=(desk,),
                help="Two others, by chance as well.",
            )


def _show(desk: Desk, look: LossMap) -> None:
    job = look.job
    if job is not None and job.running:
        _wait(look, job)
        return
    if job is not None and job.failure:
        st.error(layout.literal(job.failure))
    if job is not None and job.result is not None:
        look.plane = job.result
    if look.plane is None:
        st.markdown(":gray[Nothing is drawn.]")
        return
    live.show("surface", "loss_surface", views.payload(look.plane))
    st.markdown(f":small[:gray[{_words(look)}]]")


def _words(look: LossMap) -> str:
    epochs = numerals.passes(look.epoch)
    return f"The network after {epochs}. The ring is where training began, the disc where it is."


@st.fragment(run_every=PACE)
def _wait(look: LossMap, job: Job[LossPlane]) -> None:
    if not job.running:
        st.rerun()
    st.progress(job.progress, "The loss is measured all over the map …")
    st.button("Cancel", key="loss_cancel", icon=":material/close:", on_click=look.cancel)
