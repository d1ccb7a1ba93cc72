"""Which function reads which operator of ONNX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OPERATORS: dict[str, Callable[..., Any]] = {}


def operator(*names: str) -> Callable[[Any], Any]:
    """Files a function under the operators that it reads."""

    def add(function: Any) -> Any:
        OPERATORS.update(dict.fromkeys(names, function))
        return function

    return add
