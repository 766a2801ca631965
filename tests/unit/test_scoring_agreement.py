"""Which signals are trusted in a recording.

Rules of this file: pure values, one a second, from a seeded generator. A hidden truth is drawn;
curves tell it well, badly or not at all, and the weights must find out which without seeing it.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.scoring.agreement import KINDS, confirmed
from forge.scoring.weights import DEFAULT_WEIGHTS

CHANCE = np.random.default_rng(4)
TRUTH = (CHANCE.random(600) > 0.95).astype(float)


def noise() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return 0.4 * CHANCE.random(600)


def test_what_others_confirm_weighs_more() -> None:
    curves = {"hype": TRUTH + noise(), "laughter": TRUTH + noise(), "loudness": 2 * noise()}
    weights = confirmed(curves, dict.fromkeys(curves, 1 / 3))
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["hype"] > 0.4 < weights["laughter"]
    assert weights["loudness"] < 0.1


def test_its_own_kind_confirms_nothing() -> None:
    bangs = (CHANCE.random(600) > 0.95).astype(float)
    curves = {
        "loudness": bangs + noise(),
        "onset": bangs + noise(),
        "change": bangs + noise(),
        "hype": TRUTH + noise(),
        "laughter": TRUTH + noise(),
    }
    weights = confirmed(curves, dict.fromkeys(curves, 0.2))
    assert min(weights["hype"], weights["laughter"]) > 2 * max(
        weights["loudness"], weights["onset"], weights["change"]
    )


@pytest.mark.parametrize("names", [("loudness",), ("loudness", "onset"), ()])
def test_nobody_to_ask_changes_nothing(names: tuple[str, ...]) -> None:
    given_ = {name: 1.0 / len(names) for name in names} | {"music": 0.5}
    curves = {name: noise() for name in names}
    assert confirmed(curves, given_) == pytest.approx(given_)


def test_the_kinds_are_of_signals_that_exist() -> None:
    named = [name for names in KINDS for name in names]
    assert len(named) == len(set(named))
    assert set(named) < set(DEFAULT_WEIGHTS)


NAMES = sorted(set(DEFAULT_WEIGHTS) - {"music"})


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.tuples(st.floats(1e-3, 1), st.lists(st.floats(0, 1, width=16), min_size=9, max_size=9)),
        min_size=1,
    )
)
def test_weights_stay_weights(drawn: dict[str, tuple[float, list[float]]]) -> None:
    curves = {name: np.array(values) for name, (_, values) in drawn.items()}
    total = sum(weight for weight, _ in drawn.values())
    weights = confirmed(curves, {name: weight / total for name, (weight, _) in drawn.items()})
    assert sum(weights.values()) == pytest.approx(1)
    assert all(weight > 0 for weight in weights.values())
    louder = {name: curve / 2 for name, curve in curves.items()}  # Only the shape counts.
    again = confirmed(louder, {name: weight / total for name, (weight, _) in drawn.items()})
    assert again == pytest.approx(weights, rel=1e-3)
