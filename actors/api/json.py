"""JSON as it comes in: no numbers that are none, no text that is none, no nesting without end."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

#: No whole number in this interface is longer; SQLite's end at 19 digits.
_MOST_DIGITS = 18


def strict_loads(s: str | bytes, **kwargs: Any) -> Any:
    """Refuses with ValueError what Python's parser lets through beyond JSON's meaning.

    ``NaN`` and ``Infinity``, also as ``1e999``; lone surrogates, which no file name and no
    database column can hold; and nesting that would exhaust the stack.
    """
    try:
        value = json.loads(
            s, parse_constant=_no_number, parse_float=_finite, parse_int=_storable, **kwargs
        )
        if b"\\ud" in (s if isinstance(s, bytes) else s.encode()).lower():
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large")
    return value


def _storable(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"{text[:20]}… is too large")
    return int(text)
