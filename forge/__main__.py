"""The command line: the door of the house, and the one file here that imports the actors."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import trio
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape

from forge import __version__, exits
from forge.config import Settings
from forge.endings import end, err, fail
from forge.errors import ForgeError
from forge.layout.presets import PRESETS
from forge.options import FILE, chosen_presets, chosen_settings, data_option, facecam_option

out = Console(highlight=False)


def _run(work: Callable[[], Any]) -> Any:
    """Runs an async command; every failure ends in one line and an exit code."""
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=err)]
    )
    try:
        return trio.run(work)
    except BaseException as error:
        end(error)


class _Commands(click.Group):
    """Ends like any other stop when Ctrl+C comes before a command is at work, or after it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            end(error)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="forge")
def main() -> None:
    """Turns long recordings into vertical clips, on your own machine."""


@main.command()
@click.option(
    "--host",
    help="The address to listen on; any but a loopback address needs TLS and a password. "
    "[default: 127.0.0.1]",
)
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0: any. [default: 8484]")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME[:PORT]",
    help="A name under which browsers reach this server. May be repeated.",
)
@click.option(
    "--root",
    "roots",
    multiple=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A folder whose files other machines may import by path. May be repeated.",
)
@click.option("--tls-cert", type=FILE, help="The certificate for HTTPS, with its chain.")
@click.option("--tls-key", type=FILE, help="The certificate's key, without a passphrase.")
@click.option(
    "--password-file",
    type=FILE,
    help="A file that holds the password for sessions.",
)
@click.option(
    "--insecure-network",
    is_flag=True,
    default=None,
    help="Listen without TLS or password: everyone on this network can read the traffic.",
)
@data_option
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@facecam_option
def run(no_open: bool, names: tuple[str, ...], roots: tuple[Path, ...], **given: Any) -> None:
    """Runs FORGE with its studio in the browser."""
    from actors.running import run_until_signal

    settings = chosen_settings(names=names or None, roots=roots or None, **given)
    _run(lambda: run_until_signal(settings, out, open_browser=not no_open))


@main.command()
@click.argument("video", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("clips"),
    show_default=True,
    help="The folder for the clips.",
)
@click.option("--top", type=click.IntRange(1, 100), default=3, show_default=True, help="How many.")
@click.option("--chat", type=click.Path(path_type=Path), help="A chat download: JSON or CSV.")
@click.option(
    "--preset",
    "presets",
    multiple=True,
    default=("9:16",),
    show_default=True,
    callback=chosen_presets,
    help=f"The format of the clips, or several: {', '.join(PRESETS)}.",
)
@data_option
@facecam_option
def clip(
    video: Path,
    folder: Path,
    top: int,
    chat: Path | None,
    presets: tuple[str, ...],
    data: Path | None,
    facecam: str | None,
) -> None:
    """Makes the best clips of VIDEO, with captions."""
    from actors.clipping import Wish

    settings = chosen_settings(data=data, facecam=facecam)
    zone = settings.facecam_zone()
    _clip(settings, Wish(video, folder, top, chat, presets, facecam=zone))


def _clip(settings: Settings, wish: Any) -> None:
    from actors.clipping import check_wish, make_clips, reach
    from actors.telling import print_written

    async def work() -> Any:
        check_wish(wish)
        async with reach(settings) as client:
            return await make_clips(client, wish, out)

    written = _run(work)
    print_written(written, out)
    if len(written) < wish.top:
        err.print(
            f"[bold red]forge:[/] Only {len(written)} of {wish.top} clips: "
            "the recording holds no more good moments."
        )
        sys.exit(exits.FAILED)


@main.command()
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("forge-demo"),
    show_default=True,
    help="The folder for the recording and its clip.",
)
@data_option
def demo(folder: Path, data: Path | None) -> None:
    """Makes a short recording and takes it all the way to a clip."""
    from actors.clipping import Wish, check_output
    from actors.following import single_bar
    from forge.demo import make_demo

    settings = chosen_settings(data=data)
    try:
        check_output(folder)
        with single_bar(out, "Making a recording…") as report:
            recording = make_demo(folder, report)
    except ForgeError as error:
        fail(error)
    wish = Wish(
        recording.video,
        folder,
        top=1,
        chat=recording.chat,
        presets=("9:16",),
        title="FORGE demo",
        facecam=recording.facecam,
    )
    _clip(settings, wish)


@main.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every step.")
def jobs(data: Path | None, as_json: bool) -> None:
    """Lists the jobs, the newest first."""
    from actors.listing import fetch_jobs, print_jobs

    found = _run(partial(fetch_jobs, chosen_settings(data=data)))
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        print_jobs(found, out)


@main.command()
@data_option
def doctor(data: Path | None) -> None:
    """Checks what this installation can do, and says what to do about the rest."""
    from forge.doctor import examine

    worst = 0
    for finding in examine(chosen_settings(data=data)):
        mark = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}[finding.level]
        out.print(f"{mark} {finding.name:<14} {escape(finding.text)}", soft_wrap=True)
        worst |= finding.level == "error"
    sys.exit(exits.FAILED if worst else exits.OK)


@main.command(hidden=True)
def openapi() -> None:
    """Prints the HTTP interface's description, from which the studio's types are made."""
    from actors.api.description import describe

    click.echo(_run(describe))


if __name__ == "__main__":
    main()
