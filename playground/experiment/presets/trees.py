"""Presets of trees, on the points of the Playground."""

from playground.experiment.presets.digits import DIGITS
from playground.experiment.presets.preset import Preset, dense

LENET5 = next(preset for preset in DIGITS if preset.name == "lenet5").experiment
TREES = (
    Preset(
        "tree_xor",
        "A tree on exclusive or",
        "Where a network bends a border, a tree asks about one input at a time.",
        {
            "data": {"type": "xor", "noise": 10},
            "trees": {"type": "decision_tree"},
        },
    ),
    Preset(
        "forest_spiral",
        "A forest on the spiral",
        "A hundred trees, each a little wrong in its own way, vote on the spiral.",
        {
            "data": {"type": "spiral", "noise": 20},
            "trees": {"type": "random_forest"},
        },
    ),
    Preset(
        "boosting_circle",
        "Boosting on the circle",
        "Each small tree mends what those before got wrong: corners become a circle.",
        {
            "data": {"type": "circle", "noise": 5},
            "trees": {"type": "gradient_boosting", "max_depth": 2},
        },
    ),
    Preset(
        "boosting_overfits",
        "Boosting that over-fits",
        "Noisy points and large steps: after a few stages the test error turns and rises.",
        {
            "data": {"type": "gauss", "noise": 50, "samples": 300},
            "trees": {
                "type": "gradient_boosting",
                "n_estimators": 200,
                "learning_rate": 0.3,
                "max_depth": 3,
            },
        },
    ),
    Preset(
        "table_iris",
        "Iris, a tree",
        "Which of three species is a flower? Two questions about its petals nearly do.",
        {"data": {"type": "table"}, "trees": {"type": "decision_tree"}},
    ),
    Preset(
        "table_penguins",
        "Penguins, a forest",
        "Numbers, words and gaps: species of penguins from their bills, flippers and islands.",
        {
            "data": {"type": "table", "table": "penguins", "missing": "fill"},
            "trees": {"type": "random_forest"},
        },
    ),
    Preset(
        "forest_mnist",
        "A forest on digits",
        "A hundred trees ask about single pixels, and together read 97 of 100 digits.",
        {"data": {"type": "mnist"}, "trees": {"type": "random_forest"}},
    ),
    Preset(
        "hybrid_spiral",
        "A forest behind a network",
        "A network bends the plane until the spiral's arms lie apart; a forest then cuts there.",
        {
            "data": {"type": "spiral", "noise": 10},
            "trees": {"type": "random_forest", "n_estimators": 50},
            "hybrid": {"type": "deep_features", "epochs": 100},
            "layers": dense(16, 8, 1, activation="tanh"),
            "loss": {"type": "binary_cross_entropy"},
            "optimizer": {"type": "adam", "learning_rate": 0.01},
        },
    ),
    Preset(
        "penguins_words",
        "Penguins, learned words",
        "A network finds two numbers for each island and each sex, and a forest reads its last "
        "layer.",
        {
            "data": {"type": "table", "table": "penguins", "missing": "fill", "words": "learned"},
            "trees": {"type": "random_forest", "n_estimators": 50},
            "hybrid": {"type": "deep_features", "epochs": 50},
            "layers": [{"type": "column_embedding"}, *dense(16, 8, 3, activation="tanh")],
            "loss": {"type": "softmax_cross_entropy"},
            "optimizer": {"type": "adam", "learning_rate": 0.01},
        },
    ),
    Preset(
        "leaves_circle",
        "A line through the leaves",
        "Thirty small trees grow, then one neuron weighs their leaves: a linear model draws a "
        "circle.",
        {
            "data": {"type": "circle", "noise": 20},
            "trees": {"type": "gradient_boosting", "n_estimators": 30, "max_depth": 2},
            "hybrid": {"type": "leaves"},
            "layers": dense(1, activation="tanh"),
            "loss": {"type": "binary_cross_entropy"},
            "optimizer": {"type": "adam", "learning_rate": 0.01},
            "regularization": {"type": "l2", "rate": 0.003},
        },
    ),
    Preset(
        "hybrid_mnist",
        "A forest behind LeNet-5",
        "LeNet-5 learns to see, then a forest reads its last hidden layer: 99 of 100 digits.",
        {
            **LENET5,
            "trees": {"type": "random_forest"},
            "hybrid": {"type": "deep_features", "epochs": 6},
            "schedule": {**LENET5["schedule"], "epochs": 6},
            "augmentation": {"type": "images"},
            "stop": {},
        },
    ),
)
