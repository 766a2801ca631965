"""How far each signal can be trusted in this recording: as far as others confirm it.

In one recording every bang is a highlight, in the next one it is the wall beside the desk. Nobody
tells which; but what happens for real shows in several ways at once, and noise in one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forge.scoring.evidence import Series
from forge.scoring.weights import BRAKE

#: Signals that measure one and the same thing agree about noise, too: they don't confirm each
#: other. A signal that is not named here is a kind of its own.
KINDS: tuple[tuple[str, ...], ...] = (
    ("loudness", "onset", "change"),
    ("pitch", "shout"),
    ("hype", "sentiment"),
    ("chat", "emotes"),
    ("motion", "cuts"),
)
_KIND = {name: kind for kind, names in enumerate(KINDS) for name in names}
#: Seconds after which a curve says something new: it holds each value so long (see fusion).
_NEW = 5


def confirmed(curves: Mapping[str, Series], weights: Mapping[str, float]) -> dict[str, float]:
    """The weights, moved towards the signals that others agree with; their sum stays.

    A signal's agreement is the correlation of its curve (one value a second) with the weighted
    sum of all curves of other kinds, at least 0. Under independent noise that correlation is in
    proportion to how well the signal tells what they have in common (as in C. Spearman's
    one-factor model), which is what the weighted sum is meant to find. A signal that is alone, or
    among its own kind only, keeps its weight.
    """
    names = [name for name in weights if name != BRAKE]
    total = sum(weights[name] for name in names)
    # A correlation's standard error: a minute tells little about who is right, an hour much.
    doubt = (_NEW / max((len(curves[name]) for name in names), default=1)) ** 0.5
    agreed = {name: doubt + _agreement(name, curves, weights) for name in names}
    spread = sum(weights[name] * agreed[name] for name in names)
    moved = {name: weights[name] * agreed[name] * total / spread for name in names if spread}
    return dict(weights) | moved


def _agreement(name: str, curves: Mapping[str, Series], weights: Mapping[str, float]) -> float:
    own = curves[name]
    others = np.zeros(len(own))
    for other, weight in weights.items():
        if other != BRAKE and _KIND.get(other, other) != _KIND.get(name, name):
            others += weight * curves[other]
    own, others = own - own.mean(), others - others.mean()
    scale = float(np.linalg.norm(own) * np.linalg.norm(others))
    return max(0.0, float(own @ others) / scale) if scale > 1e-9 else 0.0
