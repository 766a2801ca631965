"""The audio step in pieces, with the real decoders: how they join, and what a kill costs.

Rules of this file: recordings are made by ffmpeg's own sources; pieces are made short, so that
four seconds have three. Asserted are samples and times that follow from how the sound was made,
and that files are the same, byte for byte, whether there was a kill or not.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from forge.media import listening
from forge.media.peaks import FILES
from forge.media.seekable import Seekable
from forge.spec import Spec
from forge.steps import audio
from tests.media.beeps import PICTURE, make, no_report, onsets, read, run, spec_of


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 1.5 s, so that four seconds have three."""
    monkeypatch.setattr(listening, "HOPS", 15)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts"])
@pytest.mark.usefixtures("short_pieces")
def test_pieces_join_where_they_belong(name: str, tmp_path: Path) -> None:
    """Beeps in four pieces, the first across an edge; a transport stream is copied first."""
    beeps = "0.5*sin(2*PI*1000*t)*(between(t,1.45,1.55)+between(t,2.5,2.6)+between(t,5,5.1))"
    source = make(
        tmp_path / name,
        *("-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=6"),
        *("-f", "lavfi", "-i", f"aevalsrc='{beeps}':s=44100:d=6", "-c:a", "mp2"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([1.45, 2.5, 5.0], abs=0.03)
    periods = samples[: len(samples) // 16 * 16].reshape(-1, 16)
    assert (np.abs(periods).max(axis=1) > 0.05).sum() == pytest.approx(3 * 100, abs=6)
    assert len(loudness["momentary"]) == pytest.approx(60, abs=1)
    measured = {at for at, value in enumerate(loudness["momentary"]) if value > -40}
    beeps_in = {*range(14, 19), *range(25, 29), *range(50, 54)}
    # The codec may smear a beep into the window that begins where it ends.
    assert beeps_in <= measured <= beeps_in | {29, 54}


def test_pieces_of_lossless_sound_are_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise and a tone, so that a sample that is lost, doubled or moved shows at once."""
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "anoisesrc=d=4:r=48000:a=0.3:seed=7"),
        *("-f", "lavfi", "-i", "sine=440:r=48000:d=4"),
        *("-filter_complex", "[1][2]amerge=2[a]", "-map", "0:v", "-map", "[a]", "-c:a", "flac"),
    )
    samples, loudness = run(source, tmp_path / "whole")
    monkeypatch.setattr(listening, "HOPS", 15)
    monkeypatch.setattr(listening, "_SETTLING", 10)
    pieces, measured = run(source, tmp_path / "pieces")
    assert np.array_equal(pieces, samples)
    assert measured["momentary"] == pytest.approx(loudness["momentary"], abs=0.02)
    for name in ("integrated", "true_peak"):
        assert measured[name] == pytest.approx(loudness[name], abs=0.1)


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize("name", ["a.mkv", "a.ts"])
def test_a_kill_costs_the_piece_it_hits(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make(
        tmp_path / name,
        *PICTURE,
        *("-f", "lavfi", "-i", "anoisesrc=d=4:r=48000:a=0.3:seed=7", "-c:a", "mp2"),
    )
    run(source, tmp_path / "undisturbed")
    spec = spec_of(source, tmp_path / "killed")
    listened: list[int] = []
    decode = listening.listen

    def listen(source: Seekable, index: int, piece: int) -> listening.Heard:
        listened.append(piece)
        if listened == [0, 1]:
            raise KeyboardInterrupt
        return decode(source, index, piece)

    monkeypatch.setattr(listening, "listen", listen)
    with pytest.raises(KeyboardInterrupt):
        audio.run(spec, no_report)
    # What a torn write leaves behind: samples that no line of the journal knows of.
    with (spec.checkpoint / "samples.raw").open("ab") as file:
        file.write(b"torn!")
    heard: list[float] = []
    audio.run(spec, lambda fraction, speed=None: heard.append(fraction))
    assert listened == [0, 1, 1, 2]
    assert heard[0] == pytest.approx(1 / 3)
    for artifact in ("audio.wav", "loudness.json", *FILES):
        killed, undisturbed = (tmp_path / folder / artifact for folder in ("killed", "undisturbed"))
        assert killed.read_bytes() == undisturbed.read_bytes()


@pytest.mark.usefixtures("short_pieces")
def test_sound_behind_the_announced_end_and_behind_a_long_gap(tmp_path: Path) -> None:
    """A damaged header announces two seconds; between 2.0 and 5.5 s nothing was recorded."""
    source = make(
        tmp_path / "a.mkv",
        *("-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=8"),
        *("-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*1000*t)':s=48000:d=7:n=480"),
        *("-af", "aselect='not(between(t,2,5.5))'", "-c:a", "pcm_s16le"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert len(samples) == pytest.approx(7 * 16000, abs=800)
    quiet = np.abs(samples) < 0.01
    assert quiet[int(2.1 * 16000) : int(5.4 * 16000)].all()
    assert not quiet[int(5.6 * 16000) : int(5.6 * 16000) + 16].all()
    assert len(loudness["momentary"]) == pytest.approx(70, abs=1)
    probed = json.loads((tmp_path / "out" / "probe.json").read_text())
    (tmp_path / "out" / "probe.json").write_text(json.dumps({**probed, "duration": 1.4}))
    folder = tmp_path / "again"
    folder.mkdir()
    spec = Spec("audio", source, folder, folder, {"probe.json": tmp_path / "out" / "probe.json"})
    audio.run(spec, no_report)
    again, _ = read(folder)
    assert np.array_equal(again, samples)


@pytest.mark.usefixtures("short_pieces")
def test_peaks_are_not_made_where_pieces_begin(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "aevalsrc='0.5*cos(2*PI*997*t+1)':s=48000:d=4"),
        *("-af", "afade=d=0.5", "-c:a", "pcm_s24le"),
    )
    _, loudness = run(source, tmp_path / "out")
    assert loudness["true_peak"] == pytest.approx(-6.0, abs=0.15)
