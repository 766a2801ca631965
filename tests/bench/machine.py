"""What machine a figure was measured on, in one line."""

from __future__ import annotations

import os
import platform
import re
import resource
import sys
from pathlib import Path

import psutil


def machine() -> str:
    """The processor's name, its cores, the system and the Python."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists() and (found := re.search(r"model name\s*: (.+)", info.read_text())):
        name = found[1]
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def disk(folder: Path) -> str:
    """The file system under a folder: a commit on one that lives in memory costs nothing."""
    mounts = {Path(each.mountpoint): each for each in psutil.disk_partitions(all=True)}
    here = next(path for path in (folder.resolve(), *folder.resolve().parents) if path in mounts)
    return f"{mounts[here].fstype} on {mounts[here].device}"


def peak() -> float:
    """The most memory that this process ever had resident, in MiB.

    Trap: on Linux ``ru_maxrss`` outlives an exec, so a child's begins with its parent's.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)
