"""Choosing images on Digits: those that are here, those to be fetched, and no connection."""

import hashlib
import http.server
import socket
import threading
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.data import download, fetched, idx
from playground.data.download import Source
from playground.engine import registry
from playground.experiment import Experiment
from tests.web.pages import bring_images, squares

RANDOM = np.random.default_rng(8)
FILES = [
    idx.write(RANDOM.integers(0, 256 if images else 10, (count, *images), dtype=np.uint8))
    for count in (600, 200)
    for images in ((28, 28), ())
]


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the four files of a tiny set, once `server.gate` is open."""

    def do_GET(self):
        self.server.gate.wait(20)
        content = FILES[int(self.path[1:])]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def sources(port):
    return tuple(
        Source(
            f"http://127.0.0.1:{port}/{number}",
            f"tiny/{port}-{number}.gz",
            hashlib.md5(content).hexdigest(),
            len(content),
        )
        for number, content in enumerate(FILES)
    )


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Fashion-MNIST is tiny, and comes from this machine."""
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setattr(fetched, "_read", {})
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.gate = threading.Event()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    monkeypatch.setattr(registry.get("data", "fashion_mnist"), "sources", sources(made.server_port))
    yield made
    made.gate.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def page(server):
    visit = AppTest.from_file("../../../pages/digits.py", default_timeout=60).run()
    yield visit
    desk(visit).run.close()


def desk(page):
    return page.session_state["desks"]["digits"]


def told(page):
    return " ".join(block.value for block in (*page.markdown, *page.error, *page.warning))


def choose(page, name):
    [sets] = [one for one in page.radio if one.key == "digits_dataset"]
    return sets.set_value(name).run()


def button(page, key):
    [found] = [one for one in page.button if one.key == key]
    return found


def settled(page):
    job = download.job(registry.get("data", "fashion_mnist").sources)
    end = time.monotonic() + 20
    while job.running:
        assert time.monotonic() < end
        time.sleep(0.02)
    return page.run()


def test_a_set_is_offered_fetched_and_learned_from(page, server):
    choose(page, "fashion_mnist")
    assert not page.exception and desk(page).experiment.data.type == "mnist"
    assert "**Fashion-MNIST** is not here yet" in told(page) and "127.0.0.1" in told(page)
    button(page, "offer").click().run()
    assert not page.exception and button(page, "offer_above").disabled
    server.gate.set()
    settled(page)
    assert not page.exception and desk(page).experiment.data.type == "fashion_mnist"
    assert "not here yet" not in told(page)
    data = desk(page).run.data
    assert (len(data.test), data.class_names[1]) == (200, "Trouser")
    choose(page, "mnist")
    assert not page.exception and desk(page).experiment.data.type == "mnist"


def test_not_now_leaves_everything_as_it_was(page):
    choose(page, "fashion_mnist")
    button(page, "quiet_not_offer").click().run()
    assert not page.exception and "not here yet" not in told(page)
    [sets] = [one for one in page.radio if one.key == "digits_dataset"]
    assert sets.value == "mnist"


def test_without_a_connection_it_says_so_and_lets_try_again(page, monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    monkeypatch.setattr(registry.get("data", "fashion_mnist"), "sources", sources(nobody))
    choose(page, "fashion_mnist")
    button(page, "offer").click().run()
    settled(page)
    assert not page.exception and "cannot be reached" in told(page)
    assert button(page, "offer").label == "Try again"
    assert desk(page).experiment.data.type == "mnist"


def test_files_that_cannot_be_read_are_told(page, tmp_path):
    for source in registry.get("data", "fashion_mnist").sources:
        place = tmp_path / source.name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"broken")
    choose(page, "fashion_mnist")
    assert not page.exception and "cannot be read" in told(page)
    assert desk(page).experiment.data.type == "mnist"


def test_a_link_to_a_set_that_is_not_here_offers_it(server):
    described = Experiment.preset("mnist_linear").described()
    described["data"] = {"type": "fashion_mnist"}
    visit = AppTest.from_file("../../../pages/digits.py", default_timeout=60)
    visit.query_params["m"] = Experiment.model_validate(described).to_link()
    visit.run()
    assert not visit.exception and "learns from Fashion-MNIST, which is not here" in told(visit)
    assert button(visit, "offer").label.startswith("Download")
    desk(visit).run.close()


def test_presets_of_digits_serve_other_images(page, server):
    server.gate.set()
    choose(page, "fashion_mnist")
    button(page, "offer").click().run()
    settled(page)
    [presets] = [radio for radio in page.radio if radio.key == "digits_preset"]
    presets.set_value("mnist_linear").run()
    assert not page.exception
    assert desk(page).experiment.data.type == "fashion_mnist"
    assert [layer.type for layer in desk(page).experiment.layers] == ["flatten", "dense"]


def bring(page, name, content):
    """Run the page with files of one's own, as its upload would hand them over."""
    choose(page, "images")
    assert (
        "a link or a saved set-up names them"
        in " ".join(caption.value for caption in page.caption).lower()
    )
    return bring_images(page, {name: content})


def test_images_of_ones_own_get_an_output_for_each_class(page):
    bring(page, "set.zip", squares())
    assert not page.exception
    data = desk(page).experiment.data
    assert (data.type, data.names) == ("images", "bright,dark")
    assert desk(page).experiment.layers[-1].units == 2 and desk(page).problem is None
    assert len(desk(page).run.data.test) == 12


def test_a_file_that_is_none_is_explained(page):
    bring(page, "set.zip", b"PK nothing")
    assert not page.exception and "cannot be read" in told(page)
    assert desk(page).experiment.data.type == "mnist"


def test_a_link_to_images_of_another_visit_asks_for_them(server):
    described = Experiment.preset("mnist_linear").described()
    described["data"] = {"type": "images", "key": "f" * 32, "names": "a,b"}
    described["layers"][-1]["units"] = 2
    visit = AppTest.from_file("../../../pages/digits.py", default_timeout=60)
    visit.query_params["m"] = Experiment.model_validate(described).to_link()
    visit.run()
    assert not visit.exception and "images of another visit" in told(visit)
    desk(visit).run.close()


def test_pixels_are_normalised_by_a_choice(page):
    [choice] = [one for one in page.get("button_group") if one.key == "digits_normalised"]
    choice.set_value("layer_norm").run()
    assert not page.exception
    assert page.session_state["desks"]["digits"].experiment.layers[0].type == "layer_norm"
