"""At a desk somebody's choices are read and recorded as on their own page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coterie.cli.running import run
from tests.api.test_recipients import written_to
from tests.docs.test_json import documented
from tests.workspace.shop import DEFINITIONS, filled


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = filled(tmp_path_factory.mktemp("desk") / "shop", DEFINITIONS)
    return folder, written_to(folder)[0][0]


def test_what_somebody_chose_is_told_and_changed(
    written: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, token = written
    monkeypatch.chdir(folder)

    def asked(*more: str) -> dict[str, object]:
        assert (
            run(["consents", "preferences", f"https://shop.example/preferences/{token}?lang=zh", *more, "--json"]) == 0
        )
        told: dict[str, object] = json.loads(capsys.readouterr().out)
        rows = told["choices"]
        assert isinstance(rows, list)
        return told | {"states": {row["choice"]: row["state"] for row in rows}}

    first = asked()
    promised = documented()["consents preferences"]
    assert {*first} - {"states"} == {*promised}
    assert first["states"] == {"email/marketing": "yes", "email/newsletter": "unsaid"}
    tried = asked("--no", "email/marketing", "--dry-run")
    assert (tried["changed"], tried["dry_run"], tried["states"]) == (1, True, first["states"])
    changed = asked("--yes", "email/newsletter", "--no", "email/marketing")
    assert (changed["changed"], changed["states"]) == (2, {"email/marketing": "no", "email/newsletter": "yes"})
    assert asked("--stop")["states"] == {"email/marketing": "no", "email/newsletter": "no"}
    refused = ["consents", "preferences", token]
    assert run([*refused, "--yes", "email/newslettr"]) == 1
    assert "did you mean" in capsys.readouterr().err
    assert run([*refused, "--stop", "--no", "email/marketing"]) == 1
    assert run([*refused[:2], "no-such-token"]) == 1
