"""What a step is told, and how it answers.

A step module has one public function, ``run(spec, report) -> dict``. It reads the files of
``spec.inputs``, writes its artifacts into ``spec.outputs`` and returns a small JSON-able
summary. It raises :class:`~forge.errors.ForgeError` when it fails and
:class:`~forge.errors.StepSkipped` when it has nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from forge.errors import ForgeError


@dataclass(frozen=True)
class Spec:
    """One step, on one recording.

    ``source`` is the recording as the user named it: open it read-only, through a ``file:``
    URL or a file handle, and never put its name into a filter graph. ``inputs`` maps artifact
    names (``audio.wav``) to absolute paths; an optional input that does not exist is absent.
    ``outputs`` is an empty directory, and the working directory of the child: a file appears
    to others only once the whole step succeeded. ``checkpoint`` is a directory that outlives
    a killed attempt and is deleted when the step succeeds; what lies in it was written by the
    same step version with the same parameters on the same input. ``params`` are part of the
    artifact's key, so whatever changes the output must be in them. ``duration`` is the
    recording's length in seconds, None before its probe: it bounds the work (see
    :mod:`forge.confinement`) and must not change the output.
    """

    step: str
    source: Path
    outputs: Path
    checkpoint: Path
    inputs: Mapping[str, Path] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    duration: float | None = None

    @property
    def seconds(self) -> float | None:
        """How many seconds of the recording the step works on: a clip's, or all of them."""
        clip = self.params.get("clip")
        if not isinstance(clip, Mapping):
            return self.duration
        try:
            length = max(0.0, float(clip["end"]) - float(clip["start"]))
        except (KeyError, TypeError, ValueError):
            return self.duration  # The step itself says what is wrong with the clip.
        return length if self.duration is None else min(length, self.duration)

    def input(self, name: str) -> Path:
        """The path of a required input. Raises ForgeError when it is missing."""
        try:
            return self.inputs[name]
        except KeyError:
            raise ForgeError(
                "input_missing", f"The step {self.step} was started without {name}."
            ) from None

    def as_json(self) -> dict[str, Any]:
        """The line that goes to the child's stdin."""
        return {
            "step": self.step,
            "source": str(self.source),
            "outputs": str(self.outputs),
            "checkpoint": str(self.checkpoint),
            "inputs": {name: str(path) for name, path in self.inputs.items()},
            "params": dict(self.params),
            "duration": self.duration,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Spec:
        """The inverse of :meth:`as_json`. Raises KeyError for a line that is not a spec."""
        return cls(
            step=data["step"],
            source=Path(data["source"]),
            outputs=Path(data["outputs"]),
            checkpoint=Path(data["checkpoint"]),
            inputs={name: Path(path) for name, path in data["inputs"].items()},
            params=data["params"],
            duration=data.get("duration"),
        )


class Report(Protocol):
    """Tells the parent that real work was done: it renews the lease, so never call it idly."""

    def __call__(self, fraction: float, *, speed: float | None = None) -> None:
        """``fraction`` of the step done, 0 to 1; ``speed`` in seconds of source per second."""
