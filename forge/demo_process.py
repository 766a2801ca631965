"""``python -m forge.demo_process FOLDER``: the demo, made in a process that ends with its parent.

It says what it made, or why it could not, in one line of JSON on stdout.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from threading import Thread
from typing import Any

from forge.demo import make_demo
from forge.errors import ForgeError
from forge.steps.child import end_group


def _end_with_parent() -> None:
    sys.stdin.read()  # The parent keeps it open for as long as it lives.
    end_group()


def _make(folder: Path) -> dict[str, Any]:
    try:
        made = make_demo(folder)
    except ForgeError as error:
        return {"error": error.as_json()}
    facecam = made.facecam.model_dump()
    return {"video": str(made.video), "chat": str(made.chat), "facecam": facecam}


def main() -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    print(json.dumps(_make(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
