"""``python -m forge.steps NAME``: the process in which one kind of step runs."""

from __future__ import annotations

import os
import sys

from forge.pipeline import STEPS
from forge.steps.child import serve


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        sys.exit(f"usage: python -m forge.steps {{{'|'.join(STEPS)}}}")
    # Libraries print to stdout as they please; only this stream is the parent's.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.argv[1], out)


if __name__ == "__main__":
    main()
