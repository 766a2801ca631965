"""Panels to ffmpeg filters, as text. Nothing in it comes from a user but numbers."""

from __future__ import annotations

from collections.abc import Sequence

from forge.layout.zones import Panel


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


def layout_graph(panels: Sequence[Panel], source: str, output: str) -> str:
    """A filter graph from label ``source`` to label ``output`` that stacks the panels.

    It crops before it scales, so only pixels that are shown are scaled. The output is yuv420p
    in limited range with square pixels.
    """
    if len(panels) == 1:
        return f"[{source}]{_panel(panels[0])}[{output}]"
    names = [f"panel{number}" for number in range(len(panels))]
    taken = "".join(f"[{name}in]" for name in names)
    chains = [f"[{source}]split={len(panels)}{taken}"]
    chains += [
        f"[{name}in]{_panel(panel)}[{name}]" for name, panel in zip(names, panels, strict=True)
    ]
    stacked = "".join(f"[{name}]" for name in names)
    chains.append(f"{stacked}vstack=inputs={len(panels)}[{output}]")
    return ";".join(chains)


def _panel(panel: Panel) -> str:
    crop = panel.crop
    return (
        f"crop={crop.w}:{crop.h}:{crop.x}:{crop.y},"
        f"scale={panel.width}:{panel.height}:flags=bicubic:out_range=tv,"
        "format=yuv420p,setsar=1"
    )
