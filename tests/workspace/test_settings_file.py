"""A setting is changed where it stands: what else the file says, comments among it, stays, and nobody is overwritten unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

import coterie
from coterie.errors import BadSetting, Overtaken, Refused, UnknownName
from coterie.settings import find_place
from coterie.settings.changing import with_setting
from coterie.settings.place import known_places
from coterie.workspace.settings_file import READ_WHEN_USED
from tests.workspace.shop import write_shop

TEXT = """# Our shop.
name: shop  # as reports show it
currency: EUR
schedules:
  nightly:
    run: refresh
    cron: 30 2 * * *
# Who is told.
webhooks: {}
"""


@pytest.fixture
def ws(tmp_path: Path):
    folder = coterie.init(tmp_path / "shop")
    (folder / "coterie.yaml").write_text(TEXT, "utf-8")
    with coterie.open(folder) as opened:
        yield opened


def test_only_the_lines_of_the_setting_change(ws: coterie.Workspace) -> None:
    before = ws.settings_file.show()
    found = ws.settings_file.put("schedules", {"hourly": {"run": "refresh", "every": "PT1H"}}, made_from=before.version)
    assert (ws.folder / "coterie.yaml").read_text("utf-8") == TEXT.replace(
        "  nightly:\n    run: refresh\n    cron: 30 2 * * *\n", "  hourly:\n    run: refresh\n    every: PT1H\n"
    )
    assert (found.counts, found.version) == ("at once", ws.settings_file.show().version)
    assert [row["schedule"] for row in ws.schedules.list()] == ["hourly"]
    assert ws.settings_file.put("margin", 0.5).counts == "at once"
    assert ws.settings.margin == 0.5
    assert ws.settings_file.put("margin", None).settings["margin"] == 0.3
    assert [each.subject for each in ws.audit.page(most=100) if each.act == "setting changed"] == [
        "schedules",
        "margin",
        "margin",
    ]


def test_what_cannot_be_is_refused_and_changes_nothing(ws: coterie.Workspace) -> None:
    version = ws.settings_file.show().version
    with pytest.raises(Overtaken):
        ws.settings_file.put("name", "other", made_from=version + 1)
    with pytest.raises(UnknownName):
        ws.settings_file.put("nmae", "other")
    with pytest.raises(BadSetting):
        ws.settings_file.put("currency", "euros")
    with pytest.raises(BadSetting):
        ws.settings_file.put("schedules", {"x": {"run": "refresh"}})
    assert (ws.folder / "coterie.yaml").read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a: 1", "a: 1\nb:\n- 2\n", id="new-behind-a-line-without-end"),
        pytest.param("b: [1,\n  2]\na: 1\n", "b:\n- 2\na: 1\n", id="over-several-lines"),
        pytest.param("b:\n- 1\n- 3\n# of a\na: 1\n", "b:\n- 2\n# of a\na: 1\n", id="a-list-that-is-not-set-in"),
        pytest.param("bb: 1\nb: 1\n", "bb: 1\nb:\n- 2\n", id="not-of-a-longer-name"),
    ],
)
def test_lines_of_a_setting_are_those_until_the_next(text: str, found: str) -> None:
    assert with_setting(text, "b", [2]) == found


@pytest.mark.parametrize(
    ("name", "value"), [("name", "Teehaus"), ("locale", "zh"), ("country", "CN"), ("currency", "CNY"), ("timezone", "Asia/Shanghai")]
)  # fmt: skip
def test_what_the_business_is_counts_at_once_until_something_was_read_by_it(
    ws: coterie.Workspace, tmp_path: Path, name: str, value: str
) -> None:
    assert ws.settings_file.put(name, value).counts == "at once"
    assert getattr(ws.settings, name) == value
    ws.load(write_shop(tmp_path / "files")["orders"], kind="orders")
    before = getattr(ws.settings, name)
    counts = ws.settings_file.put(name, None).counts
    assert counts == ("at once" if name in READ_WHEN_USED else "at the next start")
    assert (getattr(ws.settings, name) == before) == (name not in READ_WHEN_USED)


def test_who_writes_counts_at_once_and_nothing_is_sent_before(ws: coterie.Workspace) -> None:
    said = {
        "sender": "Shop <a@shop.example>",
        "postal_address": "1 Market Street",
        "public_url": "https://shop.example",
    }
    assert list(ws.status().unsigned) == list(said)
    for name, value in said.items():
        assert ws.settings_file.put(name, value).counts == "at once"
    assert (list(ws.status().unsigned), ws.settings_file.show().unsigned) == ([], ())


def test_the_beginning_is_over_once_that_was_said_or_something_was_loaded(
    ws: coterie.Workspace, tmp_path: Path
) -> None:
    asked = ws.settings_file.beginning()
    assert (asked.is_over, asked.name, asked.currency) == (False, "shop", "EUR")
    guessed = ws.settings_file.beginning(country="CN")
    assert (guessed.name, guessed.currency, guessed.timezone) == ("shop", "CNY", "Asia/Shanghai")
    assert ws.settings.currency == "EUR"
    with pytest.raises(Refused):
        ws.settings_file.beginning(currency="euros")
    with coterie.open(coterie.init(tmp_path / "other")) as other:
        other.load(write_shop(tmp_path / "files")["orders"], kind="orders")
        assert other.settings_file.beginning().is_over
    assert ws.settings_file.settle().is_over
    assert ws.settings_file.beginning().is_over


def test_every_country_has_a_currency_and_a_zone_to_choose() -> None:
    places = known_places()
    guessed = {each: find_place(each) for each in places.countries}
    assert {place.currency for place in guessed.values()} <= set(places.currencies)
    assert {place.timezone for place in guessed.values()} <= set(places.timezones)
