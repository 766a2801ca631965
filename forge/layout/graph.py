"""Scenes to ffmpeg filters, as text. Nothing in it comes from a user but numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from forge.layout.scenes import Scene
from forge.layout.zones import Panel

#: A backdrop is blurred at this fraction of its size: blurring costs next to nothing there.
SMALL = 16
#: What is left of a backdrop's light and colour.
LIGHT, COLOUR = 0.45, 0.8


def display_filters(width: int, height: int, *, rgb: bool = False) -> list[str]:
    """Filters that give every decoded frame the displayed size, in square pixels.

    ffmpeg turns rotated frames by itself; left are a sample aspect, and recordings whose size
    changes on the way. Frames that have the size already pass through untouched. ``rgb`` frames
    become BT.709, the matrix that players assume for HD; YUV keeps its own.
    """
    if rgb:
        return [
            f"scale={width}:{height}:out_color_matrix=bt709:out_range=tv",
            "format=yuv444p",
            "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709",
            "setsar=1",
        ]
    return [f"scale={width}:{height}", "setsar=1"]


def scenes_graph(scenes: Sequence[Scene], fps: Fraction, source: str, output: str) -> str:
    """A filter graph from label ``source`` to label ``output`` that paints scene after scene.

    Frames come in and go out at ``fps``, numbered from the first scene's first frame. Labels in
    between begin with ``output``.
    """
    if len(scenes) == 1:
        return layout_graph(scenes[0].panels, source, output)
    origin = scenes[0].first
    names = [f"{output}s{number}" for number in range(len(scenes))]
    chains = [f"[{source}]split={len(scenes)}{''.join(f'[{name}a]' for name in names)}"]
    for name, scene in zip(names, scenes, strict=True):
        chains.append(
            f"[{name}a]trim=start_frame={scene.first - origin}:end_frame={scene.last - origin},"
            f"setpts=PTS-STARTPTS[{name}b]"
        )
        chains.append(layout_graph(scene.panels, f"{name}b", name))
    painted = "".join(f"[{name}]" for name in names)
    # concat forgets the frame rate, which the encoder needs to know.
    chains.append(
        f"{painted}concat=n={len(scenes)},setpts=N/({fps}*TB),fps={fps}:start_time=0[{output}]"
    )
    return ";".join(chains)


def layout_graph(panels: Sequence[Panel], source: str, output: str) -> str:
    """A filter graph from label ``source`` to label ``output`` that puts the panels together.

    It crops before it scales, so only pixels that are shown are scaled. The output is yuv420p
    in limited range with square pixels. Labels in between begin with ``output``.
    """
    if len(panels) == 1:
        return f"[{source}]{_panel(panels[0])}[{output}]"
    names = [f"{output}p{number}" for number in range(len(panels))]
    chains = [f"[{source}]split={len(panels)}{''.join(f'[{name}a]' for name in names)}"]
    chains += [
        f"[{name}a]{_panel(panel)}[{name}]" for name, panel in zip(names, panels, strict=True)
    ]
    if _are_strips(panels):
        stacked = "".join(f"[{name}]" for name in names)
        return ";".join([*chains, f"{stacked}vstack=inputs={len(panels)}[{output}]"])
    below = names[0]
    for number, (name, panel) in enumerate(zip(names[1:], panels[1:], strict=True), 2):
        above = output if number == len(panels) else f"{name}o"
        chains.append(f"[{below}][{name}]overlay={panel.x}:{panel.y}:format=yuv420[{above}]")
        below = above
    return ";".join(chains)


def _are_strips(panels: Sequence[Panel]) -> bool:
    """Whether each panel begins where the one above it ends, at the same left edge and width."""
    first, *rest = panels
    bottom = first.y + first.height
    for panel in rest:
        if (panel.x, panel.width, panel.y) != (first.x, first.width, bottom):
            return False
        bottom += panel.height
    return True


def _panel(panel: Panel) -> str:
    crop = panel.crop
    taken = f"crop={crop.w}:{crop.h}:{crop.x}:{crop.y},"
    finish = f"scale={panel.width}:{panel.height}:flags=bicubic:out_range=tv,format=yuv420p"
    if not panel.blurred:
        return f"{taken}{finish},setsar=1"
    # Chroma has half of these pixels: both sides are even, and never nothing.
    width, height = (max(4, side // SMALL // 2 * 2) for side in (panel.width, panel.height))
    return (
        f"{taken}scale={width}:{height}:flags=area:out_range=tv,format=yuv420p,gblur=sigma=2,"
        f"lutyuv=y='16+(val-16)*{LIGHT}':u='128+(val-128)*{COLOUR}':v='128+(val-128)*{COLOUR}',"
        f"{finish},setsar=1"
    )
