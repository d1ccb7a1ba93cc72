"""Markup in every word that a visitor can bring is shown as it was written, and does nothing."""

from __future__ import annotations

from playground.experiment import Experiment
from playground.training.run import Run

MARKUP = (
    '<img src=bad onerror="window.harm=1"><script>window.harm=1</script>**bolder** `coded` '
    "[go](https://bad.example) ![see](https://bad.example/x.png) $x^2$ :red[redder]"
)
# Looks into the components too: their content lies under shadow roots.
HARM = """() => {
  const roots = [document], all = [];
  while (roots.length) {
    for (const element of roots.pop().querySelectorAll("*")) {
      all.push(element);
      if (element.shadowRoot) roots.push(element.shadowRoot);
    }
  }
  const harm = all.filter(element =>
    (element.src ?? "").toString().includes("bad") || (element.href ?? "").includes?.("bad.example")
    || element.classList.contains("katex")
    || (["STRONG", "CODE", "EM"].includes(element.tagName)
      && /^(bolder|coded)$/.test(element.textContent))
    || (element.tagName === "SPAN" && element.textContent === "redder"));
  return (window.harm ? ["a script ran"] : []).concat(harm.map(element => element.outerHTML));
}"""


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def bring(page, name, content, place=0):
    page.locator("[data-testid=stFileUploader] input[type=file]").nth(place).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def harmless(page, settle):
    settle(page)
    page.wait_for_timeout(300)  # until an image that cannot be loaded has failed
    assert page.evaluate(HARM) == []


def test_links_tables_and_runs(visit, settle, until):
    page = visit("?m=" + Experiment.preset("gauss").to_link() + "&hide=" + MARKUP.replace("#", ""))
    assert page.get_by_text("hide", exact=False).count()
    harmless(page, settle)
    page.locator(".st-key-quiet_playground_share button:visible").click()
    box = page.get_by_role("textbox", name="Paste a link")
    box.fill("https://example.org/" + MARKUP)
    box.press("Enter")
    until(page, lambda: page.get_by_text("This is no link to a set-up").count() > 0)
    harmless(page, settle)
    page.keyboard.press("Escape")

    press(page, "Step")
    page.get_by_text("Compare").first.click()
    press(page, "Pin this run")
    table = page.get_by_role("table", name="Runs in comparison")
    name = table.get_by_role("textbox").first
    name.fill(MARKUP)
    name.press("Enter")
    harmless(page, settle)

    quoted = '"' + MARKUP.replace('"', '""') + '"'
    head = f"x1,x2,{quoted}\n"
    rows = "".join(f"{n},{n * n},{quoted if n % 2 else 'b'}\n" for n in range(12))
    page.get_by_role("button", name="CSV").first.click()
    bring(page, MARKUP.replace("/", "") + ".csv", (head + rows).encode())
    until(page, lambda: page.get_by_text("bolder").count() > 0)
    harmless(page, settle)


def test_the_name_of_a_network(visit, settle, until, tmp_path):
    page = visit("draw")
    press(page, "Compare with…")
    press(page, "Open a file")
    Run(Experiment.preset("mnist_linear").changed(data={"type": "mnist", "samples": 100})).save(
        str(tmp_path / "net.safetensors")
    )
    content = (tmp_path / "net.safetensors").read_bytes()
    bring(page, "*a*" + MARKUP.replace("/", "")[:30] + ".safetensors", content, -1)
    until(page, lambda: page.get_by_text("*a*").count() > 0)
    harmless(page, settle)
