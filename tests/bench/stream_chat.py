"""The chat of made streams: small talk, surges after what happened, raids and giveaways."""

from __future__ import annotations

from typing import Any

import numpy as np

SMALL = ("hi", "hello there", "nice", "what game", "how are you", "same", "yes", "no idea", "brb")
LINES = {
    "cheer": (
        "LETS GOOOO",
        "POGGERS",
        "KEKW",
        "OMG",
        "W",
        "LUL LUL",
        "no shot",
        "😂😂",
        "clip that",
        "hahahaha",
        "what a play",
        "I'm crying",
        "did that just happen",
        "Pog",
        "insane",
        "wait what",
    ),
    "raid": ("catKISS RAID catKISS", "raid hype", "hello from the other side", "RAID RAID", "hi!!"),
    "join": ("!join", "!join", "!enter"),
}


class Chat:
    """One evening's chat; ``lag`` is this stream's own, ``crowd`` how many people watch."""

    def __init__(self, chance: np.random.Generator, duration: float) -> None:
        self._chance = chance
        self._duration = duration
        self.lag = float(chance.uniform(3, 12))
        self.crowd = int(chance.integers(25, 250))
        count = chance.poisson(duration * self.crowd / 600)
        self._lines = [
            (float(time), self._someone(), str(chance.choice(SMALL)))
            for time in chance.uniform(0, duration, count)
        ]
        # A bot that repeats itself is one person.
        for start in np.arange(60, duration, 240):
            self._lines += [(float(start + i), "nightbot", "follow on all sites") for i in range(9)]

    def surge(self, time: float, people: int, kind: str, spread: float = 3.0) -> None:
        """Different people write after ``time`` plus the lag, most soon, some late."""
        chosen = self._chance.choice(self.crowd, min(people, self.crowd), replace=False)
        for person in chosen:
            delay = self.lag + self._chance.exponential(spread) + self._chance.normal(0, 0.7)
            text = str(self._chance.choice(LINES[kind]))
            if kind == "cheer" and self._chance.random() < 0.25:
                text = str(self._chance.choice(SMALL))
            self._lines.append((time + max(0.5, float(delay)), f"viewer{person}", text))

    def as_log(self) -> dict[str, Any]:
        """The shape that Twitch chat downloads have."""
        return {
            "comments": [
                {
                    "content_offset_seconds": round(time, 2),
                    "commenter": {"display_name": user},
                    "message": {"body": text},
                }
                for time, user, text in sorted(self._lines)
                if time < self._duration
            ]
        }

    def _someone(self) -> str:
        return f"viewer{self._chance.integers(self.crowd)}"
