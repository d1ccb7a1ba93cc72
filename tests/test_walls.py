"""Who may import whom: the walls between the rooms, and no circles, file by file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.imports import ROOT, imports

APP = [
    ROOT / "app.py",
    *sorted(ROOT.glob("pages/**/*.py")),
    *sorted(ROOT.glob("playground/**/*.py")),
]
LINT = (
    "import sys; sys.path.insert(0, '.'); "
    "from importlinter.cli import lint_imports_command as lint; lint()"
)
# What a package is called on PyPI, where that differs from what is imported.
PACKAGES = {
    "PIL": "pillow",
    "pydantic_core": "pydantic",
    "llvmlite": "numba",
    "sklearn": "scikit-learn",
    "starlette": "streamlit",
    "uvicorn": "streamlit",
    "google": "onnx",
}
# Only where a command asks for them.
OPTIONAL = {"onnxruntime", "torch", "keras", "jax", "threadpoolctl"}


def tops(files: list[Path]) -> set[str]:
    return {name.split(".")[0] for file in files for name in imports(file)}


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_contracts_are_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


GUILTY = [
    ("engine/registry.py", "import streamlit", "imports Streamlit BROKEN"),
    ("views/plane.py", "import streamlit", "imports Streamlit BROKEN"),
    ("data/toy.py", "import plotly", "imports Plotly BROKEN"),
    ("views/plane.py", "import sklearn", "import scikit-learn BROKEN"),
    ("engine/registry.py", "from playground import data", "upwards BROKEN"),
    ("data/toy.py", "from playground.experiment import parts", "upwards BROKEN"),
    ("experiment/stop.py", "from playground.formats import errors", "upwards BROKEN"),
    ("formats/errors.py", "from playground.training import run", "upwards BROKEN"),
    ("training/run.py", "from playground.analysis import health", "upwards BROKEN"),
    ("analysis/judgement.py", "from playground.views import style", "upwards BROKEN"),
    ("analysis/judgement.py", "from playground.bench import report", "upwards BROKEN"),
    ("views/plane.py", "from playground.commands import train", "upwards BROKEN"),
    ("commands/train.py", "from playground.web.frame import live", "upwards BROKEN"),
    ("web/parts/forms.py", "from playground.web.draw import pad", "no page BROKEN"),
    ("web/draw/draw.py", "from playground.web.judge import judge", "no page BROKEN"),
    ("web/frame/live.py", "from playground.web.parts import forms", "no page BROKEN"),
]


@pytest.fixture(scope="module")
def noticed(tmp_path_factory) -> dict[str, str]:
    """What is said of each contract where all the guilty lines stand at once."""
    folder = tmp_path_factory.mktemp("guilty")
    shutil.copy(ROOT / "pyproject.toml", folder)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "playground", folder / "playground", ignore=ignore)
    for file, line, _ in GUILTY:
        with (folder / "playground" / file).open("a") as guilty:
            guilty.write(f"\n{line}\n")
    result = lint(folder)
    assert result.returncode == 1, result.stdout + result.stderr
    verdicts, details = result.stdout.split("Broken contracts")
    said = dict(re.findall(r"^(\w.*)\n-+\n\n((?:.*\n)*?)(?=\w.*\n-+\n|\Z)", details, re.MULTILINE))
    return {verdict: said.get(verdict.split(" BROKEN")[0], "") for verdict in verdicts.splitlines()}


@pytest.mark.parametrize(("file", "line", "broken"), GUILTY)
def test_contracts_notice(noticed, file, line, broken):
    [said] = [said for verdict, said in noticed.items() if broken in verdict]
    module = "playground." + file.removesuffix(".py").replace("/", ".")
    name, *part = re.sub("from|import", "", line).split()
    assert re.search(
        rf"{module} -> {name}(\.{part[0]})? \(l" if part else rf"{module} -> {name} \(l", said
    )


def test_the_package_holds_rooms_and_nothing_else():
    loose = {path.name for path in (ROOT / "playground").glob("*.py")}
    assert loose == {"__init__.py", "__main__.py"}


def test_every_room_has_a_place_in_the_contract(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "playground", tmp_path / "playground", ignore=ignore)
    (tmp_path / "playground" / "stray").mkdir()
    (tmp_path / "playground/stray/__init__.py").write_text('"""Nobody named it."""\n')
    result = lint(tmp_path)
    assert result.returncode == 1 and "upwards BROKEN" in result.stdout
    assert "stray" in result.stdout


def test_engine_knows_numpy_and_numba_alone():
    files = [file for file in APP if (ROOT / "playground/engine") in file.parents]
    allowed = {"numpy", "numba", "llvmlite", "playground"}
    assert len(files) > 10
    assert tops(files) - set(sys.stdlib_module_names) <= allowed
    inner = {name for file in files for name in imports(file) if name.startswith("playground")}
    assert not [name for name in inner if not name.startswith("playground.engine")]


def python_files() -> dict[str, Path]:
    """Every module of the package by its dotted name; a package stands for its __init__.py."""
    files = sorted((ROOT / "playground").rglob("*.py"))
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
        for file in files
    }


def imported_files(file: Path, modules: dict[str, Path]) -> set[str]:
    """The modules that a file takes names from, wherever in it; what only types need, too.

    `from package import module` reads the module; the package's own file is read only for names
    that stand in it.
    """
    found = set()
    for name in imports(file):
        while name and name not in modules:
            name = name.rpartition(".")[0]
        found |= {name} if name else set()
    return found


def circles(graph: dict[str, set[str]]) -> list[str]:
    """What remains when leaves are taken off again and again: every file on the way of a circle."""
    graph = {name: reads & graph.keys() - {name} for name, reads in graph.items()}
    while leaves := {name for name, reads in graph.items() if not reads}:
        graph = {name: reads - leaves for name, reads in graph.items() if name not in leaves}
    while graph and (roots := graph.keys() - set().union(*graph.values())):
        graph = {name: reads for name, reads in graph.items() if name not in roots}
    return sorted(graph)


def test_no_python_file_imports_itself_in_a_circle():
    modules = python_files()
    assert len(modules) > 200
    assert circles({name: imported_files(file, modules) for name, file in modules.items()}) == []


def test_no_script_imports_itself_in_a_circle():
    scripts = {file.resolve(): file for file in (ROOT / "assets").rglob("*.js")}
    graph = {
        str(path): {
            str((path.parent / target).resolve())
            for target in re.findall(
                r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", file.read_text()
            )
        }
        for path, file in scripts.items()
    }
    assert len(graph) > 10 and any(graph.values())
    missing = {target for targets in graph.values() for target in targets} - graph.keys()
    assert not missing
    assert circles(graph) == []


def test_a_circle_is_noticed():
    straight = {"a": {"b"}, "b": {"c"}, "c": set()}
    assert circles(straight) == []
    assert circles({**straight, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


def test_nothing_imports_the_pages_or_the_tests():
    package = [file for file in APP if (ROOT / "playground") in file.parents]
    assert not tops(package) & {"app", "pages", "tests"}
    pages = [file for file in APP if (ROOT / "pages") in file.parents]
    assert not tops(pages) & {"app", "pages", "tests", "plotly"}


def test_no_pickle_anywhere():
    assert not tops(APP) & {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
    text = "\n".join(file.read_text() for file in APP)
    assert "allow_pickle=True" not in text
    assert "unsafe_allow_html" not in text


def test_what_works_in_the_background_is_a_job_or_a_run():
    words = r"\bThread\(|\bstart_new_thread\(|\b(?!Process)\w*Executor\(|\bThreadPool\("
    thread = re.compile(words)
    files = {str(file.relative_to(ROOT)) for file in APP if thread.search(file.read_text())}
    assert files == {"playground/data/jobs.py", "playground/training/player.py"}


def test_requirements_name_what_is_imported_and_nothing_else():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    for line in wanted:
        assert re.fullmatch(r"[a-z-]+>=[\d.]+,<[\d.]+", line), f"{line}: no bounded range"
    used = tops(APP) - set(sys.stdlib_module_names) - {"playground"} - OPTIONAL
    assert {re.split("[><]", line)[0] for line in wanted} == {PACKAGES.get(u, u) for u in used}


def test_types_are_checked_everywhere_but_in_the_kernels():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert settings["disallow_untyped_defs"] and settings["warn_unused_ignores"]
    assert settings["files"] == ["playground", "pages", "app.py"]
    paths = [file.relative_to(ROOT).as_posix() for file in APP]
    unread = [path for path in paths if any(re.search(p, path) for p in settings["exclude"])]
    assert unread == [path for path in paths if path.startswith("playground/engine/kernels/")]
    relaxed = [part["module"] for part in settings["overrides"] if len(part) > 2]
    assert relaxed == ["playground.formats.write.parts.*"]  # text of exported programs


@cache
def all_calls(file: Path) -> list[tuple[str, ast.Call]]:
    """The calls of a file, each with its function's dotted name."""
    nodes = ast.walk(ast.parse(file.read_text()))
    return [(ast.unparse(node.func), node) for node in nodes if isinstance(node, ast.Call)]


def calls(file: Path, name: str) -> Iterator[ast.Call]:
    """The calls of a function by its dotted name."""
    if name.rpartition(".")[2] in file.read_text():
        yield from (call for found, call in all_calls(file) if found == name)


def test_pages_reach_what_is_kept_for_a_visit_through_the_frame_alone():
    guilty = [file for file in APP if "session_state" in file.read_text()]
    frame = ROOT / "playground/web/frame"
    assert guilty and [file for file in guilty if frame not in file.parents] == []


def test_no_two_states_of_a_visit_have_the_same_name():
    homes: dict[str, set[str]] = {}
    for file in APP:
        for call in calls(file, "visit.state"):
            kind = ast.unparse(call.args[0])
            own = re.search(rf"^class {kind}\b", file.read_text(), re.MULTILINE)
            homes.setdefault(kind, set()).add(str(file) if own else "elsewhere")
    assert len(homes) > 10
    assert {kind: files for kind, files in homes.items() if len(files) > 1} == {}


def test_one_function_empties_widgets():
    """A file or a text that is asked for outside it has a key that is put together nowhere."""
    asked = 0
    for file in APP:
        text = file.read_text()
        for name in ("st.file_uploader", "st.text_input", "st.text_area"):
            for call in calls(file, name):
                [key] = [ast.unparse(word.value) for word in call.keywords if word.arg == "key"]
                asked += 1
                assert not key.startswith("f") and f"{key} = f" not in text, file
    assert asked
