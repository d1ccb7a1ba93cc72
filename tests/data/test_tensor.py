from playground.engine import registry


def test_it_has_a_shape_and_no_data():
    data = registry.make("data", {"type": "tensor", "shape": (3, 8, 8)}).load(1)
    assert data.shape == (3, 8, 8) and data.train.x.shape == (0, 3, 8, 8)
    assert len(data.train) == len(data.validation) == len(data.test) == 0
