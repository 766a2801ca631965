"""What may be opened and decoded of a recording that is not trusted.

Everything that reads a recording, ffmpeg or PyAV, takes its limits from here. They are lists of
what is allowed, not of what is known to be bad: FFmpeg has five hundred decoders, nearly all of
them for files that no recorder writes, and its worst holes were in those.
"""

from __future__ import annotations

from forge.errors import ForgeError

#: No network, and no protocol that wraps another one.
PROTOCOLS = "file,pipe"
#: Containers that a recording may come in. Playlists and concat scripts, which make ffmpeg open
#: other files, are not among them, nor are numbered pictures, whose names are patterns.
FORMATS = "mov,matroska,webm,mpegts,mpeg,flv,avi,ogg,asf,mxf,wav,mp3,flac,aac,ivf,h264,hevc"
#: What recorders, cameras, capture cards and platforms write. One codec has several names here
#: when FFmpeg is built with another library for it (``libdav1d``, ``av1``).
DECODERS = (
    # Pictures: OBS, ShadowPlay, platforms; cameras and edits; lossless captures.
    *("h264", "hevc", "av1", "libdav1d", "libaom-av1", "vp8", "libvpx", "vp9", "libvpx-vp9"),
    *("mpeg1video", "mpeg2video", "mpeg4", "prores", "dnxhd", "mjpeg", "dvvideo", "wmv3", "vc1"),
    *("ffv1", "utvideo", "huffyuv", "ffvhuff", "rawvideo"),
    # Sound.
    *("aac", "aac_fixed", "aac_latm", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus"),
    *("vorbis", "libvorbis", "flac", "alac", "ac3", "ac3_fixed", "eac3", "wmav2", "wmapro"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le"),
    *("pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"),
    *("pcm_bluray", "pcm_dvd"),
)
#: A frame larger than 8K is an attack or a mistake.
MAX_PIXELS = 8192 * 8192


def input_options() -> dict[str, str]:
    """The options of an input, under FFmpeg's own names.

    FFmpeg refuses a decoder only where it opens one: a subtitle or data track in any codec does
    no harm, because nothing decodes it.
    """
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": FORMATS,
        "codec_whitelist": ",".join(DECODERS),
        "max_pixels": str(MAX_PIXELS),
    }


def unsupported_codec(what: str, name: str) -> ForgeError:
    """The refusal of a codec. ``what`` is picture or sound."""
    return ForgeError(
        "unsupported_codec",
        f"The recording's {what} is in the codec {name}, which FORGE does not decode.",
        hint="Convert it first, for example to H.264 with AAC in OBS or HandBrake, then import it.",
    )


def too_large(width: int, height: int) -> ForgeError:
    """The refusal of a picture that nobody recorded."""
    return ForgeError(
        "picture_too_large",
        f"The recording's picture is {width} × {height} pixels; FORGE takes at most 8K.",
        hint="If that is its real size, scale it down first.",
    )
