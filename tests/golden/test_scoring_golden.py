"""What scoring answers about one made recording, against what it answered when it was written down.

Rules of this file: whoever changes an answer on purpose renews the files and reads the difference
before it is committed:

    python -m tests.golden.test_scoring_golden

Texts and structure are compared exactly, numbers to the last written digit, give or take one: the
last bit of a sum depends on the machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from forge.scoring.boundaries import BARE
from forge.scoring.kept import Kept, keep, without
from forge.scoring.virality import rescore
from forge.scoring.weights import DEFAULT_WEIGHTS
from tests.golden.recording import made

FOLDER = Path(__file__).parent / "scoring"
CHAT = ("chat", "emotes")
#: What the recording is scored without, by the golden file's name.
LACKING = {
    "clips": (),
    "clips-without-chat": CHAT,
    "clips-of-loudness": tuple(set(DEFAULT_WEIGHTS) - {"loudness"}),
    "clips-of-nothing": tuple(DEFAULT_WEIGHTS),
}
#: Digits that are written down.
DIGITS = 3


def measured() -> Kept:
    analyzer = SentimentIntensityAnalyzer()
    return keep(made(), lambda text: float(analyzer.polarity_scores(text)["compound"]))


def rounded(values: Any) -> list[float]:
    return [float(value) for value in np.round(np.asarray(values, dtype=float), DIGITS)]


def answers(kept: Kept) -> dict[str, Any]:
    """Everything that is written down, by the file's name."""
    edges = kept.boundaries
    found: dict[str, Any] = {
        "signals": {name: rounded(values) for name, values in kept.signals.items()}
        | {"chat_lag": kept.lag},
        "boundaries": {
            "starts": rounded(edges.starts[edges.start_values > BARE]),
            "start_values": rounded(edges.start_values[edges.start_values > BARE]),
            "ends": rounded(edges.ends[edges.end_values > BARE]),
            "end_values": rounded(edges.end_values[edges.end_values > BARE]),
        },
    }
    for name, lacking in LACKING.items():
        result = rescore(without(kept, lacking))
        clips = [clip | {"parts": _parts(clip["parts"])} for clip in result["clips"]]
        weights = _parts(result["weights"])
        found[name] = {"weights": weights, "clips": clips}
    return found


def _parts(parts: dict[str, float]) -> dict[str, float]:
    return {name: round(share, DIGITS) for name, share in parts.items()}


def same(found: Any, golden: Any, where: str) -> None:
    """Fails at the first difference, and says where it is."""
    if isinstance(golden, dict):
        assert list(found) == list(golden), where
        for name, value in golden.items():
            same(found[name], value, f"{where}.{name}")
    elif isinstance(golden, list):
        assert len(found) == len(golden), where
        for place, value in enumerate(golden):
            same(found[place], value, f"{where}[{place}]")
    elif isinstance(golden, float):
        assert found == pytest.approx(golden, abs=1.01 * 10**-DIGITS + 1e-4 * abs(golden)), where
    else:
        assert found == golden, where


def read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return answers(measured())


@pytest.mark.parametrize("name", ["signals", "boundaries", *LACKING])
def test_the_answer_is_the_golden_one(found: dict[str, Any], name: str) -> None:
    same(found[name], read(name), name)


def test_a_changed_answer_is_noticed(found: dict[str, Any]) -> None:
    golden = read("clips")
    golden["clips"][0]["start"] += 0.01
    with pytest.raises(AssertionError, match=r"clips\.clips\[0\]\.start"):
        same(found["clips"], golden, "clips")


def test_the_golden_answers_are_what_a_person_would_give() -> None:
    """The files can be renewed, so this says what must stay true of them."""
    spans = [(clip["start"], clip["end"]) for clip in read("clips")["clips"]]
    for place, moment in enumerate((50, 124, 201)):
        assert any(start < moment < end for start, end in spans[: place + 1])
    lag = read("signals")["chat_lag"]
    assert abs(lag - 7) <= 1
    best = read("clips-without-chat")["clips"][0]
    assert best["start"] < 50 < best["end"]


def renew() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, answer in answers(measured()).items():
        lines = json.dumps(answer, ensure_ascii=False, indent=1 if name.startswith("clips") else 0)
        if not name.startswith("clips"):  # One series a line: a diff shows which one changed.
            rows = [f'"{key}": {json.dumps(value)}' for key, value in answer.items()]
            lines = "{\n" + ",\n".join(rows) + "\n}"
        (FOLDER / f"{name}.json").write_text(lines + "\n", "utf-8")


if __name__ == "__main__":
    renew()
