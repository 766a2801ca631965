"""The command line: the door of the house, and the one file here that imports the actors."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click
import trio
from pydantic import ValidationError
from rich.console import Console
from rich.logging import RichHandler

from forge import __version__, exits
from forge.config import Settings
from forge.errors import ForgeError
from forge.layout.presets import PRESETS, named

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def _fail(error: ForgeError) -> NoReturn:
    message, hint = _plain(error.message), _plain(error.hint)
    err.print(f"[bold red]forge:[/] {message} [dim]{hint}[/]", soft_wrap=True)
    sys.exit(exits.exit_code(error.code))


def _plain(text: str) -> str:
    # A file may be called "[red]": what comes from outside is text, not markup.
    return text.replace("[", "\\[")


def _run(work: Callable[[], Any]) -> Any:
    """Runs an async command; every failure ends in one line and an exit code."""
    logging.basicConfig(
        level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=err)]
    )
    try:
        return trio.run(work)
    except* ForgeError as group:
        _fail(_first(group))
    except* KeyboardInterrupt:
        err.print("Stopped. Run the same command again: finished steps are not done again.")
        sys.exit(exits.INTERRUPTED)


def _first(group: BaseExceptionGroup[ForgeError]) -> ForgeError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ForgeError)
    return error


def _presets(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Each preset once, in order: the option may be repeated, and may hold a list."""
    words = [word.strip() for text in given for word in text.split(",")]
    try:
        return tuple(dict.fromkeys(named(word) for word in words))
    except ForgeError as error:
        raise click.BadParameter(f"{error.message} {error.hint}") from None


def _settings(**given: Any) -> Settings:
    try:
        chosen = {name: value for name, value in given.items() if value is not None}
        settings = Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise click.UsageError(f"the setting {name}: {first['msg']}") from None
    return settings.model_copy(update={"data": settings.data.expanduser().absolute()})


_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder. [default: your user data folder]",
)
_pem = click.Path(dir_okay=False, path_type=Path)
_facecam = click.option(
    "--facecam",
    metavar="X,Y,W,H",
    help="Where the facecam is, in fractions of the picture: clips then show it on top.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
@click.option("--tls-cert", type=_pem, help="The certificate for HTTPS, with its chain.")
@click.option("--tls-key", type=_pem, help="The certificate's key, without a passphrase.")
@click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that holds the password for sessions.",
)
@click.option(
    "--insecure-network",
    is_flag=True,
    default=None,
    help="Listen without TLS or password: everyone on this network can read the traffic.",
)
@_data
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@_facecam
def run(no_open: bool, names: tuple[str, ...], roots: tuple[Path, ...], **given: Any) -> None:
    """Runs FORGE with its studio in the browser."""
    from actors.running import run_until_signal

    settings = _settings(names=names or None, roots=roots or None, **given)
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
    callback=_presets,
    help=f"The format of the clips, or several: {', '.join(PRESETS)}.",
)
@_data
@_facecam
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

    settings = _settings(data=data, facecam=facecam)
    zone = settings.facecam_zone()
    _clip(settings, Wish(video, folder, top, chat, presets, facecam=zone))


def _clip(settings: Settings, wish: Any) -> None:
    from actors.clipping import check_wish, make_clips, reach

    async def work() -> Any:
        check_wish(wish)
        async with reach(settings) as client:
            return await make_clips(client, wish, out)

    written = _run(work)
    for one in written:
        result = one.result
        notes = [f"{one.end - one.start:.1f} s", f"score {one.score:.0f}"]
        if result.get("loudness") is not None:
            notes.append(f"{result['loudness']:.1f} LUFS")
        notes.append("captions" if result.get("captions") else "no captions: no speech in it")
        for path in one.paths:
            out.print(f"[bold]{_plain(str(path))}[/]", soft_wrap=True)
        out.print(f"   {' · '.join(notes)}", style="dim")
        for reason in one.reasons[:3]:
            out.print(f"   {reason}", markup=False, style="dim")
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
@_data
def demo(folder: Path, data: Path | None) -> None:
    """Makes a short recording and takes it all the way to a clip."""
    from actors.clipping import Wish, check_output
    from forge.demo import make_demo

    settings = _settings(data=data)
    try:
        check_output(folder)
        out.print("Making a short recording…")
        recording = make_demo(folder)
    except ForgeError as error:
        _fail(error)
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
@_data
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every step.")
def jobs(data: Path | None, as_json: bool) -> None:
    """Lists the jobs, the newest first."""
    from actors.listing import fetch_jobs, print_jobs

    settings = _settings(data=data)
    found = _run(lambda: fetch_jobs(settings))
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        print_jobs(found, out)


@main.command()
@_data
def doctor(data: Path | None) -> None:
    """Checks what this installation can do, and says what to do about the rest."""
    from forge.doctor import examine

    worst = 0
    for finding in examine(_settings(data=data)):
        mark = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}[finding.level]
        out.print(f"{mark} {finding.name:<14} {_plain(finding.text)}", soft_wrap=True)
        worst |= finding.level == "error"
    sys.exit(exits.FAILED if worst else exits.OK)


@main.command(hidden=True)
def openapi() -> None:
    """Prints the HTTP interface's description, from which the studio's types are made."""
    from actors.api.description import describe

    click.echo(_run(describe))


if __name__ == "__main__":
    main()
