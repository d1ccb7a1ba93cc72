"""Compare: pinned runs on the same axes."""

from __future__ import annotations

from typing import Any

from playground.web import layout
from playground.web.desk import Desk


def draw(desk: Desk, snapshot: Any) -> None:
    """The panel's content."""
    layout.title("compare")
