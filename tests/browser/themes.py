"""A page in both themes, one after the other, and what axe-core finds in them."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAPER = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
axe = Axe()
# A word that still fades in, or pales because its page is being drawn anew, has little contrast.
FULL = "[data-stale] { opacity: 1 !important; transition: none !important; }"
STAND = """style => {
    document.head.append(Object.assign(document.createElement("style"), {textContent: style}));
    const roots = [document];
    for (const root of roots) {
        for (const animation of root.getAnimations())
            if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish();
        for (const node of root.querySelectorAll("*"))
            if (node.shadowRoot) roots.push(node.shadowRoot);
    }
}"""


def both(page: Page) -> Iterator[str]:
    """Dark, then light again, as if the system's setting changed; the page has to follow."""
    for scheme in ("dark", "light"):
        paper = page.evaluate(PAPER)
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"paper => {PAPER} !== paper", arg=paper)
        yield scheme


Finding = tuple[str, list[str], str | None]  # the rule, where it is broken, how to mend it


def findings(page: Page, within: str = "", contrast_alone: bool = False) -> list[Finding]:
    """What axe-core holds to be serious or critical, in all of the page or within a part of it."""
    page.evaluate(STAND, FULL)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if contrast_alone:
        options["runOnly"] = {"type": "rule", "values": ["color-contrast"]}
    violations = axe.run(page, within or None, options).response["violations"]
    return [
        (violation["id"], node["target"], node.get("failureSummary"))
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def findings_in_both(page: Page, within: str = "") -> list[tuple[str, Finding]]:
    """The same, light and dark; what a theme cannot change is looked for once."""
    return [
        (scheme, finding)
        for scheme in both(page)
        for finding in findings(page, within, contrast_alone=scheme == "dark")
    ]
