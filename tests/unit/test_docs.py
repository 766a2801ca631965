"""The documents say what the program does, no more and no less.

Rules of this file: names come from the program (commands, settings, routes, steps, exit codes)
and are looked up in the text, so that adding one without a word about it fails.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from forge import exits
from forge.__main__ import main
from forge.config import Settings
from forge.pipeline import JOBS, STEPS
from forge.scoring.weights import DEFAULT_WEIGHTS

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
JOBS_PAGE = (ROOT / "docs" / "jobs.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")

COMMANDS = {name: command for name, command in main.commands.items() if not command.hidden}
ROUTES = [
    (path, method.upper())
    for path, methods in json.loads((ROOT / "web" / "openapi.json").read_text("utf-8"))[
        "paths"
    ].items()
    for method in methods
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| `forge {name}"))
    for parameter in COMMANDS[name].params:
        shown = parameter.opts[0] if isinstance(parameter, click.Option) else "VIDEO"
        assert shown in row


def test_no_command_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"`forge ([a-z]+)", REFERENCE + README))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `FORGE_{name.upper()}` |" in REFERENCE


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = {name.lower() for name in re.findall(r"FORGE_([A-Z_]+)", REFERENCE + README)}
    assert named <= set(Settings.model_fields)


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_route_is_documented(path: str, method: str) -> None:
    assert f"`{method} {path}`" in REFERENCE


@pytest.mark.parametrize(("code", "meaning"), exits.MEANINGS.items())
def test_every_exit_code_is_documented(code: int, meaning: str) -> None:
    assert f"| {code} | {meaning} |" in REFERENCE


@pytest.mark.parametrize("job", JOBS)
def test_every_step_and_artifact_is_documented(job: str) -> None:
    for name in JOBS[job]:  # type: ignore[index]
        row = next(line for line in JOBS_PAGE.splitlines() if line.startswith(f"| `{name}`"))
        assert job in row
        for artifact in STEPS[name].makes:
            assert f"`{artifact}`" in row
            assert f"`{artifact}`" in REFERENCE


@pytest.mark.parametrize(("name", "weight"), DEFAULT_WEIGHTS.items())
def test_every_signal_is_documented_with_its_weight(name: str, weight: float) -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| `{name}` |"))
    assert float(row.split("|")[2]) == weight


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in re.findall(r"`((?:forge|actors|tests|web)/[\w./]+)`", page.read_text("utf-8")):
        assert (ROOT / name).exists(), name


def test_every_benchmark_is_listed_and_no_other() -> None:
    scripts = {
        path.name
        for path in (ROOT / "tests" / "bench").glob("*.py")
        if '__name__ == "__main__"' in path.read_text("utf-8")
    }
    assert set(re.findall(r"^\| `(\w+\.py)` \|", ARCHITECTURE, re.MULTILINE)) == scripts


def test_the_readme_quotes_the_facts_of_the_package() -> None:
    assert "constraints.txt" in README
    assert (ROOT / "constraints.txt").is_file()
