"""Images of one's own, brought through the page: a wrong file, then a right one."""

import io
import zipfile

from PIL import Image


def shapes(count):
    """So many bright and so many dark squares, in a folder each."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, grey in (("bright", 200), ("dark", 20)):
            for number in range(count):
                file = io.BytesIO()
                Image.new("L", (9, 9), grey + number).save(file, "PNG")
                archive.writestr(f"{name}/{number}.png", file.getvalue())
    return packed.getvalue()


def bring(page, content):
    """To the uploader that has no file yet; the one before it may still be going."""
    uploader = page.locator(".st-key-offer_row [data-testid=stFileUploader]").filter(
        has_not_text="set.zip"
    )
    uploader.locator("input[type=file]").set_input_files(
        {"name": "set.zip", "mimeType": "application/zip", "buffer": content}
    )


def test_a_zip_of_folders_trains(visit, until):
    """As few as there may be."""
    page = visit("digits")
    data = page.locator(".st-key-digits_data button:visible").first
    data.click()
    page.get_by_text("Your images", exact=True).first.click()
    page.keyboard.press("Escape")
    page.locator(".st-key-offer_row input[type=file]").wait_for(state="attached")
    bring(page, b"PK nothing")
    said = page.locator(".st-key-offer_row").get_by_text("This ZIP file cannot be read")
    said.wait_for()  # beside the uploader, not at the top of the page
    bring(page, shapes(4))
    until(page, lambda: "Your images" in data.inner_text())
    assert said.count() == 0
    until(page, lambda: page.locator(".st-key-readout_accuracy").is_visible())
    page.get_by_role("button", name="Train", exact=True).click()
    until(page, lambda: page.locator(".st-key-clock strong").first.inner_text() == "5.0")
    until(page, page.get_by_role("button", name="Train", exact=True).is_visible)
    assert page.get_by_text("Dense 2").count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
