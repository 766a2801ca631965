"""Thumbnails for a timeline: sheets of tiles, cut from the scout.

Nothing of the recording is decoded for them: the scout decodes hundreds of times faster.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from forge.media import ffmpeg
from forge.media.proxy import fit

INDEX = "thumbs.json"
#: The box of a tile, in pixels, and how many a sheet has across and down.
TILE = (160, 90)
COLUMNS, ROWS = 10, 10
#: Seconds between tiles: about a thousand of them, wherever that leaves a useful distance.
_MOST, _LEAST_INTERVAL, _MOST_INTERVAL = 1200, 2, 10


def interval(duration: float) -> int:
    """Seconds from one tile to the next, from 2 to 10."""
    return min(_MOST_INTERVAL, max(_LEAST_INTERVAL, math.ceil(duration / _MOST)))


def write_thumbs(
    scout: Path, size: tuple[int, int], duration: float, folder: Path, shown: Sequence[str] = ()
) -> None:
    """Writes ``thumbs_000.jpg`` and so on, and ``thumbs.json``, which says how to cut them.

    ``thumbs.json`` is ``{interval, width, height, columns, rows, count, sheets: [name]}``. Tile i
    shows the picture of second ``i * interval``. ``size`` is the scout's, and ``shown`` are the
    filters that a tile goes through.
    """
    step = interval(duration)
    width, height = fit(*size, TILE)
    count = max(1, math.ceil(duration / step))
    # The grid of tiles begins at 0 and goes on where nothing changes; the sheets hold the count.
    tiles = (
        f"fps=1/{step}:start_time=0:round=up,tpad=stop=-1:stop_mode=clone,"
        f"trim=end_frame={count},scale={width}:{height}:flags=area,"
        f"{''.join(f'{each},' for each in shown)}tile={COLUMNS}x{ROWS}"
    )
    ffmpeg.run(
        [
            *("-copyts", "-i", f"file:{scout.absolute()}", "-vf", tiles),
            *("-c:v", "mjpeg", "-q:v", "5", "-fps_mode", "passthrough", "-map_metadata", "-1"),
            *("-flags", "+bitexact", "-f", "image2", "-start_number", "0", "thumbs_%03d.jpg"),
        ],
        duration=0.0,
        cwd=folder,
    )
    index = {
        "interval": step,
        "width": width,
        "height": height,
        "columns": COLUMNS,
        "rows": ROWS,
        "count": count,
        "sheets": sorted(path.name for path in folder.glob("thumbs_*.jpg")),
    }
    (folder / INDEX).write_text(json.dumps(index), "utf-8")
