"""Encoding a clip's pieces: each once, and what is finished lies at the checkpoint."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av

from forge import failpoints
from forge.durable import fsync_directory, fsync_file
from forge.errors import ForgeError
from forge.exports import picture
from forge.exports.encoder import ENCODERS, encoder, remember
from forge.exports.pieces import Piece, pieces
from forge.exports.plan import Plan
from forge.layout.presets import slug
from forge.media import ffmpeg
from forge.media.proxy import KEEP_GRAPH
from forge.spec import Report

#: How much further back to read when nothing could be decoded: a picture track that ends early
#: is held on its last frame. Seconds.
_BACK = (30.0, 300.0, 3600.0)


class Film:
    """The pictures of an export, in all of its formats, piece by piece.

    ``folder`` is ffmpeg's working directory, with the captions in it; finished pieces are in
    ``checkpoint``. ``check`` is called before each piece, and may raise.
    """

    def __init__(
        self,
        source: Path,
        plan: Plan,
        video: dict[str, Any],
        folder: Path,
        checkpoint: Path,
        check: Callable[[], None],
    ) -> None:
        scenes = sum(len(each.scenes) for each in plan.formats)
        self.pieces = pieces([each.time for each in plan.formats], scenes)
        self._source = source
        self._plan = plan
        self._video = video
        self._folder = folder
        self._checkpoint = checkpoint
        self._check = check
        self._leads: Sequence[float] = ()

    def begins(self) -> list[float]:
        """When each piece's earliest frame is, in seconds of the source."""
        return [picture.begins(self._plan, piece) for piece in self.pieces]

    def encode(self, leads: Sequence[float], report: Report, span: tuple[float, float]) -> None:
        """Makes what is not there yet; the first report says where an earlier attempt got to.

        ``leads`` say how far before each piece to begin to read (:func:`forge.media.seek.leads`).

        What a GPU's trial let through may still fail on the way. Then everything is made anew
        in software, because pieces of two encoders do not join.
        """
        self._leads = leads
        name = encoder(self._plan.formats, self._checkpoint)
        try:
            self._encode(ENCODERS[name], report, span)
        except ForgeError as error:
            if name == "software" or error.code != "ffmpeg_failed":
                raise
            for old in self._checkpoint.glob("piece-*"):
                old.unlink()
            remember("software", self._checkpoint)
            self._encode(ENCODERS["software"], report, (span[0], span[1]))

    def made(self, place: int) -> list[tuple[Path, int]]:
        """The finished pieces of the format at that place, with their numbers of frames."""
        return [
            (self._file(piece, place), piece.frames(place))
            for piece in self.pieces
            if piece.parts[place]
        ]

    def _encode(self, options: Sequence[str], report: Report, span: tuple[float, float]) -> None:
        total = sum(piece.frames(place) for piece in self.pieces for place in self._places(piece))
        done = 0
        for piece in self.pieces:
            here = sum(piece.frames(place) for place in self._places(piece))
            scale = (span[1] - span[0]) / total
            part = (span[0] + done * scale, span[0] + (done + here) * scale)
            if not all(self._file(piece, place).exists() for place in self._places(piece)):
                self._check()
                self._make(piece, options, report, part)
                failpoints.reach("checkpointed", "render")
            report(part[1])
            done += here

    def _places(self, piece: Piece) -> list[int]:
        return [place for place, parts in enumerate(piece.parts) if parts]

    def _file(self, piece: Piece, place: int) -> Path:
        preset = slug(self._plan.formats[place].output.preset)
        return self._checkpoint / f"piece-{piece.number:04}-{preset}.mp4"

    def _make(
        self, piece: Piece, options: Sequence[str], report: Report, span: tuple[float, float]
    ) -> None:
        """Encodes one piece, and returns when it is on the disk under its name."""
        least = self._leads[piece.number]
        for back in (least, *_BACK):
            self._run(piece, max(back, least), options, report, span, held=back > least)
            if all(_pictures(self._part(piece, place)) for place in self._places(piece)):
                break
        for place in self._places(piece):
            fsync_file(self._part(piece, place))
            os.replace(self._part(piece, place), self._file(piece, place))
        fsync_directory(self._checkpoint)

    def _part(self, piece: Piece, place: int) -> Path:
        return self._file(piece, place).with_suffix(".part")

    def _run(
        self,
        piece: Piece,
        back: float,
        options: Sequence[str],
        report: Report,
        span: tuple[float, float],
        *,
        held: bool,
    ) -> None:
        plan, places = self._plan, self._places(piece)
        read = picture.reading(plan, piece, self._video, back)
        # A new size in mid-recording must not start the graph, and its count of frames, again.
        args = [*KEEP_GRAPH]
        args += ffmpeg.source_args(self._source.absolute(), seek=read.seek, length=read.length)
        graph = picture.graph(plan, piece, self._video, read.seek, held=held)
        args += ["-filter_complex", graph]
        for place in places:
            each, frames = plan.formats[place], piece.frames(place)
            target = str(self._part(piece, place).absolute())
            args += ["-map", f"[{picture.label(place)}]"]
            args += picture.encoding(each, frames, options, target)
        first = places[0]
        seconds = float(piece.frames(first) / plan.formats[first].time.fps)
        ffmpeg.run(args, duration=seconds, report=report, span=span, cwd=self._folder)


def _pictures(path: Path) -> int:
    """How many pictures are in a file that ffmpeg just wrote."""
    try:
        with av.open(str(path)) as container:
            return container.streams.video[0].frames
    except (av.FFmpegError, IndexError):
        return 0
