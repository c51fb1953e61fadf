"""A command loads what it needs: `serve` has to be back at once after it was killed, and to refuse at once beside another."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from typer.main import get_command

from coterie.cli.app import app_of
from tests.docs.commands import root


def _loaded(code: str) -> set[str]:
    run = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HEAVY = {"sklearn", "scipy", "pandas", "matplotlib", "jinja2", "altair", "statsmodels", "openpyxl", "babel.dates"}
ROOMS = {f"coterie.{room}" for room in ("allocate", "compose", "decide", "deliver", "measure", "predict", "report")}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "without"),
    [
        pytest.param("import coterie.cli.serving", {"duckdb", "pyarrow", "sqlalchemy", "sqlglot"}, id="until-refused"),
        pytest.param("from coterie.workspace import open_workspace, Intake", HEAVY | ROOMS, id="until-it-takes-in"),
        pytest.param(
            "import coterie.api.serving", HEAVY | (ROOMS - {"coterie.predict"}) | {"fastapi"}, id="the-server"
        ),
    ],
)
def test_what_is_not_needed_is_not_loaded(code: str, without: set[str]) -> None:
    assert _loaded(code) & without == set()


@pytest.mark.parametrize("typed", [[], ["--help"], ["--version"]])
def test_help_is_read_and_nothing_is_loaded_for_it(typed: list[str]) -> None:
    begin = f"import sys; sys.argv = ['coterie', *{typed}]; from coterie.cli import main"
    run = f"{begin}\ntry: main()\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert "coterie" in done.stdout
    assert set(done.stderr.split()) & {"rich", "typer", "pydantic", "duckdb", "pyarrow", "coterie.domain"} == set()


def _told(command: Any) -> dict[str, object]:
    """What stands in the help of a command, or of all in a group."""
    inside = {name: _told(each) for name, each in getattr(command, "commands", {}).items()}
    return inside or {"help": command.help, "options": {each.name: (each.opts, each.help) for each in command.params}}


def test_a_command_alone_is_the_same_as_among_all() -> None:
    for name, command in root().commands.items():
        alone = get_command(app_of(name))
        assert _told(alone.commands[name]) == _told(command)  # type: ignore[attr-defined]
