"""Who may import whom: engine ← data, experiment ← run ← views, export ← web ← pages ← app."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
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
    "PIL": "pillow", "pydantic_core": "pydantic", "llvmlite": "numba", "sklearn": "scikit-learn",
    "starlette": "streamlit", "uvicorn": "streamlit", "google": "onnx",
}  # fmt: skip
# Only where a command asks for them.
OPTIONAL = {"onnxruntime", "torch", "keras", "jax", "threadpoolctl"}


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = file.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def tops(files: list[Path]) -> set[str]:
    return {name.split(".")[0] for file in files for name in imports(file)}


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_contracts_are_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("engine/registry.py", "import streamlit", "imports Streamlit BROKEN"),
        ("views/plane.py", "import streamlit", "imports Streamlit BROKEN"),
        ("data/toy.py", "import plotly", "imports Plotly BROKEN"),
        ("engine/registry.py", "from playground import data", "upwards BROKEN"),
        ("experiment.py", "from playground.web import forms", "upwards BROKEN"),
        ("trainer.py", "from playground import run", "upwards BROKEN"),
        ("measure.py", "from playground import trainer", "upwards BROKEN"),
        ("turns.py", "from playground import data", "upwards BROKEN"),
        ("history.py", "from playground import metrics", "upwards BROKEN"),
    ],
)
def test_contracts_notice(tmp_path, file, line, broken):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "playground", tmp_path / "playground", ignore=ignore)
    guilty = tmp_path / "playground" / file
    guilty.write_text(guilty.read_text() + f"\n{line}\n")
    result = lint(tmp_path)
    assert result.returncode == 1 and broken in result.stdout, result.stdout + result.stderr


def test_every_module_has_a_place_in_the_contract(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "playground", tmp_path / "playground", ignore=ignore)
    (tmp_path / "playground" / "stray.py").write_text('"""Nobody named it."""\n')
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


def test_requirements_name_what_is_imported_and_nothing_else():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    for line in wanted:
        assert re.fullmatch(r"[a-z-]+>=[\d.]+,<[\d.]+", line), f"{line}: no bounded range"
    used = tops(APP) - set(sys.stdlib_module_names) - {"playground"} - OPTIONAL
    assert {re.split("[><]", line)[0] for line in wanted} == {PACKAGES.get(u, u) for u in used}
