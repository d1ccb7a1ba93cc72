"""Links that hide and lock, pasted links, what leaves the page and comes back."""

from __future__ import annotations

import io
import zipfile

from playground.experiment import Experiment

REFERENCE = (
    "https://playground.tensorflow.org/#activation=relu&dataset=xor&networkShape=3,2"
    "&noise=20&discretize=true&noise_hide=true"
)


OPENED = "?m=" + Experiment.preset("gauss").to_link()  # no first visit's line


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def share(page, topic="Link"):
    page.locator(".st-key-quiet_playground_share button:visible").click()
    page.get_by_role("radio", name=topic).click()


def test_a_teachers_link_hides_and_locks(visit, settle, until):
    page = visit(OPENED)
    share(page)
    for box, name in (("For those who open it, hide", "Noise"), ("and lock", "Learning rate")):
        page.get_by_role("combobox", name=box).click()
        page.get_by_role("option", name=name, exact=True).click()
        page.keyboard.press("Escape")
        settle(page)
    code = page.locator("[data-testid=stCode]")
    until(
        page,
        lambda: "hide=noise" in code.inner_text() and "lock=learning_rate" in code.inner_text(),
    )
    assert page.get_by_role("slider", name="Noise").count() == 1  # the teacher's page stays
    address = "".join(code.inner_text().split())
    pupil = visit(
        address.split("/", 3)[3] if address.count("/") > 2 else address[address.index("?") :]
    )
    press(pupil, "Step")
    assert pupil.get_by_role("slider", name="Noise").count() == 0
    assert pupil.locator(".st-key-rate input").first.is_disabled()
    assert pupil.get_by_role("slider", name="Share for training").count() == 1


def test_a_pasted_link_of_tensorflow_playground(visit, until):
    page = visit(OPENED)
    share(page)
    box = page.get_by_role("textbox", name="Paste a link")
    box.fill("https://example.org/nothing")
    box.press("Enter")
    until(page, lambda: page.get_by_text("This is no link to a set-up").count() > 0)
    until(page, lambda: box.count() == 1 and box.input_value() == "")  # an empty one instead
    box.fill(REFERENCE)
    box.press("Enter")
    until(page, lambda: "hide=noise" in page.url)
    until(page, lambda: page.get_by_role("slider", name="Noise").count() == 0)
    until(page, lambda: page.get_by_text("This is no link to a set-up").count() == 0)
    until(page, lambda: "squared error" in page.locator(".st-key-recipe").inner_text())
    assert "Exclusive or" in page.locator(".st-key-data").inner_text()


def test_code_leaves_the_page_and_a_network_comes_back(visit, until, tmp_path):
    page = visit(OPENED)
    press(page, "Step")
    share(page, "Code")
    with page.expect_download() as waiting:
        press(page, "PyTorch")
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as packed:
        assert sorted(packed.namelist()) == ["network.py", "network.safetensors"]
    with page.expect_download() as waiting:
        press(page, "ONNX")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "network.onnx"
    page.get_by_role("radio", name="Files").click()
    pickled = {"name": "network.pth", "mimeType": "application/octet-stream", "buffer": b"PK"}
    page.locator("input[type=file]").last.set_input_files(pickled)
    page.get_by_text("safetensors.torch.save_file").wait_for()  # not only that it is not allowed
    page.locator("input[type=file]").last.set_input_files(file)
    until(page, lambda: page.locator(".st-key-clock strong").first.inner_text() == "0")
    assert page.locator("[data-testid=stAlert]").count() == 0
