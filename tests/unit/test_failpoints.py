"""Failpoints: every one that is named is in the code, and a wrong name never passes unseen.

Rules of this file: the calls are read off the source; what a failpoint does is proven in
tests/crash. Arming is undone by the fixture, so that no test process is ever killed.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from forge import failpoints
from forge.errors import ForgeError
from forge.failpoints import FAILPOINTS, ON_EVERY_PATH, arm, reach

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    arm("")


def calls() -> Counter[str]:
    """How often each failpoint's name is reached in the source."""
    found: Counter[str] = Counter()
    for path in [*(ROOT / "forge").rglob("*.py"), *(ROOT / "actors").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "failpoints.reach":
                name = node.args[0]
                assert isinstance(name, ast.Constant), path
                found[str(name.value)] += 1
    return found


def test_the_source_reaches_the_failpoints_of_the_list_and_no_others() -> None:
    found = calls()
    assert found.keys() == FAILPOINTS.keys()
    assert all(found[name] == 1 for name in ON_EVERY_PATH)


def test_there_are_enough_of_them_and_each_says_what_is_at_stake() -> None:
    assert len(ON_EVERY_PATH) >= 12
    stakes = [point.stake for point in FAILPOINTS.values()]
    assert len(set(stakes)) == len(stakes)


def test_the_table_in_the_docs_is_this_list() -> None:
    page = (ROOT / "docs" / "jobs.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (server|child) \| (.+) \|$", page, re.MULTILINE)
    listed = [
        (name, point.side, point.stake[0].lower() + point.stake[1:].rstrip("."))
        for name, point in FAILPOINTS.items()
    ]
    assert rows == listed


@pytest.mark.parametrize(
    "text", ["nowhere:proxy", "started", "started:", ":proxy", "started proxy"]
)
def test_a_misspelt_failpoint_is_refused(text: str) -> None:
    with pytest.raises(ForgeError) as caught:
        arm(text)
    assert caught.value.code == "bad_failpoint"


def test_only_the_armed_failpoint_of_the_armed_step_kills(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[str] = []
    monkeypatch.setattr(failpoints, "_kill_server", killed.append)
    reach("started", "proxy")
    arm("started:proxy")
    reach("started", "audio")
    reach("staged", "proxy")
    assert not killed
    reach("started", "proxy")
    assert killed == ["server"]
