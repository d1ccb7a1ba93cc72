"""Who is ahead, both losses, and what the fakes cover."""

from __future__ import annotations

from functools import partial

import streamlit as st

from playground.analysis import likeness
from playground.experiment import numerals
from playground.training.snapshot import Snapshot
from playground.views import gan, gan_curves
from playground.web.frame import live
from playground.web.parts.paced import paced

FAKES = 2000  # so many are laid beside the real points
CURVE = 150  # px


def standing(snapshot: Snapshot) -> None:
    """Who is ahead, in a sentence."""
    with st.container(key="standing"):
        st.markdown(paced("gan_standing", snapshot, partial(gan.standing, snapshot)))


def losses(snapshot: Snapshot, height: int = CURVE) -> None:
    """What both play for, now and over turns."""
    now = snapshot.metrics["test"]
    with st.container(key="readout_losses", gap=0):
        st.markdown(
            f"Loss **{numerals.loss(now['loss'])}** *generator* "
            f"{numerals.loss(now['discriminator_loss'])} discriminator",
            help="Measured on test samples and fakes of a noise that stays the same. Dotted: "
            "where neither could tell real from fake. Neither loss need fall for the game to go "
            "well: when one gains, the other loses.",
        )
    if len(snapshot.history["step"]) > 1:
        live.chart(
            gan_curves.losses(snapshot),
            "gan_losses",
            height,
            f"Both losses by turn. Now: generator {numerals.loss(now['loss'])}, discriminator "
            f"{numerals.loss(now['discriminator_loss'])}.",
        )


def coverage(snapshot: Snapshot) -> None:
    """How many clouds the fakes cover, and how many fakes lie in one; how far both are apart."""
    clouds, now = snapshot.data.clouds, snapshot.metrics["test"]
    if clouds is not None:
        modes, total = int(now["modes"]), len(clouds.centres)
        share = numerals.percent(now["share"], 0)
        with st.container(key="readout_modes", gap=0):
            st.markdown(
                f"Clouds **{modes} of {total}** *covered* {share} of samples within 3 σ",
                help="Covered is a cloud with at least a quarter of its fair share of 2,000 "
                "samples. σ is the width of a cloud; a sample further than three σ from every "
                "centre lies where no real point does.",
            )
        if len(snapshot.history["step"]) > 1:
            live.chart(
                gan_curves.coverage(snapshot),
                "gan_coverage",
                CURVE - 20,
                f"{modes} of {total} clouds covered, {share} of samples within three σ.",
            )
    apart = paced("gan_apart", snapshot, partial(_apart, snapshot))
    st.markdown(
        f":small[Real and fake are {numerals.fixed(apart, 2)} bit apart]",
        help="The Jensen–Shannon divergence of both, counted in 24×24 squares: 0 where they are "
        "alike, 1 where they have no square in common. A little above 0 is chance.",
    )


def _apart(snapshot: Snapshot) -> float:
    train = snapshot.data.train
    if train.points is None:
        return float("nan")
    return likeness.divergence(train.points, snapshot.game.fakes(FAKES))


def points(snapshot: Snapshot) -> None:
    """All of it, for points."""
    if not len(snapshot.data.train):
        st.markdown(":gray[Nothing can be imitated before there are points.]")
        return
    standing(snapshot)
    losses(snapshot)
    coverage(snapshot)
