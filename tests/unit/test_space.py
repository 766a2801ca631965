"""The arithmetic of room on the disk, and what may go from it.

Rules of this file: numbers in, verdicts out; properties over any numbers, and the measuring on a
real folder.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from forge.config import Settings
from forge.disk import retention, usage
from forge.disk.retention import DAY, HOUR, Entry, References
from forge.disk.space import FLOOR_MOST, Limits, Room, human, over_quota, too_full
from forge.doctor import Finding, examine
from forge.library import Library

BYTES = st.integers(0, 1 << 50)
LIMITS = st.builds(Limits, st.none() | BYTES, st.none() | BYTES)
KEYS = st.sampled_from([f"{number:032x}" for number in range(6)])
ENTRIES = st.lists(
    st.builds(Entry, KEYS, st.floats(-1e6, 2e9)), max_size=6, unique_by=lambda entry: entry.name
)
KNOWN = st.builds(References, *([st.frozensets(KEYS)] * 4))
TIMES = st.floats(0, 2e9)


@st.composite
def rooms(draw: st.DrawFn) -> Room:
    total = draw(st.integers(1, 1 << 50))
    kinds = st.dictionaries(st.sampled_from(["exports", "previews", "sound"]), BYTES)
    return Room(total, draw(st.integers(0, total)), draw(kinds))


@given(rooms(), LIMITS, BYTES)
def test_what_is_let_through_keeps_to_the_limits(room: Room, limits: Limits, need: int) -> None:
    if too_full(room, limits, need) is None:
        floor = limits.floor(room.total)
        assert floor == 0 or room.free - need >= floor
    if limits.quota is not None and over_quota(room, limits, need) is None:
        assert room.sum + need <= limits.quota


@given(rooms(), LIMITS, BYTES, BYTES)
def test_more_is_never_easier(room: Room, limits: Limits, need: int, more: int) -> None:
    for verdict in (too_full, over_quota):
        if verdict(room, limits, need) is not None:
            assert verdict(room, limits, need + more) is not None
            assert verdict(replace(room, free=room.free // 2), limits, need) is not None


@given(rooms(), BYTES)
def test_a_floor_of_zero_and_no_quota_refuse_nothing(room: Room, need: int) -> None:
    assert too_full(room, Limits(min_free=0), need) is None
    assert over_quota(room, Limits(), need) is None


@given(st.integers(0, 1 << 60))
def test_the_floor_suits_the_disk(total: int) -> None:
    floor = Limits().floor(total)
    assert 0 <= floor <= FLOOR_MOST
    assert floor <= total / 100


def test_refusals_say_how_much_what_of_and_what_to_do() -> None:
    room = Room(10**12, 10**9, {"exports": 3 * 10**9, "previews": 150 * 10**9, "sound": 10**6})
    full = too_full(room, Limits(), 5 * 10**9)
    assert full is not None
    assert (full.code, full.permanent) == ("disk_full", False)
    assert "1.0 GB are free, about 5.0 GB are needed" in full.message
    over = over_quota(room, Limits(quota=100 * 10**9), 0)
    assert over is not None
    assert over.code == "quota_exceeded"
    assert "FORGE uses 153.0 GB of the 100.0 GB" in over.message
    for error in (full, over):
        assert "previews 150.0 GB, exports 3.0 GB" in error.hint
        assert "sound" not in error.hint


@given(st.integers(0, 1 << 60))
def test_sizes_are_shown_with_at_most_four_digits(size: int) -> None:
    number, unit = human(size).split(" ")
    assert unit in ("bytes", "kB", "MB", "GB", "TB")
    assert unit == "TB" or float(number) < 1000
    scale = {"bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[unit]
    assert float(number) * scale == pytest.approx(size, rel=0.06)


@given(ENTRIES, KNOWN, TIMES, st.floats(0, 1e7))
def test_nothing_that_is_known_or_young_goes(
    found: list[Entry], known: References, now: float, keep: float
) -> None:
    ages = {entry.name: now - entry.modified for entry in found}
    for name in retention.artifacts_to_drop(found, known, now, keep):
        assert name not in known.artifacts | known.pursued | known.resumable
        assert ages[name] >= keep
    for name in retention.uploads_to_drop(found, known, now, keep):
        assert name not in known.uploads
        assert ages[name] >= keep
    for name in retention.checkpoints_to_drop(found, known, now, keep):
        assert name not in known.pursued
        assert ages[name] >= (keep if name in known.resumable else min(keep, HOUR))


@given(ENTRIES, KNOWN, st.floats(0, 1e7))
def test_in_the_end_all_that_nobody_knows_goes(
    found: list[Entry], known: References, keep: float
) -> None:
    late = 2e9 + max(keep, DAY)
    names = {entry.name for entry in found}
    gone = set(retention.artifacts_to_drop(found, known, late, DAY))
    assert gone == names - known.artifacts - known.pursued - known.resumable
    assert set(retention.uploads_to_drop(found, known, late, keep)) == names - known.uploads
    assert set(retention.checkpoints_to_drop(found, known, late, keep)) == names - known.pursued
    assert set(retention.staging_to_drop(found, late)) == names


def test_what_comes_from_the_future_stays() -> None:
    entry = Entry("0" * 32, 1000.0)
    assert retention.artifacts_to_drop([entry], References(), 999.0, 0.0) == []


def test_every_kind_of_file_is_counted_once_and_as_it_lies_on_the_disk(library: Library) -> None:
    key = "ab" * 16
    places = {
        library.artifact(key) / "proxy.mp4": "previews",
        library.artifact(key) / "audio.wav": "sound",
        library.artifact(key) / "clip.srt": "exports",
        library.artifact(key) / "probe.json": "analysis",
        library.uploads / "x" / "data": "uploaded recordings",
        library.checkpoint(key) / "journal.ndjson": "unfinished work",
        library.shelf("staging") / "trash.x" / "y": "unfinished work",
        library.database: "database",
        library.root / "logs" / "x": "other",
    }
    for number, path in enumerate(places, 1):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * number * 100_000)
    room = usage.measure(library)
    found = dict(room.used)
    for number, (path, kind) in enumerate(places.items(), 1):
        assert found[kind] >= number * 100_000, path
    assert room.sum == sum(found.values())
    assert sum(range(1, 10)) * 100_000 <= room.sum <= sum(range(1, 10)) * 100_000 + 20 * 4096
    assert 0 < room.free <= room.total


@pytest.mark.skipif(os.name == "nt", reason="Windows does not say what lies on the disk")
def test_a_sparse_file_counts_what_was_written(library: Library) -> None:
    upload = library.uploads / "x" / "data"
    upload.parent.mkdir()
    with upload.open("wb") as file:
        file.truncate(1 << 30)
        file.write(b"x" * 4096)
    assert usage.measure(library).used["uploaded recordings"] < 1 << 20


@pytest.mark.parametrize(
    ("text", "size"), [("200GB", 200 * 10**9), ("1.5TiB", 3 << 39), ("12345", 12345)]
)
def test_sizes_are_set_in_units(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    monkeypatch.setenv("FORGE_QUOTA", text)
    monkeypatch.setenv("FORGE_MIN_FREE", "0")
    settings = Settings()
    assert (settings.quota, settings.min_free) == (size, 0)


def test_the_doctor_says_what_is_used_and_what_is_too_much(library: Library) -> None:
    (library.root / "x").write_bytes(b"x" * 2_000_000)

    def finding(**limits: int) -> Finding:
        found = examine(Settings(data=library.root, diarization="off", **limits))  # type: ignore[arg-type]
        return next(one for one in found if one.name == "Data folder")

    calm = finding(min_free=0)
    assert calm.level != "error"
    assert "2.0 MB used (database 2.0 MB)" in calm.text
    tight = finding(quota=1_000_000)
    assert tight.level == "error"
    assert "2.0 MB of 1.0 MB used" in tight.text
    assert "Delete projects" in tight.text
    assert finding(min_free=1 << 60).level == "error"


@pytest.mark.parametrize("text", ["-1", "0", "lots", "1 parsec"])
def test_sizes_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("FORGE_QUOTA", text)
    with pytest.raises(ValidationError):
        Settings()
