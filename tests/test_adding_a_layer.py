"""The worked example of docs/adding-a-layer.md, run as if its file lay among the layers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "adding-a-layer.md"
CODE = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.S | re.M)

# Python's import of playground.engine.layers looks into one folder more: the engine's own files
# stay as they are, and so does the machine code that belongs to them.
START = """
import sys
from importlib.machinery import PathFinder

class Among:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "playground.engine.layers":
            return None
        spec = PathFinder.find_spec(name, path)
        spec.submodule_search_locations.append(sys.argv[1])
        return spec

sys.meta_path.insert(0, Among)
"""
CHECKS = """
import json
import pathlib
import types

import numpy as np
from playground import Experiment, Run
from playground.formats import write
from playground.engine import Network, registry
from playground.views import architecture, inside, network, stack

assert "prelu" in registry.names("layer") and "squared_relu" in registry.names("activation")
experiment = Experiment.preset("circle").changed(layers=[
    {"type": "dense", "units": 6}, {"type": "prelu", "start": -0.5},
    {"type": "dense", "units": 5, "activation": "squared_relu"}, {"type": "dense", "units": 1}])

# Trained, linked, saved.
run = Run(experiment)
start = run.evaluate("train")["loss"]
run.train(epochs=20, callback=lambda record: None)
assert run.evaluate("train")["loss"] < 0.5 * start, (start, run.evaluate("train"))
assert run.network.state_dict()["1.weight"] != np.float32(-0.5)
assert Experiment.from_json(experiment.to_json()) == experiment
assert Experiment.from_link(experiment.to_link()) == experiment
folder = pathlib.Path(sys.argv[1])
run.save(folder / "mine.safetensors")
x = run.data.test.x[:50]
back = Run.load(folder / "mine.safetensors")
assert back.experiment == experiment
np.testing.assert_array_equal(back.network.predict(x), run.network.predict(x))

# What the forms read, and what is refused.
assert registry.options(registry.get("layer", "prelu"))[0].maximum == 1
assert "squared_relu" in [*registry.options(registry.get("layer", "dense"))][1].names()
try:
    Experiment.from_json(json.dumps({**json.loads(experiment.to_json()), "layers": [
        {"type": "prelu", "start": 2}, {"type": "dense", "units": 1}]}))
    raise SystemExit("a start of 2 was allowed")
except ValueError as error:
    assert "less than or equal to 1" in str(error)
for target in write.TARGETS:
    try:
        write.files(run, target)
        raise SystemExit(f"{target} knows prelu")
    except write.ExportError as error:
        assert str(error).endswith("export does not know the layer prelu yet."), error

# Its row, its box, its pictures.
(_, line, _, _), trouble = stack.lines(experiment)
assert (line.icon, line.title, line.summary) == ("show_chart", "PReLU", "from -0.5"), line
_, first, *_ = architecture.stages(experiment)
assert first.extras == ("PReLU from -0.5",) and "PReLU" in architecture.svg(experiment)
payload = network.payload(run.snapshot())
column, pictures = payload["columns"][2], payload["pictures"].reshape(-1, network.RESOLUTION**2)
assert column["title"] == "PReLU" and payload["links"][1] == {} and column["size"] == 6
assert (payload["shown"][:3], len(np.unique(pictures[8:14], axis=0))) == ([2, 6, 6], 6)

layers = [{"type": "conv2d", "filters": 4}, {"type": "prelu"}, {"type": "flatten"},
          {"type": "dense", "units": 3}]
net = Network([registry.make("layer", one) for one in layers], (1, 8, 8),
              registry.make("loss", {"type": "softmax_cross_entropy"}))
shot = types.SimpleNamespace(network=net, labels=["a", "b", "c"],
                             data=types.SimpleNamespace(class_names=("a", "b", "c")),
                             probabilities=net.loss.probabilities)
image = np.random.default_rng(1).uniform(size=(1, 8, 8)).astype(np.float32)
values = [image, *(one[0] for one in net.activations(image[None]))]
scene = inside.scene(shot, image, values, values, 1, (2, 1, 1))
_, _, (maps,), *_ = inside.network(scene)["columns"]
assert (maps["name"], maps["kind"], maps["count"]) == ("PReLU", "maps", 4), maps
np.testing.assert_array_equal(maps["values"], values[2].ravel())
print("all of it")
"""
# What the tests that run over the registry say of it; docs/reference.md alone is written by hand.
TESTS = """
import pytest

told = pytest.main([
    "-q", "-p", "no:cacheprovider", "tests/pieces", "tests/engine", "tests/views/test_stack.py",
    "tests/experiment/test_experiment.py", "tests/test_facts.py",
    "-k", "prelu or squared_relu or squared-relu"])
assert told == 0, told
told = pytest.main([
    "-q", "-p", "no:cacheprovider", "tests/engine/test_cases.py", "tests/engine/test_parity.py",
    "tests/formats/write/test_tables.py", "tests/analysis/cell/test_cell.py",
    "tests/analysis/cell/test_field.py", "-k", "every or file or names or known"])
assert told == 0, told
print("all of it")
"""
PAGE_CHECKS = '''
from streamlit.testing.v1 import AppTest
from playground import Experiment

experiment = Experiment.preset("circle").changed(layers=[
    {"type": "dense", "units": 6, "activation": "squared_relu"}, {"type": "prelu"},
    {"type": "dense", "units": 1}])
app = AppTest.from_file("app.py", default_timeout=100)
app.query_params["m"] = experiment.to_link()
app.run()
assert not app.exception, app.exception
desk = app.session_state["desks"]["playground"]
assert desk.experiment == experiment
next(button for button in app.button if button.label == "Step").click().run()
assert not app.exception, app.exception
desk.run.close()

forms = AppTest.from_string("""
import streamlit as st
from playground.engine import registry
from playground.web.parts import forms
for position, name in enumerate(("dense", "prelu")):
    forms.options(st.session_state["desk"], ("layers", position), registry.get("layer", name))
""")
forms.session_state["desk"] = desk
forms.run()
assert not forms.exception, forms.exception
(start,) = (one for one in forms.number_input if one.label == "Start")
assert (start.value, start.min, start.max) == (0.25, -1, 1) and start.help
(activation,) = (one for one in forms.selectbox if one.label == "Activation")
assert activation.value == "squared_relu" and "squared ReLU" in activation.options
print("all of it")
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder that holds the page's file as mine.py; its machine code goes with it."""
    from playground.engine import cache

    path = tmp_path_factory.mktemp("adding_a_layer")
    (path / "mine.py").write_text(CODE[0])
    yield path
    for compiled in cache.FOLDER.glob(f"*/{path.name}_*"):
        shutil.rmtree(compiled)


def test_the_page_holds_one_short_file():
    assert len(CODE) == 1
    assert sum(bool(line.strip()) for line in CODE[0].splitlines()) < 60
    assert "playground/engine/layers/mine.py" in PAGE.read_text()


def test_the_file_is_in_style(folder):
    command = [sys.executable, "-m", "ruff", "check", "--config", ROOT / "pyproject.toml"]
    subprocess.run([*command, folder / "mine.py"], check=True, timeout=60)


@pytest.mark.parametrize("checks", [CHECKS, TESTS, PAGE_CHECKS], ids=["engine", "tests", "page"])
def test_the_file_does_what_the_page_says(checks, folder):
    done = subprocess.run(
        [sys.executable, "-c", START + checks, folder],
        cwd=ROOT,
        timeout=300,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("all of it\n")
