"""A page in both themes, one after the other, and what axe-core finds in them."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAPER = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
axe = Axe()


def both(page: Page) -> Iterator[str]:
    """Dark, then light again, as if the system's setting changed; the page has to follow."""
    for scheme in ("dark", "light"):
        paper = page.evaluate(PAPER)
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"paper => {PAPER} !== paper", arg=paper)
        yield scheme


def findings(page: Page) -> list[tuple[str, list[str], str | None]]:
    """What axe-core holds to be serious or critical, with where it is."""
    page.wait_for_timeout(400)  # animations: a half-faded word has too little contrast
    violations = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (violation["id"], node["target"], node.get("failureSummary"))
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
