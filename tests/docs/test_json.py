"""The JSON shapes that the reference promises are those that the commands print."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coterie.cli.running import run
from coterie.deliver import SendResult
from coterie.predict import LifetimeValueModel
from coterie.words import say
from coterie.workspace import open_team
from coterie.workspace.records import MovesShown
from tests.docs.commands import command_lines
from tests.docs.pages import DOCS
from tests.workspace.shop import DEFINITIONS, JOURNEYS, write_shop

OPEN = {"segments members", "lists members", "segmentations members", "schema"}
NEED_MORE_THAN_A_SMALL_SHOP = {
    "predict fit",
    "predict show",
    "segmentations moves",
    "campaigns send",
    "campaigns cancel",
    "campaigns schedule",  # spring names no time; tests/workspace/test_campaign_times.py reads it
    "campaigns messages",
    "campaigns results",
    "campaigns past",
    "journeys results",  # as `campaigns results`
    "journeys run",  # tests/workspace/test_journeys.py reads it
    "coupons show",  # none was given yet; tests/workspace/test_coupons.py reads it
    "templates test",  # tests/workspace/test_trying.py reads it
    "channels receipts",  # needs a provider that told something; tests/workspace/test_receipts.py reads it
    "consents unsubscribe",
    "consents preferences",  # tests/cli/test_choosing.py reads it
    "schedules",  # tests/workspace/test_schedules.py reads its line
    "tracking list",  # tests/workspace/test_tracking.py reads these five
    "tracking freeze",
    "tracking latest",
    "tracking violations",
    "tracking drift",
    "webhooks list",  # tests/workspace/test_webhooks.py reads these two
    "webhooks retry",
    "journeys tasks",  # needs a tick that gave one; tests/workspace/test_journeys.py reads it
    "journeys task-done",
    "users role",  # tests/cli/test_users.py reads these two
    "users remove",
    "serve",  # tests/api starts it and reads its line
    "send",  # a list of what `campaigns send` gives; tests/workspace/test_send_queued.py reads it
}
RUN = """quality; status; doctor; export out; schema; diff definitions; apply definitions; segments list;
segments show frequent; segments preview -f rule.yaml; segments explain frequent C4; segments members oslo; segments upload friends keys.txt;
lists create beta; lists add beta C1 C2; lists remove beta C1; lists list; lists show beta; lists members beta;
coupons add spring codes.csv; coupons list; coupons expire spring 2030-01-01;
segments sql frequent; segments overlap; segments history frequent; segments rollback --dry-run frequent 1; segments refreeze then;
segments targets; segments templates; segments adopt bought_once; segmentations list; segmentations rfm;
segmentations members rfm potential_loyalists; segmentations adopt rfm potential_loyalists; rates load rates.csv; rates list; backup ../kept; restore ../kept ../again;
segmentations discover --k 2 --traits orders,revenue; predict list; parts channel; segmentations show rfm; segmentations quality rfm;
segmentations evidence discovered; traits list; traits show orders; traits preview -f trait.yaml; traits lineage orders; kpis compare --days 20; kpis aim revenue 20000; kpis targets;
profiles show C4; profiles consents C4; profiles segments C4; profiles graph C4; profiles export C4; forget --dry-run C4; forget C59; campaigns list; campaigns plan spring; campaigns approve spring --by bea; campaigns clone spring autumn --dry-run; templates list; templates preview hello --for C4; campaigns send --dry-run spring; channels list; channels check; channels health; channels push-key; channels callbacks; channels replies replies.csv;
channels performance; channels score; kpis list; kpis show --by period; kpis retention; quarantine list; quarantine replay --dry-run; merges list;
merges make --dry-run C1 C2; merges refuse --dry-run C1 C2; merges undo --dry-run 1; keys create site --by ann; keys list; keys revoke site --by ann; users invite --by ann; users list; campaigns hold price --by ann; campaigns release --by ann; consents suppress a@b.example --by ann;
journeys list; journeys templates; journeys adopt post-purchase; journeys show welcome; journeys simulate welcome --weeks 2; journeys publish --dry-run welcome; journeys publish welcome; journeys enrol welcome C4; journeys path welcome C4;
journeys pause welcome; journeys resume welcome --no-extend; journeys drain welcome; journeys stop welcome --yes; consents lift a@b.example --by ann --reason letter; report -o r.html; refresh"""


def documented() -> dict[str, list[str]]:
    """Command → its documented fields."""
    text = (DOCS / "reference" / "json.md").read_text("utf-8")
    sections = re.split(r"^## coterie ", text, flags=re.MULTILINE)[1:]
    return {s.split("\n", 1)[0]: re.findall(r"^\| `(\w+)` \|", s, re.MULTILINE) for s in sections}


def _page_of(line: str) -> str:
    fitting = [name for name in documented() if line == name or line.startswith(f"{name} ")]
    return max(fitting, key=len)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("json")
    files = write_shop(root / "files")
    with files["orders"].open("a", encoding="utf-8") as stream:
        stream.write("O-bad,C1,2026-02-01 10:00:00,many\n")
    folder = root / "shop"
    with pytest.MonkeyPatch.context() as patch:
        assert run(["init", str(folder), "--json"]) == 0
        patch.chdir(folder)
        for kind, file in files.items():
            assert run(["load", str(file), "--kind", kind, "--json"]) == 0
        frozen = "segments:\n- {name: then, cadence: frozen, rule: {trait: city, '=': Oslo}}\n"
        Path("definitions/all.yaml").write_text(DEFINITIONS.replace("segments:\n", frozen, 1) + JOURNEYS, "utf-8")
        Path("keys.txt").write_text("C1\nC2\nnobody\n", "utf-8")
        Path("codes.csv").write_text("code\nA-1\nA-2\nA-1\n", "utf-8")
        Path("rates.csv").write_text("date,currency,rate\n2026-01-01,USD,0.8\n", "utf-8")
        Path("replies.csv").write_text("from,text\n+12015550123,STOP\n", "utf-8")
        Path("rule.yaml").write_text("{trait: orders, '>=': 2}\n", "utf-8")
        Path("trait.yaml").write_text("{count: Order Completed}\n", "utf-8")
        assert run(["apply", "definitions", "--json"]) == 0
        assert run(["refresh", "--as-of", "2026-03-01", "--json"]) == 0
        with open_team(folder) as team:
            team.accept(team.invite("owner"), email="ann@shop.example", name="Ann", password="several words here")
        yield folder


def _keys(out: str) -> set[str]:
    found = json.loads(out)
    while isinstance(found, list):
        assert found, "nothing came back, so nothing can be compared"
        found = found[0]
    return set(found)


@pytest.mark.parametrize(
    "line", [pytest.param(" ".join(each.split()), id=" ".join(each.split())) for each in RUN.split(";")]
)
def test_documented_fields_are_those_that_come(line: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if line.startswith(("segmentations show", "segmentations members", "segmentations adopt")):
        run(["segmentations", "rfm", "--json"])
    if line.startswith("consents lift"):
        run(["consents", "suppress", "a@b.example", "--by", "ann", "--json"])
    capsys.readouterr()
    assert run([*line.split(), "--json"]) == 0
    keys = _keys(capsys.readouterr().out)
    page = _page_of(line)
    promised = set(documented()[page])
    assert promised <= keys
    assert page in OPEN or keys == promised, "document the fields that are new"


def test_fields_of_init_and_load_come(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write_shop(tmp_path)
    capsys.readouterr()
    run(["init", str(tmp_path / "shop"), "--json"])
    assert _keys(capsys.readouterr().out) == set(documented()["init"])
    run(["load", str(files["orders"]), "-w", str(tmp_path / "shop"), "--dry-run", "--json"])
    assert _keys(capsys.readouterr().out) == set(documented()["load"])


def test_records_that_a_small_shop_cannot_give_have_the_documented_fields() -> None:
    model = list(LifetimeValueModel.model_fields)
    assert documented()["predict show"] == documented()["predict fit"] == model
    assert documented()["segmentations moves"] == [field.name for field in dataclasses.fields(MovesShown)]
    assert documented()["campaigns send"] == [field.name for field in dataclasses.fields(SendResult)]


def test_an_error_is_one_object_on_standard_error(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["segments", "show", "frequnt", "--json"]) == 1
    out = capsys.readouterr()
    assert out.out == ""
    fault = json.loads(out.err)
    shown = json.loads(
        re.findall(r"```json\n(.*?)```", (DOCS / "reference" / "json.md").read_text("utf-8"), re.DOTALL)[0]
    )
    assert fault.keys() == shown.keys()
    assert fault["facts"].keys() == shown["facts"].keys()
    assert (fault["error"], fault["code"]) == (shown["error"], shown["code"])


def test_every_command_has_its_shape_documented() -> None:
    commands = {line.removeprefix("coterie ") for line in command_lines()}
    pages = {page.replace(" --dry-run", "") for page in documented()}
    assert commands == pages
    tried = {_page_of(" ".join(each.split())).replace(" --dry-run", "") for each in RUN.split(";")}
    assert commands - tried - {"init", "load"} <= NEED_MORE_THAN_A_SMALL_SHOP


NAMES = {"bgnbd", "gamma_gamma", "k", "op", "properties", "sql"}
"""Fields that are names or terms, and stand so in every language."""


def test_every_documented_field_has_a_chinese_heading() -> None:
    fields = set(re.findall(r"`([a-z][a-z_0-9]*)`", (DOCS / "reference" / "json.md").read_text("utf-8"))) - NAMES
    words = {field: field.replace("_", " ") for field in fields}
    missing = [f for f, w in words.items() if say(f"{w} (heading)", "zh") == f"{w} (heading)" and say(w, "zh") == w]
    assert sorted(missing) == []
