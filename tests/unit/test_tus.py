"""The headers of tus, as text in and values out.

Rules of this file: any text may come; what is a number or a name is decided here, and nothing else
gets through.
"""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from forge.edge import tus
from forge.errors import ForgeError


@given(st.text(max_size=60))
def test_numbers_are_whole_or_refused(text: str) -> None:
    try:
        number = tus.whole_number("Upload-Offset", text)
    except ForgeError:
        assert not (text.isascii() and text.isdigit() and len(text) <= 18)
    else:
        assert 0 <= number < 10**18
        assert int(text) == number


@given(st.text(max_size=300) | st.binary(max_size=100).map(lambda raw: raw.decode("latin1")))
def test_any_metadata_gives_a_name_that_is_one(text: str) -> None:
    check_is_a_name(tus.file_name(text))


@given(st.binary(max_size=300), st.sampled_from(["filename", "name"]))
def test_any_file_name_becomes_one_that_is(raw: bytes, key: str) -> None:
    check_is_a_name(tus.file_name(f"x y,{key} {base64.b64encode(raw).decode()}"))


def check_is_a_name(name: str) -> None:
    assert 0 < len(name) <= 200
    assert name.isprintable()
    assert not {"/", "\\", "\0"} & set(name)
    assert name not in (".", "..")
