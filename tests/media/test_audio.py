"""The audio step with the real ffmpeg, on recordings made by ffmpeg's own sources.

What is asserted are samples and levels that follow from how the sound was made: a beep begins
at a time that the test chose, a sine has the loudness that EBU Tech 3341 gives it. Times are
seconds from the start of the recording.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from forge.errors import ForgeError, StepSkipped
from forge.media.peaks import FILES, write_peaks
from forge.spec import Spec
from forge.steps import audio
from tests.media.beeps import BEEPS, PICTURE, make, no_report, onsets, run


def test_beeps_are_where_they_were_put(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv", *PICTURE, "-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=4"
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.005)
    assert len(samples) == pytest.approx(64000, abs=800)
    assert len(loudness["momentary"]) == pytest.approx(40, abs=1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audio.wav",
        "loudness.json",
        *sorted(FILES),
        "probe.json",
    ]


def test_a_track_that_starts_late_is_padded(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-itsoffset", "1.25", "-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=2.7"),
        *("-c:a", "pcm_s16le"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([1.75, 3.75], abs=0.005)
    # The window that ends at 1.7 s is silent, the one that ends at 1.9 s is not.
    assert loudness["momentary"][16] < -100 < -30 < loudness["momentary"][18]


def test_time_counts_from_the_first_timestamp_of_a_transport_stream(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.ts",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=4"),
        *("-c:a", "mp2", "-output_ts_offset", "100", "-muxpreload", "0", "-muxdelay", "0"),
    )
    samples, _ = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.03)


def test_a_gap_in_the_track_keeps_what_follows_in_sync(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=4:n=480"),
        *("-af", "aselect='not(between(t,1,2))'", "-c:a", "pcm_s16le"),
    )
    samples, _ = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.02)


def test_a_track_that_changes_its_format_on_the_way(tmp_path: Path) -> None:
    """Two transport streams joined by bytes, mono at 48 kHz and stereo at 44.1 kHz."""
    parts = []
    for place, (sound, rate) in enumerate(((BEEPS, 48000), (f"{BEEPS}|{BEEPS}", 44100))):
        parts.append(
            make(
                tmp_path / f"{place}.ts",
                *PICTURE,
                *("-f", "lavfi", "-i", f"aevalsrc='{sound}':s={rate}:d=4"),
                *("-c:a", "mp2", "-output_ts_offset", str(4 * place)),
            )
        )
    source = tmp_path / "a.ts"
    source.write_bytes(b"".join(part.read_bytes() for part in parts))
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5, 4.5, 6.5], abs=0.06)
    assert len(loudness["momentary"]) == pytest.approx(80, abs=2)
    assert loudness["momentary"][7] > -30 > -60 > loudness["momentary"][15]


def test_loudness_of_the_reference_tone(tmp_path: Path) -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS measures -23 LUFS."""
    sine = "0.0707946*sin(2*PI*1000*t)"
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{sine}|{sine}':s=48000:d=4", "-c:a", "pcm_s24le"),
    )
    _, loudness = run(source, tmp_path / "out")
    assert loudness["integrated"] == pytest.approx(-23.0, abs=0.1)
    assert loudness["true_peak"] == pytest.approx(-23.0, abs=0.2)
    assert loudness["momentary"][4:] == pytest.approx([-23.0] * 36, abs=0.1)
    assert loudness["hop"] == 0.1


def test_loudness_is_of_the_sources_channels_not_of_the_mix(tmp_path: Path) -> None:
    sine = "0.25*sin(2*PI*1000*t)"
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{sine}|-{sine}':s=48000:d=3", "-c:a", "pcm_s16le"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert np.abs(samples).max() < 0.001
    assert loudness["integrated"] == pytest.approx(-12.0, abs=0.3)


def test_digital_silence_is_finite(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo:d=2", "-c:a", "pcm_s16le"),
    )
    _, loudness = run(source, tmp_path / "out")
    assert -121 < min(loudness["momentary"]) <= max(loudness["momentary"]) < -120
    assert loudness["integrated"] <= -70
    assert loudness["true_peak"] == -120.7


def test_no_audio_track_is_nothing_to_do(tmp_path: Path) -> None:
    source = make(tmp_path / "a.mkv", *PICTURE)
    with pytest.raises(StepSkipped, match="no audio track"):
        run(source, tmp_path / "out")


def test_a_track_without_samples_is_refused(tmp_path: Path) -> None:
    """The probe announces a track, and the packets of it are garbage."""
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "sine=1000:d=4", "-c:a", "aac"),
        *("-bsf:a", "noise=amount=-1:drop='1'"),
    )
    folder = tmp_path / "out"
    folder.mkdir()
    facts = {
        "container": "matroska,webm",
        "duration": 4.0,
        "size": source.stat().st_size,
        "video": {"index": 0},
        "audio": {"index": 1},
    }
    (folder / "probe.json").write_text(json.dumps(facts))
    spec = Spec("audio", source, folder, folder, {"probe.json": folder / "probe.json"})
    with pytest.raises(ForgeError) as error:
        audio.run(spec, no_report)
    assert error.value.code in {"bad_audio", "bad_media", "ffmpeg_failed"}


def test_a_transport_streams_clock_is_the_pictures_too(tmp_path: Path) -> None:
    """The picture starts 0.8 s before the sound: what is heard must not move to where it starts."""
    source = make(
        tmp_path / "a.ts",
        *PICTURE,
        *("-itsoffset", "0.8", "-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=3"),
        *("-c:a", "mp2", "-output_ts_offset", "700", "-muxdelay", "0"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([1.3, 3.3], abs=0.03)
    assert len(loudness["momentary"]) == pytest.approx(38, abs=1)


def test_the_waveform_has_the_lowest_and_highest_of_each_stretch(tmp_path: Path) -> None:
    wave_graph = "aevalsrc='if(lt(t,1.255),0.5*sin(2*PI*1000*t),-0.25*(1-lt(t,2)))':s=16000:d=3.005"
    source = make(tmp_path / "a.mkv", *PICTURE, "-f", "lavfi", "-i", wave_graph, "-c:a", "flac")
    run(source, tmp_path / "out")
    for rate in (100, 10, 1):
        data = (tmp_path / "out" / f"peaks_{rate}.dat").read_bytes()
        header = struct.unpack("<iIiiIi", data[:24])
        pairs = np.frombuffer(data[24:], np.int8).reshape(-1, 2)
        assert header == (2, 1, 16000, 16000 // rate, len(pairs), 1)
        assert len(pairs) == pytest.approx(3.005 * rate, abs=1)
        beep, quiet, low = pairs[: int(1.2 * rate)], pairs[int(1.3 * rate) : 2 * rate], pairs[-1]
        assert (np.abs(beep - [-64, 63]) <= 2).all()
        assert (quiet == 0).all() or rate == 1
        assert abs(low - [-32, -32]).max() <= 1


def test_without_samples_the_waveform_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(bytes(44))
    write_peaks(tmp_path / "a.wav", 16000, tmp_path)
    assert [(tmp_path / name).stat().st_size for name in FILES] == [24, 24, 24]
