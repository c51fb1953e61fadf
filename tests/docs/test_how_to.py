"""The how-to pages: their definitions apply, their Python runs, their commands exist."""

from __future__ import annotations

import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import coterie
from coterie.deliver import CHANNELS, PROVIDERS
from coterie.settings import WorkspaceSettings
from tests.docs.commands import command_lines, options
from tests.docs.pages import DOCS, Block, blocks
from tests.workspace.shop import NOW, write_shop

KINDS = {
    "traits",
    "lists",
    "segmentations",
    "segments",
    "templates",
    "campaigns",
    "journeys",
    "channels",
    "tracking_plans",
}
PAGES = (
    "how-to/define-traits-and-segments.md",
    "how-to/divide-the-base.md",
    "how-to/run-a-campaign.md",
    "how-to/send-by-a-mail-service.md",
    "how-to/send-texts.md",
    "how-to/hear-what-became.md",
    "how-to/send-push-messages.md",
    "how-to/tell-a-program.md",
    "how-to/let-people-choose.md",
    "how-to/measure-opens-and-clicks.md",
    "how-to/run-a-journey.md",
    "how-to/keep-lists.md",
    "how-to/give-coupons.md",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("how-to")
    files = write_shop(root / "files")
    shop = coterie.init(root / "shop")
    with coterie.open(shop, clock=lambda: NOW) as ws:
        for kind, file in files.items():
            ws.load(file, kind=kind)
        (root / "contacts.csv").write_text("customer_id,company_id\nC1,7\nC2,7\n", "utf-8")
        (root / "companies.csv").write_text("company_id,industry\n7,Software\n", "utf-8")
        ws.load(root / "contacts.csv", kind="customers")
        ws.load(root / "companies.csv", kind="accounts")
        ws.coupons.add("spring", ["SPRING-7QX"])
        ws.refresh()
    return shop


@pytest.fixture
def shop(folder: Path) -> Iterator[coterie.Workspace]:
    with coterie.open(folder, clock=lambda: NOW) as ws:
        yield ws


def _yaml(page: str) -> list[Block]:
    return [block for block in blocks(page) if block.language == "yaml"]


def _is_definitions(block: Block) -> bool:
    return set(yaml.safe_load(block.text)) <= KINDS


def test_definitions_of_the_pages_apply_one_after_the_other(shop: coterie.Workspace, tmp_path: Path) -> None:
    taken = set()
    for page in PAGES:
        for number, block in enumerate(filter(_is_definitions, _yaml(page))):
            file = tmp_path / f"{Path(page).stem}-{number}.yaml"
            file.write_text(block.text, "utf-8")
            taken |= {(row["kind"], row["name"]) for row in shop.apply(file).rows()}
    shop.refresh()
    assert {("segment", "vip"), ("segmentation", "rfm"), ("campaign", "spring")} <= taken
    assert {row["name"] for row in shop.segments.list().rows()} >= {"vip", "lost-vip"}
    assert shop.campaigns.plan("spring").audience == shop.segments["vip"].show().size


@pytest.mark.parametrize("page", PAGES)
def test_other_yaml_is_settings_that_a_workspace_takes(page: str) -> None:
    for block in _yaml(page):
        if not _is_definitions(block):
            WorkspaceSettings.model_validate({"name": "shop", **yaml.safe_load(block.text)})


@pytest.mark.parametrize("page", PAGES)
def test_what_the_pages_set_of_channels_their_parts_take(page: str) -> None:
    for block in filter(lambda block: not _is_definitions(block), _yaml(page)):
        for channel, written in WorkspaceSettings.model_validate(yaml.safe_load(block.text)).delivery.items():
            assert PROVIDERS[written.provider].channel == channel
            CHANNELS[channel].Settings.model_validate(written.channel)
            PROVIDERS[written.provider].Settings.model_validate(written.settings)


def test_the_python_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [block] = [block for block in blocks("how-to/use-python.md") if block.language == "python"]
    monkeypatch.chdir(tmp_path)
    write_shop(tmp_path)
    (tmp_path / "vip.yaml").write_text("segments:\n- {name: vip, rule: {trait: revenue, '>=': 500}}\n", "utf-8")
    (tmp_path / "program.py").write_text(block.text, "utf-8")
    runpy.run_path("program.py")
    assert "客户" in (tmp_path / "report.html").read_text("utf-8")


def _command_lines() -> list[tuple[str, str]]:
    found = []
    for page in sorted(DOCS.rglob("*.md")):
        place = str(page.relative_to(DOCS))
        for block in blocks(place):
            if block.language in ("", "console"):
                found += [(place, shlex.join(words)) for words in block.commands() if "coterie" in words]
    return found


@pytest.mark.parametrize(("page", "line"), [pytest.param(p, c, id=f"{p}: {c}") for p, c in _command_lines()])
def test_commands_of_the_pages_exist_with_their_options(page: str, line: str) -> None:
    words = shlex.split(line)
    words = words[words.index("coterie") :]
    known = command_lines()
    name = next((" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in known), None)
    assert name is not None, f"{page} names a command that is not there: {line}"
    assert {word for word in words if word.startswith("-")} <= options(known[name])
    arguments = [p for p in known[name].params if p.param_type_name == "argument"]
    given = words[len(name.split()) :]
    assert len([p for p in arguments if p.required]) <= len(given)
    assert arguments or not given or given[0].startswith("-")
