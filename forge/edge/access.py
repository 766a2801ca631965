"""How the server may be reached: what a bind needs, and which files a remote client may name."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from forge.config import Settings
from forge.edge.security import is_loopback
from forge.errors import ForgeError

#: A shorter password is guessed too soon, slowed down or not.
SHORTEST_PASSWORD = 8

_NAME = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?", re.IGNORECASE)

_MODEL = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)


def is_model_name(text: str) -> bool:
    """Whether this names a model, as on a hub; anything else is a folder's path."""
    return _MODEL.fullmatch(text) is not None


def check_bind(settings: Settings) -> str | None:
    """The password that is asked for, if there is one. Raises ForgeError for an unsafe bind.

    A loopback address needs nothing. Any other needs a certificate with its key and a password,
    or the word that everyone on the network may read along.
    """
    for name in settings.names:
        if not _NAME.fullmatch(name):
            raise ForgeError(
                "bad_name",
                f"The name {name!r} is no host name or address, with a port or without.",
                hint="Name each host by itself: --name studio.example --name 192.168.1.5.",
            )
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise ForgeError(
            "bad_certificate",
            "TLS needs a certificate and its key, and only one of them is given.",
            hint="Give both --tls-cert and --tls-key.",
        )
    password = _password(settings)
    protected = settings.tls_cert is not None and password is not None
    if not (is_loopback(settings.host) or protected or settings.insecure_network):
        raise ForgeError(
            "host_not_local",
            f"FORGE does not listen on {settings.host} without protection: "
            "everybody on the network could try to use it and read what it sends.",
            hint="Give --tls-cert, --tls-key and a password (FORGE_PASSWORD or --password-file); "
            "or keep 127.0.0.1 and use an SSH tunnel; or say --insecure-network.",
        )
    return password


def _password(settings: Settings) -> str | None:
    if settings.password_file is not None:
        try:
            text = settings.password_file.read_text("utf-8").strip("\r\n")
        except (OSError, ValueError) as error:
            raise ForgeError(
                "bad_password",
                f"The password file {settings.password_file} cannot be read: {error}.",
                hint="It holds the password as its only line, in UTF-8.",
            ) from error
    elif settings.password is not None:
        text = settings.password.get_secret_value()
    else:
        return None
    if len(text) < SHORTEST_PASSWORD:
        raise ForgeError(
            "bad_password",
            f"The password is shorter than {SHORTEST_PASSWORD} characters.",
            hint="Take a longer one: whoever reaches the port can guess.",
        )
    return text


def permitted(path: Path, roots: Collection[Path]) -> Path:
    """The real file behind a path that a remote client named, when it lies under a root.

    Links and ``..`` are resolved first, in the path and in the roots: a link inside a root that
    leads out of it is outside. Take the returned path from here on: what the name led to is what
    was allowed. Raises ForgeError with the same words whether the file exists or not, so that
    nobody can feel their way through the disk.
    """
    try:
        real = path.resolve()
        if path.is_absolute() and any(real.is_relative_to(root.resolve()) for root in roots):
            return real
    except (OSError, RuntimeError, ValueError):
        pass  # A loop of links, a zero byte, a name that is too long: nothing to allow.
    raise ForgeError(
        "path_not_allowed",
        "From another machine only files under the folders named at the start may be imported.",
        hint="Upload the recording, or start FORGE with --root FOLDER.",
    )
