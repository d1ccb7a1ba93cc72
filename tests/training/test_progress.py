import io

from playground.training.progress import ProgressBar, line

RECORD = {
    "epoch": 3.0,
    "loss": 0.06123,
    "test_loss": 0.0519,
    "seconds": 2.94,
    "metrics": {"test": {"loss": 0.0519, "accuracy": 0.98315}},
}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_line_says_what_happened():
    assert line(RECORD) == (
        "epoch 3    loss 0.0612  test loss 0.0519  test accuracy 98.31 %  2.9 s"
    )
    value = {**RECORD, "metrics": {"test": {"loss": 0.05, "mae": 0.1234}}}
    assert "test error 0.123" in line(value)


def test_a_bar_on_a_terminal():
    terminal = Terminal()
    bar = ProgressBar(stream=terminal)
    bar.show(2, 0.5)
    assert "epoch 2" in terminal.getvalue() and " 50 %" in terminal.getvalue()
    assert terminal.getvalue().count("█") == terminal.getvalue().count("░") == 15
    bar.show(2, 0.9)
    assert "90 %" not in terminal.getvalue(), "pictures come at most ten times a second"
    bar.tell(RECORD)
    assert terminal.getvalue().endswith("2.9 s\n")


def test_elsewhere_it_is_silent():
    for stream, enabled in ((io.StringIO(), True), (Terminal(), False)):
        bar = ProgressBar(enabled, stream)
        bar.show(1, 0.1)
        bar.tell(RECORD)
        bar.wipe()
        assert stream.getvalue() == ""
