"""The house rules, read off the source itself.

Rules of this file: nothing of FORGE is imported or run; each rule is checked on every module, and
a breach is named with its file.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORGE = sorted((ROOT / "forge").rglob("*.py"))
ACTORS = sorted((ROOT / "actors").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DOOR = ROOT / "forge" / "__main__.py"

#: The loops, servers and frameworks that the ground floor must not know.
UPSTAIRS = {"trio", "hypercorn", "quart", "quart_trio", "quart_schema", "trio_websocket", "httpx"}
#: What only a step's child process may load: it costs seconds and gigabytes.
HEAVY = {"torch", "torchaudio", "faster_whisper", "ctranslate2", "pyannote", "scenedetect", "cv2"}

RANKS = {"ledger": 1, "janitor": 2, "worker": 3, "supervisor": 4, "api": 5}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def breaches(files: Iterable[Path], keeps: Callable[[Path], bool]) -> list[str]:
    """The files that do not keep a rule."""
    return [str(path.relative_to(ROOT)) for path in files if not keeps(path)]


def imports(path: Path, *, top_level: bool = False) -> Iterator[str]:
    """The modules that a file imports; with ``top_level`` only those at its import."""
    tree = parsed(path)
    skipped: set[ast.AST] = set()
    if top_level:
        for node in ast.walk(tree):
            guard = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            if guard or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                skipped.update(ast.walk(node))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def dotted(path: Path) -> str:
    """A file's name as a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph(sources: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    """Which modules each module imports, among those that are given as (name, source).

    ``from package import module`` counts as an import of the module. Imports in functions and for
    types only count, too: a cycle is one of ideas, whenever it is closed.
    """
    trees = {module: ast.parse(source) for module, source in sources}
    graph: dict[str, set[str]] = {module: set() for module in trees}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                graph[module].update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                graph[module].update(names & trees.keys() or {node.module})
        graph[module] &= trees.keys()
    return graph


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of imports; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_by_way_of_others() -> None:
    files = ((dotted(path), path.read_text("utf-8")) for path in FORGE + ACTORS)
    assert cycle(import_graph(files)) == []


def test_the_map_of_the_core_is_complete_and_in_order() -> None:
    """A module of ``forge/`` imports only what stands above it in the package's first lines."""
    docstring = ast.get_docstring(ast.parse((ROOT / "forge" / "__init__.py").read_text("utf-8")))
    places = re.findall(r"^    (\S+?)/? {2,}\S", docstring or "", re.MULTILINE)

    def place(module: str) -> int:
        """Where a module stands; a file that is named itself, before its folder."""
        parts = module.split(".")[1:]
        file, folder = "/".join(parts), parts[0]
        return places.index(file if file in places else folder)

    graph = import_graph((dotted(path), path.read_text("utf-8")) for path in FORGE)
    del graph["forge"]
    assert {places[place(module)] for module in graph} == set(places)
    wrong = [
        f"{module} imports {other}"
        for module, others in graph.items()
        for other in others - {"forge"}
        if place(other) > place(module)
    ]
    assert wrong == []


def test_a_cycle_is_seen_wherever_its_imports_stand() -> None:
    sources = {
        "p": "",
        "p.a": "from p import b",
        "p.b": "def f():\n    import p.c",
        "p.c": "if TYPE_CHECKING:\n    from p.a import A",
    }
    assert set(cycle(import_graph(iter(sources.items())))) == {"p.a", "p.b", "p.c"}
    sources["p.c"] = "import json"
    assert cycle(import_graph(iter(sources.items()))) == []


def roots(modules: Iterable[str]) -> set[str]:
    return {module.split(".")[0] for module in modules}


def test_the_ground_floor_imports_nothing_above_it() -> None:
    below = UPSTAIRS | {"actors", "tests"}
    core = [path for path in FORGE if path != DOOR]
    assert breaches(core, lambda path: not roots(imports(path)) & below) == []


def test_heavy_libraries_are_loaded_by_steps_only() -> None:
    # Those of ``speech`` are loaded by the two speech steps alone.
    light = [path for path in FORGE if not {"steps", "speech"} & set(path.parts)]
    assert breaches(light, lambda path: not roots(imports(path, top_level=True)) & HEAVY) == []


def test_actors_load_no_heavy_library() -> None:
    assert breaches(ACTORS, lambda path: not roots(imports(path)) & HEAVY) == []


def test_what_steps_stand_on_knows_no_step() -> None:
    """Nor do actors: a step is loaded by its name, in a child's process."""

    def keeps(path: Path) -> bool:
        steps = {module for module in imports(path) if re.match(r"forge\.steps\b", module)}
        # Not a step's, but a child's process, too: it ends as they do.
        return steps <= {"forge.steps.child"} if path.stem == "demo_process" else not steps

    below = [path for path in FORGE if path.parent.name != "steps"]
    assert breaches(below + ACTORS, keeps) == []


def test_the_kernel_is_small_and_imports_nothing_of_ours() -> None:
    kernel = ROOT / "actors" / "kernel.py"
    assert len(kernel.read_text("utf-8").splitlines()) <= 170
    allowed = sys.stdlib_module_names | {"trio"}
    assert {module.split(".")[0] for module in imports(kernel)} <= allowed


def floor(module: str) -> str | None:
    """Which actor a module of ``actors`` belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in RANKS else None


def test_actors_know_only_actors_below_them() -> None:
    """A module that never imports an actor above itself has nobody above to send to."""

    def keeps(path: Path) -> bool:
        own = floor(dotted(path))
        others = {floor(module) for module in imports(path) if module.startswith("actors.")}
        if own is None:
            return True
        return all(RANKS[other] < RANKS[own] for other in others - {None, own} if other)

    assert breaches(ACTORS, keeps) == []


def test_mailboxes_carry_the_ranks_of_their_actors() -> None:
    declared = {}
    for path in ACTORS:
        for match in re.finditer(r"Mailbox\(\s*\d+, rank=(\d)", path.read_text("utf-8")):
            declared[path.stem] = int(match[1])
    assert declared == {key: rank for key, rank in RANKS.items() if key != "api"}


def test_files_hold_one_idea() -> None:
    def keeps(path: Path) -> bool:
        return len(path.read_text("utf-8").splitlines()) <= 300

    assert breaches(FORGE + ACTORS, keeps) == []


def test_names_say_what_things_are() -> None:
    empty = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}

    def keeps(path: Path) -> bool:
        return not set(path.relative_to(ROOT).with_suffix("").parts) & empty

    assert breaches(FORGE + ACTORS + TESTS, keeps) == []


def test_every_test_file_opens_with_its_rules() -> None:
    def keeps(path: Path) -> bool:
        docstring = ast.get_docstring(parsed(path))
        return docstring is not None and len(docstring.splitlines()) > 1

    assert breaches((path for path in TESTS if path.name.startswith("test_")), keeps) == []
