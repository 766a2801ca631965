"""How often a password may be tried: a count of wrong ones, by address and in all."""

from __future__ import annotations

import ipaddress
from collections import deque

from forge.edge.security import plain_address

#: Seconds for which a wrong password is remembered.
WINDOW = 300.0
#: Wrong passwords within the window, from one address and from everywhere, until all must wait.
LIMIT_PER_ADDRESS = 5
LIMIT_IN_ALL = 50


class Guesses:
    """Wrong passwords of the last minutes. Time is an argument, in seconds that only grow.

    It holds no more than ``LIMIT_IN_ALL`` entries, from however many addresses they come: beyond
    that nobody's password is looked at, so nothing more is counted.
    """

    def __init__(self) -> None:
        self._wrong: deque[tuple[float, str]] = deque()

    def wait(self, address: str, now: float) -> float:
        """Seconds until this address may try again; 0: now."""
        while self._wrong and self._wrong[0][0] <= now - WINDOW:
            self._wrong.popleft()
        own = [at for at, where in self._wrong if where == _network(address)]
        waits = [0.0]
        if len(own) >= LIMIT_PER_ADDRESS:
            waits.append(own[-LIMIT_PER_ADDRESS] + WINDOW - now)
        if len(self._wrong) >= LIMIT_IN_ALL:
            waits.append(self._wrong[-LIMIT_IN_ALL][0] + WINDOW - now)
        return max(waits)

    def wrong(self, address: str, now: float) -> None:
        """Remembers a wrong password."""
        self._wrong.append((now, _network(address)))


def _network(address: str) -> str:
    """Who is counted together: an IPv4 address, or the 64 bits that one IPv6 user is given."""
    address = plain_address(address)
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))
