"""Exit codes of the command line, after sysexits.h where it has a fitting one."""

from __future__ import annotations

OK = 0
FAILED = 1
USAGE = 2
BAD_DATA = 65
NO_INPUT = 66
UNAVAILABLE = 69
INTERNAL = 70
CANT_CREATE = 73
BUSY = 75
INTERRUPTED = 130

_CODES = {
    "no_such_file": NO_INPUT,
    "source_gone": NO_INPUT,
    "not_a_file": NO_INPUT,
    "bad_file_name": NO_INPUT,
    "no_permission": NO_INPUT,
    "unreadable": NO_INPUT,
    "empty_file": BAD_DATA,
    "bad_media": BAD_DATA,
    "truncated": BAD_DATA,
    "source_changed": BAD_DATA,
    "no_video": BAD_DATA,
    "unsupported_codec": BAD_DATA,
    "picture_too_large": BAD_DATA,
    "bad_duration": BAD_DATA,
    "output_too_large": BAD_DATA,
    "bad_chat": BAD_DATA,
    "port_in_use": UNAVAILABLE,
    "host_not_local": UNAVAILABLE,
    "server_gone": UNAVAILABLE,
    "out_unwritable": CANT_CREATE,
    "data_unwritable": CANT_CREATE,
    "disk_full": CANT_CREATE,
    "quota_exceeded": CANT_CREATE,
    "already_running": BUSY,
    "overloaded": BUSY,
    "left_running": INTERRUPTED,
}

#: What each code means, for the documentation and ``--help``.
MEANINGS = {
    OK: "everything that was asked for is there",
    FAILED: "something failed, or fewer clips were found than asked for",
    USAGE: "the command line was not understood",
    BAD_DATA: "the recording or the chat file is not usable",
    NO_INPUT: "the recording is missing or cannot be read",
    UNAVAILABLE: "the port is taken, or the server went away",
    INTERNAL: "a fault in FORGE",
    CANT_CREATE: "the output or data folder cannot be written, or the disk is full",
    BUSY: "another FORGE uses the data folder; or a stop took too long",
    INTERRUPTED: "stopped by the user",
}


def exit_code(error_code: str) -> int:
    """The exit code for an error's code; FAILED for one without a code of its own."""
    return _CODES.get(error_code, FAILED)
