"""A recording to try FORGE with, made on this machine: nothing is downloaded.

It has what a real one has: talk, a game picture with a facecam, a loud moment of triumph, and
a chat that answers some seconds later. The picture comes from ffmpeg's own sources.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from forge.demo_sound import LENGTH, TRIUMPH, make_chat, write_sound
from forge.media import ffmpeg
from forge.model import Rect
from forge.spec import Report

SIZE = (1280, 720)
FPS = 60
#: The facecam's box in pixels: x, y, width, height.
FACECAM = (24, 500, 256, 196)
#: The lobby ends and the fight begins; the fight ends a breath after the triumph. Seconds.
FIGHT, AFTERMATH = 13.0, TRIUMPH + 7.0


class Demo(NamedTuple):
    """The files of the demo, where its streamer sits, and whether the recording has speech."""

    video: Path
    chat: Path
    spoken: bool
    facecam: Rect


def make_demo(directory: Path, report: Report | None = None) -> Demo:
    """Writes ``forge-demo.mp4`` (48 s, 1280x720, 60 fps) and ``forge-demo.chat.json``.

    Takes about as long as the recording on two cores. The same version of FORGE and ffmpeg
    gives the same recording. The directory is made when it does not exist. Raises ForgeError
    when ffmpeg fails.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    sound = directory / "forge-demo.wav"
    unfinished = directory / "forge-demo.part.mp4"
    video, chat = directory / "forge-demo.mp4", directory / "forge-demo.chat.json"
    try:
        spoken = write_sound(sound)
        ffmpeg.run(
            [
                *ffmpeg.source_args(sound),
                *("-filter_complex", _graph()),
                *("-map", "[picture]", "-map", "0:a", "-t", str(LENGTH)),
                *("-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-g", str(2 * FPS)),
                *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "160k", "-ac", "2"),
                *("-ar", "48000", "-movflags", "+faststart", "-f", "mp4", f"file:{unfinished}"),
            ],
            duration=LENGTH,
            report=report,
        )
        unfinished.replace(video)
    finally:
        sound.unlink(missing_ok=True)
        unfinished.unlink(missing_ok=True)
    chat.write_text(json.dumps(make_chat(), indent=1), "utf-8")
    x, y, w, h = FACECAM
    width, height = SIZE
    facecam = Rect(x=x / width, y=y / height, w=w / width, h=h / height)
    return Demo(video, chat, spoken, facecam)


def _graph() -> str:
    """Three scenes one after the other, and a streamer in the corner."""
    width, height = SIZE
    shape = f"scale={width}:{height}:flags=neighbor,setsar=1,format=yuv420p"
    scenes = {
        "lobby": (
            f"gradients=s=320x180:r={FPS}:d={FIGHT}:speed=0.01:seed=4:n=2:type=linear"
            ":x0=0:y0=0:x1=320:y1=180:c0=0x16213e:c1=0x8e4585"
        ),
        "fight": (
            f"life=s=320x180:r={FPS}:ratio=0.12:random_seed=9:mold=12:stitch=1"
            f":life_color=0xffd166:death_color=0xef476f:mold_color=0x1b2a41,"
            f"trim=duration={AFTERMATH - FIGHT}"
        ),
        "map": (
            f"mandelbrot=s=320x180:r={FPS}:maxiter=300:start_scale=0.6:end_scale=0.05"
            f":end_pts=900,trim=duration={LENGTH - AFTERMATH + 1}"
        ),
    }
    graph = [f"{source},{shape}[{name}]" for name, source in scenes.items()]
    graph.append(f"[lobby][fight][map]concat=n={len(scenes)}:v=1:a=0[world]")
    graph += [_sprite("hero", 44, "0x06d6a0"), _sprite("boss", 120, "0xd62828")]
    graph += [
        "[world][hero]overlay=x='W/2+360*sin(1.7*t)':y='H/2+150*sin(2.9*t)'"
        f":enable='between(t,{FIGHT},{AFTERMATH})':shortest=0[w1]",
        "[w1][boss]overlay=x='W/2+260*cos(0.8*t)-60':y='H/2-160+60*sin(1.3*t)'"
        f":enable='between(t,{FIGHT},{TRIUMPH})':shortest=0[w2]",
    ]
    x, y, box_width, box_height = FACECAM
    graph += [
        f"color=c=0x3d405b:s={box_width}x{box_height}:r={FPS}:d={LENGTH}[room]",
        _face(),
        # The streamer nods while talking, and jumps for joy at the triumph.
        "[room][face]overlay=x='58+6*sin(1.1*t)'"
        f":y='28+5*abs(sin(4*t))-22*abs(sin(9*t))*between(t,{TRIUMPH},{TRIUMPH + 5})',"
        f"drawbox=c=0xf4f1de:t=4[cam]",
        f"[w2][cam]overlay=x={x}:y={y}:shortest=0,format=yuv420p[picture]",
    ]
    return ";".join(graph)


def _sprite(name: str, side: int, colour: str) -> str:
    """A square with a white edge, for as long as the recording."""
    return f"color=c={colour}:s={side}x{side}:r={FPS}:d={LENGTH},drawbox=c=white:t=5[{name}]"


def _face() -> str:
    """One drawn frame, repeated: a round head with eyes and a mouth."""
    inside = "lt(hypot(X-70,Y-74),66)"
    eyes = "lt(hypot(X-46,Y-58),8)+lt(hypot(X-94,Y-58),8)"
    mouth = "lt(hypot((X-70)/2.2,Y-104),10)"
    dark = f"gt({eyes}+{mouth},0)"
    return (
        f"color=c=black:s=140x148:r={FPS}:d=0.02,format=rgba,"
        f"geq=r='if({dark},40,224)':g='if({dark},30,172)':b='if({dark},40,130)'"
        f":a='255*{inside}',loop=loop=-1:size=1,setpts=N/({FPS}*TB),trim=duration={LENGTH}[face]"
    )
