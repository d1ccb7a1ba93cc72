"""What pip makes of the project: its command, its version, and what a wheel without assets says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from email import message_from_string
from pathlib import Path

import pytest

import playground

ROOT = Path(__file__).resolve().parent.parent


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_version_and_requirements_are_read_from_their_one_place():
    assert set(project()["project"]["dynamic"]) == {"version", "dependencies"}
    assert project()["tool"]["setuptools"]["dynamic"] == {
        "version": {"attr": "playground.__version__"},
        "dependencies": {"file": ["requirements.txt"]},
    }


def test_no_other_file_states_the_version():
    text = (ROOT / "pyproject.toml").read_text() + (ROOT / "README.md").read_text()
    assert playground.__version__ not in text
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+)?", playground.__version__)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The project as a wheel, unpacked into a folder of its own; pip fetches setuptools for it."""
    checkout, target = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("installed")
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("playground", "pages", "tests"):
        shutil.copytree(ROOT / name, checkout / name, ignore=ignore)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    pip += ["--target", str(target)]
    done = subprocess.run([*pip, str(checkout)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return target


def command(installed: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error of `playground WORDS`."""
    done = subprocess.run(
        [installed / "bin" / "playground", *words],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_wheel_says_what_it_is_and_what_it_needs(installed):
    (metadata,) = installed.glob("*.dist-info/METADATA")
    fields = message_from_string(metadata.read_text())
    assert fields["Version"] == playground.__version__
    assert fields["Requires-Python"] == ">=3.11"
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = {re.split("[><]", line)[0] for line in lines if line and not line.startswith("#")}
    needed = {re.split("[><]", need)[0] for need in fields.get_all("Requires-Dist", [])}
    assert needed == wanted


def test_a_wheel_holds_the_package_alone(installed):
    folders = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert folders == {"bin", "playground"}
    modules = {path.relative_to(ROOT) for path in (ROOT / "playground").rglob("*.py")}
    assert {path.relative_to(installed) for path in installed.glob("playground/**/*.py")} == modules


def test_the_command_calls_itself_by_its_name_and_misses_its_assets(installed):
    code, out, error = command(installed, "--version")
    assert (code, out) == (0, f"playground {playground.__version__}\n"), error
    code, out, _ = command(installed, "--help")
    assert code == 0 and out.startswith("usage: playground ")
    code, out, error = command(installed, "presets")
    assert code == 1 and out == "" and error.count("\n") == 1
    assert "assets is missing" in error and "pip install -e ." in error
