"""The headers of the tus 1.0.0 upload protocol: text in, values out.

The protocol is at https://tus.io/protocols/resumable-upload. Supported besides its core are the
extensions creation, creation-with-upload, expiration and termination.
"""

from __future__ import annotations

import base64
import binascii
from email.utils import formatdate
from pathlib import PurePath

from forge.errors import ForgeError

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
CONTENT_TYPE = "application/offset+octet-stream"
#: The longest Upload-Metadata that is kept, in characters.
METADATA_LIMIT = 4096
#: What a recording is called whose client gave no name.
NAMELESS = "recording"


def check_version(header: str | None) -> None:
    """Raises ForgeError unless the client speaks this version, as the protocol demands."""
    if header != VERSION:
        raise ForgeError(
            "unsupported_version",
            f"This server speaks tus {VERSION}, and the request says {header or 'nothing'}.",
            hint=f"Send Tus-Resumable: {VERSION}.",
        )


def whole_number(name: str, text: str | None) -> int:
    """A header that is a number of bytes: at least 0. Raises ForgeError."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ForgeError("bad_request", f"The header {name} must be a whole number.")
    return int(text)


def check_metadata(metadata: str) -> str:
    """Upload-Metadata, which is given back as it came. Raises ForgeError when it can't be."""
    if len(metadata) > METADATA_LIMIT or not (metadata.isascii() and metadata.isprintable()):
        raise ForgeError(
            "bad_request", f"Upload-Metadata is longer than {METADATA_LIMIT} characters or no text."
        )
    return metadata


def file_name(metadata: str) -> str:
    """The file's name out of Upload-Metadata: data for people, never a path on our disk.

    The last part of what may be a path of any system; without control characters, never empty.
    """
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key in ("filename", "name"):
            try:
                text = base64.b64decode(value, validate=True).decode("utf-8", "replace")
            except binascii.Error:
                break
            last = PurePath(text.replace("\\", "/")).name
            shown = "".join(c for c in last if c.isprintable()).strip()[:200]
            return NAMELESS if shown in ("", ".", "..") else shown
    return NAMELESS


def expires(at: float) -> str:
    """Upload-Expires of a time in Unix seconds, in the form of HTTP's dates."""
    return formatdate(at, usegmt=True)
