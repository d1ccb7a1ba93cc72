"""Fakes to take away."""

from __future__ import annotations

import io

import numpy as np
import streamlit as st

from playground.commands.generate import sheet
from playground.web.frame.desk import Desk

POINTS, IMAGES = 1000, 100


def button(desk: Desk, images: bool) -> None:
    """A table of points, or a sheet of images, as the generator makes them now."""
    if desk.run is None or desk.problem:
        return
    kind, about = ("png", f"{IMAGES} fakes as a PNG.") if images else ("csv", f"{POINTS:,} fakes.")
    st.download_button(
        kind.upper(),
        lambda: png(desk) if images else csv(desk),
        f"fakes.{kind}",
        "image/png" if images else "text/csv",
        key="quiet_fakes",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        help=f"{about} They change as the generator learns.",
    )


def csv(desk: Desk) -> str:
    """Points as a table."""
    points = _made(desk, POINTS)
    return "x1,x2\n" + "".join(f"{x:.6g},{y:.6g}\n" for x, y in points)


def png(desk: Desk) -> bytes:
    """Images side by side."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(sheet(_made(desk, IMAGES))).save(file, "PNG")
    return file.getvalue()


def _made(desk: Desk, count: int) -> np.ndarray:
    if desk.run is None:
        raise ValueError("There is no generator yet.")
    return np.asarray(desk.run.generate(n=count))
