"""What is said in made streams, and how a recognizer that errs would write it down.

Written as people talk, without a look into FORGE's lexicon.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CALM = (
    "So today we are going to finish the second part of the map.",
    "I think I left my good sword in the other chest.",
    "Yeah the new update moved the shop over here.",
    "Let me check the settings for a second.",
    "My sister called me yesterday about the dog.",
    "We need about forty more stones for the wall.",
    "I usually take the left road because it is shorter.",
    "There is a door here but I do not have the key.",
    "The weather has been really grey this week.",
    "Okay, what do we want to do next?",
    "Someone asked about the keyboard, it is an old one.",
    "I am just waiting for the timer to run out.",
    "The menu looks different since last month.",
    "Give me a moment, I have to sort my bags.",
    "That is where the merchant used to be.",
    "I had noodles for lunch and they were fine.",
    "You can see the tower from up here.",
    "We will try again after this round.",
    "It says I need level twelve for that.",
    "The sound in this room is a bit strange.",
)
LEAD = (
    "Wait, wait, hold on, look at this guy.",
    "Okay this is the last one, everything on this.",
    "Hang on, what is he doing over there.",
    "So I open the door, and then she says to me.",
    "I only have one life left and no ammo.",
    "Did anybody hear that noise just now?",
    "All right, watch closely, I will try the jump.",
    "Three seconds left on the clock.",
)
EXCITED = (
    "Yes! Yes! We actually did it!",
    "Oh my god, what was that!",
    "No way! There is no way that worked!",
    "Are you serious right now? How!",
    "That was the craziest thing I have ever seen!",
    "Let's go! First place, first place!",
    "I can't believe it, I can't believe it!",
    "What? What just happened? I am screaming!",
    "Get in! Did you all see that shot?",
    "He is dead! He is actually dead! Unreal!",
)
FEELING = (
    "This is honestly the best day of my whole life.",
    "I love this so much, it is wonderful.",
    "That is horrible, I hate it, it is the worst thing ever.",
    "I am so proud and so happy, this is beautiful.",
    "That scared me to death, what an awful monster.",
)
STORY = (
    "And then my friend said let's go and we went to the shop.",
    "He wrote oh my god in his letter, which I found odd.",
    "They say it is the best kill of the year, but I have not seen it.",
    "I read an insane article about taxes this morning.",
    "In that show they always shout no way at the end.",
    "My neighbour said he can't believe how cheap the paint was.",
)
THANKS = (
    "Thank you so much for the five months, I love your support.",
    "Thanks for the great gift, you are amazing and very kind.",
    "Welcome everyone, happy to have you here, lovely people.",
    "Thank you, that is a beautiful message, best wishes to you.",
)
READING = (
    "The patch reduces the damage of the bow by five percent and raises the cost of arrows to ten.",
    "Fixed a bug where the boat could leave the water and another where doors opened twice.",
)


def transcript(
    turns: list[dict[str, Any]], duration: float, chance: np.random.Generator
) -> dict[str, Any]:
    """The turns as a recognizer and a diarizer would give them: words lost, wrong, and shifted.

    A word gets the part of its sentence that its letters are. One in 17 is lost, one in four
    where somebody shouts; one in 25 is another word.
    """
    words: list[dict[str, Any]] = []
    segments = []
    spoken = []
    for turn in sorted(turns, key=lambda turn: float(turn["start"])):
        texts = turn["text"].split()
        sizes = np.array([len(text) + 2 for text in texts], dtype=float)
        edges = turn["start"] + (turn["end"] - turn["start"]) * np.append(
            0, np.cumsum(sizes) / sizes.sum()
        )
        first = len(words)
        for text, begin, end in zip(texts, edges[:-1], edges[1:], strict=True):
            if chance.random() < (0.25 if turn["shouted"] else 0.06):
                continue
            shift = chance.normal(0, 0.05)
            words.append(
                {
                    "word": "the" if chance.random() < 0.04 else str(text),
                    "start": max(0.0, float(begin + shift)),
                    "end": min(duration, float(end + shift - 0.02)),
                    "probability": 0.9,
                }
            )
        if len(words) > first:
            segments.append({"words": [first, len(words)], "text": turn["text"]})
        wobble = chance.normal(0, 0.1, 2)
        spoken.append(
            {
                "speaker": turn["speaker"],
                "start": max(0.0, turn["start"] + float(wobble[0])),
                "end": min(duration, turn["end"] + float(wobble[1])),
            }
        )
    return {"model": "made", "words": words, "segments": segments, "turns": spoken}
