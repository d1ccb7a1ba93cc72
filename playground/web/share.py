"""Take it with you: the link, the set-up, the trained network; and bring one back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from playground.web.desk import Desk

LARGEST = 5  # MB


def menu(desk: Desk) -> None:
    """A popover at the end of the line."""
    with st.popover("Share", icon=":material/ios_share:", type="tertiary",
                    key=f"quiet_{desk.name}_share"):
        st.caption("The link holds the whole set-up: whoever opens it sees the same training.")
        st.code(address(desk), language=None, wrap_lines=True)
        st.download_button("Download this set-up (JSON)", desk.experiment.to_json(indent=2),
                           f"{desk.name}.json", "application/json", key=f"{desk.name}_save_json",
                           on_click="ignore", icon=":material/download:", width="stretch")
        if desk.run is not None:
            st.download_button("Save the trained network", desk.weights,
                               f"{desk.name}.safetensors", "application/octet-stream",
                               key=f"{desk.name}_save_network", on_click="ignore",
                               icon=":material/save:", width="stretch")
        _upload(desk)


def address(desk: Desk) -> str:
    """The page's address with the Experiment in it."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path,
                       f"m={desk.experiment.to_link()}", ""))


def _upload(desk: Desk) -> None:
    key = f"{desk.name}_open_{desk.uploads}"  # a new key empties the widget after each file

    def opened() -> None:
        file: Any = st.session_state[key]
        if file is not None:
            desk.uploads += 1
            desk.open_file(file.name, file.getvalue())

    st.file_uploader("Open a set-up or a trained network", ["json", "safetensors"], key=key,
                     max_upload_size=LARGEST, on_change=opened)
