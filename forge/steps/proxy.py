"""One decode, two small copies: ``proxy.mp4`` for the studio, ``scout.mp4`` for the analysis.

The recording is worked off in chunks, each by a fresh ffmpeg, and what is finished lies at the
checkpoint: a kill costs one chunk. The copies are the same bytes whether there was one or not.
The sound is encoded beside the picture, in pieces of its own.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import av

from forge import failpoints
from forge.durable import fsync_file
from forge.errors import ForgeError
from forge.media import ffmpeg, sound, whole
from forge.media.chunks import Chunk, plan
from forge.media.growth import Growth
from forge.media.hardware import ENGINES, Engine, choose, software
from forge.media.hdr import to_standard
from forge.media.proxy import KEEP_GRAPH, fit, grid_rate, picture_args, scout_size
from forge.media.seekable import Seekable, seekable, seekable_sound
from forge.media.skipping import decoder_options
from forge.media.source import check_unchanged
from forge.media.thumbs import write_thumbs
from forge.spec import Report, Spec

#: A recording that gives less than this part of its announced length was cut off.
_COMPLETE = 0.9
#: The part of the progress bar that the encoding fills; the rest is one more copying.
_ENCODING = 0.98
_JOURNAL, _SOUNDS, _ENGINE = "chunks.jsonl", "sound.jsonl", "engine.json"
_PARTS = {"proxy.m4s": "proxy.part", "scout.m4s": "scout.part"}
#: A shorter recording is done before trials of GPUs would pay. Seconds.
_WORTH_A_TRIAL = 60.0


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes both and the thumbnails; times in them are seconds from the recording's start.

    ffmpeg skips over damaged packets by itself. What it makes of a damaged recording is kept
    when it covers nine tenths of the announced length; else ForgeError ``truncated``.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    check_unchanged(spec.source, int(probe["size"]))
    journals = {_JOURNAL: "proxy.m4s", _SOUNDS: "sound.m4s"}
    if not whole.encoded(spec.checkpoint, journals):
        _encode(spec, probe, report)
    whole.join(spec.checkpoint, spec.outputs, duration, report, (_ENCODING, 1.0))
    seconds, frames = _measure(spec.outputs / "proxy.mp4")
    if frames == 0 or seconds < _COMPLETE * duration:
        raise ForgeError(
            "truncated",
            f"The recording ends after {seconds:.0f} of {duration:.0f} seconds:"
            " the rest of the file is missing or damaged.",
            hint="Copy or download it again, or repair it (for example remux it in OBS).",
        )
    video = probe["video"]
    size = scout_size(*fit(int(video["width"]), int(video["height"])))
    write_thumbs(spec.outputs / "scout.mp4", size, duration, spec.outputs, to_standard(video))
    return {"duration": round(seconds, 3), "frames": frames}


def _encode(spec: Spec, probe: dict[str, Any], report: Report) -> None:
    """Makes the growing copies, up to the recording's end, with the sound beside the picture."""
    source = seekable(spec.source, probe, spec.checkpoint, report)
    stop = Event()
    with ThreadPoolExecutor(1) as beside:
        heard = beside.submit(_hear, spec, probe, stop)
        try:
            _Picture(source, probe, spec.checkpoint).encode(report, heard)
        except BaseException:
            stop.set()
            raise
        heard.result()


class _Pace:
    """Turns places in the recording into progress; its speed counts only this attempt's work."""

    def __init__(self, duration: float, done: float, report: Report) -> None:
        self._duration = duration
        self._origin = done
        self._began = time.monotonic()
        self._report = report

    def reached(self, place: float) -> None:
        took = time.monotonic() - self._began
        speed = (place - self._origin) / took if took > 0 and place > self._origin else None
        part = min(max(place / self._duration, 0.0), 1.0) if self._duration > 0 else 0.0
        self._report(_ENCODING * part, speed=speed)


class _Picture:
    """Encodes the chunks of a recording, from the first one that is not there yet."""

    def __init__(self, source: Seekable, probe: dict[str, Any], folder: Path) -> None:
        self._source = source
        self._probe = probe
        self._folder = folder
        self._duration = float(probe["duration"])
        self._rate = grid_rate(probe["video"])
        self._software = software(int(probe["size"]) / max(self._duration, 1e-3))
        self._skipping = decoder_options(source, self._duration, self._rate)

    def encode(self, report: Report, heard: Future[None]) -> None:
        """Goes on where the last attempt was killed; the first report says where.

        What a GPU's trial let through may still fail on the way. Then everything is made anew
        in software: half of one and half of the other would show.
        """
        engine = self._engine()
        try:
            self._chunks(engine, report, heard)
        except ForgeError as error:
            if engine is self._software or error.code != "ffmpeg_failed":
                raise
            (self._folder / _JOURNAL).unlink()
            self._remember(self._software)
            self._chunks(self._software, report, heard)

    def _chunks(self, engine: Engine, report: Report, heard: Future[None]) -> None:
        chunks = plan(self._duration, self._rate, self._source.keyframes)
        with closing(Growth(self._folder, _JOURNAL, ("proxy.m4s", "scout.m4s"))) as growth:
            done = len(growth.entries)
            ended = bool(done) and bool(growth.entries[-1]["ended"])
            origin = float(growth.entries[-1]["end"]) if done else 0.0
            pace = _Pace(self._duration, origin, report)
            if done:
                pace.reached(origin)
            for chunk in [] if ended else chunks[done:]:
                if heard.done():
                    heard.result()  # Without its sound, the picture is not worth going on with.
                frames = self._encode(engine, chunk, pace)
                # Only at the recording's end there are fewer pictures than the grid has places.
                ended = chunk.count is None or frames < chunk.count
                parts = {name: self._folder / part for name, part in _PARTS.items()}
                growth.append(parts, end=chunk.end or self._duration, ended=ended)
                for part in parts.values():
                    part.unlink()
                failpoints.reach("checkpointed", "proxy")
                if ended:
                    break

    def _encode(self, engine: Engine, chunk: Chunk, pace: _Pace) -> int:
        length = (chunk.end or self._duration) - chunk.start

        def report(fraction: float, *, speed: float | None = None) -> None:
            pace.reached(chunk.start + fraction * length)

        args = self._args(engine, chunk)
        ffmpeg.run(args, duration=length, report=report, cwd=self._folder)
        return _measure(self._folder / "proxy.part")[1]

    def _args(self, engine: Engine, chunk: Chunk) -> list[str]:
        options = (*engine.decoder, *self._skipping, *KEEP_GRAPH)
        inputs = self._source.input(chunk.start if chunk.first else None, options)
        return [*inputs, *picture_args(self._probe, chunk, self._source.video, engine.encoder)]

    def _engine(self) -> Engine:
        """The engine of this recording: the one that an earlier attempt chose, if there was one."""
        note = self._folder / _ENGINE
        if note.exists():
            return ENGINES.get(json.loads(note.read_text("utf-8")), self._software)
        engine = self._software
        if self._duration > _WORTH_A_TRIAL:
            second = Chunk(0, round(self._rate), self._rate)
            tried = choose(lambda each: self._args(each, second), _second_made, self._folder)
            engine = tried or engine
        self._remember(engine)
        return engine

    def _remember(self, engine: Engine) -> None:
        """Only what is whole and on the disk counts, so that a resumed attempt mixes nothing."""
        part = self._folder / "engine.part"
        part.write_text(json.dumps(engine.name), "utf-8")
        fsync_file(part)
        part.replace(self._folder / _ENGINE)


def _second_made(trial: Path) -> bool:
    """Whether a trial left a proxy of about a second and a scout to go with it."""
    seconds, frames = _measure(trial / "proxy.part")
    return seconds > 0.5 and frames > 0 and _measure(trial / "scout.part")[1] > 0


def _hear(spec: Spec, probe: dict[str, Any], stop: Event) -> None:
    """Encodes the pieces of sound that are not there yet."""
    if probe["audio"] is None:
        return
    source, index = seekable_sound(spec.source, probe, spec.checkpoint, _unheard)
    count, late = sound.pieces(float(probe["duration"])), float(probe["audio"]["start_time"])
    with closing(Growth(spec.checkpoint, _SOUNDS, ("sound.m4s",))) as growth:
        for piece in range(len(growth.entries), count):
            if stop.is_set():
                return
            args = sound.sound_args(index, piece, last=piece == count - 1, late=late)
            inputs = source.input(sound.seek(piece))
            ffmpeg.run([*inputs, *args], duration=0.0, cwd=spec.checkpoint)
            part = spec.checkpoint / "sound.part"
            end = min(sound.starts(piece + 1), float(probe["duration"]))
            growth.append({"sound.m4s": part}, end=end, ended=piece == count - 1)
            part.unlink()


def _unheard(fraction: float, *, speed: float | None = None) -> None:
    """The sound goes on beside the picture, whose progress is the step's."""


def _measure(path: Path) -> tuple[float, int]:
    """Length in seconds and number of pictures of a file that ffmpeg just wrote."""
    try:
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            # A fragmented file does not say how many there are.
            frames = video.frames or sum(1 for packet in container.demux(video) if packet.size)
            return (container.duration or 0) / av.time_base, frames
    except (av.error.FFmpegError, IndexError):
        return 0.0, 0
