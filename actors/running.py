"""``forge run``: everything on a data folder, until a signal comes."""

from __future__ import annotations

import signal
import webbrowser
from collections.abc import AsyncIterator

import trio
from rich.console import Console

from actors.door import exit_after, occupy
from forge.config import Settings
from forge.edge.security import authority, has_port, is_loopback


async def run_until_signal(settings: Settings, console: Console, *, open_browser: bool) -> None:
    """Serves until SIGINT or SIGTERM. Raises ForgeError when it cannot start.

    A stop that takes longer than the settings allow, or a second signal, ends the process hard:
    running steps are then taken back at the next start.
    """
    # From before the link is shown: a signal at any later moment is an orderly stop.
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        await _run(settings, console, signals, open_browser=open_browser)


def beyond_this_machine(settings: Settings, url: str) -> list[str]:
    """What is said about other machines: how they get in, and what that means. No token in it."""
    if is_loopback(settings.host) and not settings.names:
        return []
    scheme, _, rest = url.partition("://")
    port = rest.rpartition(":")[2]
    hosts = settings.names or ([settings.host] if settings.host not in ("0.0.0.0", "::") else [])
    lines = [
        f"From elsewhere: {scheme}://{name if has_port(name) else authority(name, int(port))}"
        for name in hosts
    ]
    if settings.password is not None or settings.password_file is not None:
        lines.append("Sign in there with the password.")
    else:
        lines.append("Paste the token from the link above there.")
    if settings.insecure_network and settings.tls_cert is None:
        lines.append("Not encrypted: everyone on this network can read the traffic and the token.")
    return lines


async def _run(
    settings: Settings, console: Console, signals: AsyncIterator[int], *, open_browser: bool
) -> None:
    async with occupy(settings, port=settings.port) as (system, url):
        start_url = f"{url}/#token={system.library.secret()}"
        console.print("FORGE is running. Open this link in a browser on this machine:")
        console.print(start_url, style="bold", soft_wrap=True, highlight=False)
        for line in beyond_this_machine(settings, url):
            console.print(line, soft_wrap=True, highlight=False, markup=False)
        console.print(f"[dim]Data folder: {settings.data} · Ctrl+C stops.[/]", highlight=False)
        if open_browser:
            await trio.to_thread.run_sync(webbrowser.open, start_url, abandon_on_cancel=True)
        await anext(signals)
        console.print("Stopping…")
        exit_after(settings.shutdown_grace + 10.0)
