"""The one kind of failure that FORGE shows to a person."""

from __future__ import annotations

from typing import Any


class ForgeError(Exception):
    """A failure with a cause and a way out.

    ``code`` is a stable identifier (``no_video``, ``disk_full``); ``message`` says what
    happened and why in one line; ``hint`` says what to do about it, or is empty.
    ``permanent`` means that trying again without changing anything cannot help, so the job
    is not retried by itself.

    The message is shown as it is, in a terminal and in a browser: it must not hold a
    traceback, and file names in it are data, never markup.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", permanent: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.permanent = permanent

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_json(self) -> dict[str, Any]:
        """The shape that travels: over a child's stdout, in ``job.error``, in an HTTP body."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "permanent": self.permanent,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ForgeError:
        """The inverse of :meth:`as_json`; unknown keys are ignored, missing ones defaulted."""
        return cls(
            str(data.get("code", "unknown")),
            str(data.get("message", "Something failed without saying why.")),
            hint=str(data.get("hint", "")),
            permanent=bool(data.get("permanent", False)),
        )


class StepSkipped(Exception):
    """A step that has nothing to do here, which is a result and not a failure.

    The reason is recorded with the step and shown to the user (``the recording has no audio
    track``).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
