"""Words of a table as learned numbers on the Trees page, without a browser."""

from __future__ import annotations

from tests.web.trees.test_trees import desk, start, words


def test_a_forest_behind_learned_words():
    app = start("penguins_words")
    assert "Numbers a word" in [one.label for one in app.number_input]
    small = desk(app).experiment.changed(
        trees={"type": "random_forest", "n_estimators": 3},
        hybrid={"type": "deep_features", "epochs": 2},
    )
    desk(app).change_to(small.described())
    app.run()
    desk(app).run.train(3)
    app.segmented_control(key="trees_view").set_value("Its parts").run()
    assert not app.exception and "What words became" in words(app)
    desk(app).run.close()
