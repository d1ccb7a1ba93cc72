"""The Autoencoder page in a browser: a finger over the plane, while it trains and at rest."""

from __future__ import annotations

PICTURE = """() => { const find = node => { if (!node) return null;
    if (node.tagName === 'CANVAS') return node.toDataURL();
    for (const part of [...(node.shadowRoot?.children ?? []), ...node.children]) {
      const found = find(part); if (found) return found; } return null; };
    return find(document.querySelector('.st-key-decoded')); }"""


def drag(page, until, places):
    """Draw over the plane; every place changes the picture beside it."""
    box = page.locator(".st-key-latent canvas").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for x, y in places:
        before = page.evaluate(PICTURE)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        until(page, lambda before=before: page.evaluate(PICTURE) != before)
    page.mouse.up()


def test_a_plane_of_digits_under_the_hand(visit, until):
    page = visit("autoencoder")
    page.locator(".st-key-latent canvas").first.wait_for()
    assert "Press Train" in page.locator(".st-key-welcome").inner_text()
    page.get_by_role("button", name="Train", exact=True).click()
    until(page, lambda: "0 of" not in page.locator(".st-key-clock").inner_text())
    drag(page, until, [(0.2, 0.3), (0.8, 0.7)])
    page.get_by_role("button", name="Pause", exact=True).click()
    drag(page, until, [(0.3, 0.2), (0.7, 0.8), (0.1, 0.9)])
    plane = page.locator(".st-key-latent canvas").first
    words = page.locator(".st-key-decoded b").first
    before = words.inner_text()
    plane.focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda: words.inner_text() != before)
    page.get_by_text("Decoded places").click()
    page.get_by_text("Inventions", exact=True).click()
    page.locator(".st-key-inventions canvas").first.wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
