"""``forge run``: everything on a data folder, until a signal comes."""

from __future__ import annotations

import os
import signal
import webbrowser
from collections.abc import AsyncIterator

import trio
from rich.console import Console

from actors.door import exit_after, occupy, server_note
from forge import exits
from forge.config import Settings
from forge.edge.security import authority, has_port, is_loopback
from forge.errors import ForgeError
from forge.library import Library


async def run_until_signal(settings: Settings, console: Console, *, open_browser: bool) -> None:
    """Serves until SIGINT or SIGTERM. Raises ForgeError when it cannot start.

    When another one runs on the data folder already, the link to that is printed first: whoever
    closed its tab starts FORGE again to find it.

    A stop that takes longer than the settings allow, or a second signal, ends the process hard:
    the next start then takes back the jobs that were running.
    """
    # From before the link is shown: a signal at any later moment is an orderly stop.
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            stop = trio.Event()
            nursery.start_soon(heed, signals, stop, settings.shutdown_grace)
            await _run(settings, console, stop, open_browser=open_browser)
            nursery.cancel_scope.cancel(reason="FORGE has stopped")


async def heed(signals: AsyncIterator[int], stop: trio.Event, grace: float) -> None:
    """Sets ``stop`` at the first signal. At a second one, or ``grace`` seconds later, it exits."""
    await anext(signals)
    stop.set()
    exit_after(grace)
    await anext(signals)
    os._exit(exits.INTERRUPTED)


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


def _print_link(console: Console, words: str, url: str, library: Library) -> str:
    """Prints the address with the token, and returns it."""
    link = f"{url}/#token={library.secret()}"
    console.print(f"{words} Open this link in a browser on this machine:", soft_wrap=True)
    console.print(link, style="bold", soft_wrap=True, highlight=False)
    return link


async def _run(
    settings: Settings, console: Console, stop: trio.Event, *, open_browser: bool
) -> None:
    try:
        async with occupy(settings, port=settings.port) as (system, url):
            link = _print_link(console, "FORGE is running.", url, system.library)
            for line in beyond_this_machine(settings, url):
                console.print(line, soft_wrap=True, highlight=False, markup=False)
            console.print(f"[dim]Data folder: {settings.data} · Ctrl+C stops.[/]", highlight=False)
            async with trio.open_nursery() as nursery:
                if open_browser:
                    nursery.start_soon(_open, link)
                await stop.wait()
                console.print("Stopping…")
                nursery.cancel_scope.cancel(reason="FORGE stops")
    except ForgeError as error:
        library = Library(settings.data)
        if error.code == "already_running" and (note := server_note(library)) is not None:
            _print_link(console, "FORGE runs on this data folder already.", note["url"], library)
        raise


async def _open(url: str) -> None:
    # A browser of the terminal (lynx, w3m) holds its thread until somebody quits it.
    await trio.to_thread.run_sync(webbrowser.open, url, abandon_on_cancel=True)
