"""The table beside LeCun et al. (1998): recipes that work, results that are theirs."""

import pytest

from playground.__main__ import main
from playground.bench import paper

LEAST = {"lenet-5": 0.8, "lenet-5-distorted": 0.5}  # percent, what was aimed at


@pytest.mark.parametrize("row", paper.ROWS, ids=lambda row: row.name)
def test_every_recipe_is_an_experiment_and_its_result_beats_the_paper(row):
    recipe, result = paper.recipe(row.name), paper.results()[row.name]
    assert result.error <= min(row.error, LEAST.get(row.name, 100))
    assert (result.epochs, result.seed) == (recipe.stop.epochs, recipe.seed)
    assert result.parameters == recipe.plan().parameters
    assert result.processor <= 120
    data = recipe.data.make().load(1)
    assert len(data.train) == 60_000 and not len(data.validation)


def test_the_smallest_recipe_comes_to_what_is_on_file():
    result = paper.train(paper.recipe("linear"))
    assert abs(result.wrong - paper.results()["linear"].wrong) <= 8


def test_the_page_shows_what_is_on_file():
    assert paper.PAGE.read_text() == paper.page(paper.results())
    for row in paper.ROWS:
        assert f"| {row.title} | {row.error:g} % |" in paper.PAGE.read_text()


def test_results_are_kept_one_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(paper, "PAGE", tmp_path / "page.md")
    paper.keep({"lenet-5": paper.Result(65, 15, 1, 10.0, 20.0, 61_706)})
    paper.keep({"linear": paper.Result(731, 8, 1, 2.0, 1.0, 7850)})
    assert list(paper.results()) == ["linear", "lenet-5"]
    assert "**0.65 %**" in paper.PAGE.read_text() and "LeNet-1 | 1.7" not in paper.PAGE.read_text()


def test_the_command_trains_and_prints_and_knows_its_names(capsys, monkeypatch):
    monkeypatch.setattr(paper, "train", lambda *_: paper.Result(700, 8, 5, 1.0, 1.0, 7850))
    assert main(["paper", "linear"]) == 0
    assert "12 % in 1998,  7.00 % here" in capsys.readouterr().out
    assert main(["paper", "lenet-6"]) == 1
    assert "no recipe is called lenet-6; there are linear, " in capsys.readouterr().err
