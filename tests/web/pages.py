"""A page without a browser, as a visitor has it: opened, waited for, its Run closed in the end."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.experiment import Experiment
from playground.views.packing import unpack
from playground.web.frame.desk import Desk

PAGES = Path(__file__).resolve().parents[2] / "pages"
PATIENCE = 120  # seconds


def visit(name: str) -> Iterator[AppTest]:
    """The page called so, not run yet; for a fixture's `yield from`."""
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=PATIENCE)
    yield page
    if "desks" in page.session_state and (run := desk(page).run):
        run.close()


def desk(page: AppTest) -> Desk:
    """What the visitor trains there."""
    guests = page.session_state["desks"].values()
    (only,) = (guest for guest in guests if isinstance(guest, Desk))
    return only


def ready(page: AppTest) -> AppTest:
    """Run the page until its network's machine code is ready."""
    page.run()
    end = time.monotonic() + PATIENCE
    while (moment := desk(page).snapshot()) is not None and moment.status == "compiling":
        assert time.monotonic() < end
        time.sleep(0.1)
    page.run()
    assert not page.exception
    return page


def opened(page: AppTest, experiment: Experiment) -> AppTest:
    """The page with this set-up, ready: by its link, so that the page's own is never computed."""
    page.query_params["m"] = experiment.to_link()
    ready(page)
    assert desk(page).experiment == experiment, desk(page).error
    return page


def payloads(page: AppTest) -> list[dict[str, Any]]:
    """What the page's own components show."""
    components = page.get("bidi_component")
    return [unpack(part.proto.bytes) for part in components if part.proto.bytes]


def words(page: AppTest) -> str:
    """All that the page says."""
    return " ".join(block.value for block in page.markdown)


def squares() -> bytes:
    """Thirty bright and thirty dark squares, as a ZIP of folders."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, grey in (("bright", 230), ("dark", 20)):
            for number in range(30):
                file = io.BytesIO()
                Image.new("RGB", (9, 9), (grey + number % 5,) * 3).save(file, "PNG")
                archive.writestr(f"{name}/{number}.png", file.getvalue())
    return packed.getvalue()


def bring_images(page: AppTest, files: dict[str, bytes], colour: bool = False) -> AppTest:
    """Run the page with files of one's own, as its upload would hand them over."""

    def script() -> None:
        import streamlit as st

        from playground.web.images import sources

        sources.take_files(*(st.session_state[key] for key in ("desk", "files", "colour")))

    inside = AppTest.from_function(script)
    for key, value in (("desk", desk(page)), ("files", files), ("colour", colour)):
        inside.session_state[key] = value
    inside.run()
    assert not inside.exception
    if "Wanted" in inside.session_state:
        page.session_state["Wanted"] = inside.session_state["Wanted"]
    return page.run()
