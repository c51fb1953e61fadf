"""Country, currency and zone follow from each other, or from the system."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

import pycountry
import pytest

import coterie
from coterie.cli.running import run
from coterie.errors import Refused
from coterie.settings import find_place, read_workspace_settings, settings_of
from coterie.settings.place import MAIN_ZONES


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("LC_ALL", "LC_MONETARY", "LANG", "COTERIE_LOCALE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    return monkeypatch


def found(**given: str) -> tuple[str, str, str]:
    at = find_place(**given)
    return at.country, at.currency, at.timezone


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"country": "CN"}, ("CN", "CNY", "Asia/Shanghai")),
        ({"country": "DE"}, ("DE", "EUR", "Europe/Berlin")),
        ({"country": "GB"}, ("GB", "GBP", "Europe/London")),
        ({"country": "US"}, ("US", "USD", "America/New_York")),
        ({"country": "JP"}, ("JP", "JPY", "Asia/Tokyo")),
        ({"country": "ES"}, ("ES", "EUR", "Europe/Madrid")),
        ({"country": "IN"}, ("IN", "INR", "Asia/Kolkata")),
        ({"country": "PA"}, ("PA", "PAB", "America/Panama")),
        ({"currency": "CNY"}, ("CN", "CNY", "Asia/Shanghai")),
        ({"currency": "EUR"}, ("DE", "EUR", "Europe/Berlin")),
        ({"currency": "GBP"}, ("GB", "GBP", "Europe/London")),
        ({"currency": "CHF"}, ("CH", "CHF", "Europe/Zurich")),
        ({"timezone": "Asia/Tokyo"}, ("JP", "JPY", "Asia/Tokyo")),
        ({"timezone": "Asia/Calcutta"}, ("IN", "INR", "Asia/Calcutta")),
        ({"timezone": "UTC"}, ("US", "USD", "UTC")),
        ({"currency": "USD", "timezone": "America/Panama"}, ("PA", "USD", "America/Panama")),
        ({"country": "CH", "currency": "EUR"}, ("CH", "EUR", "Europe/Zurich")),
        ({}, ("US", "USD", "UTC")),
    ],
)
def test_the_rest_follows_from_what_is_given(given: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert found(**given) == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, ("CN", "CNY", "UTC")),
        ({"LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}, ("CN", "CNY", "Asia/Shanghai")),
        ({"LANG": "en_US.UTF-8", "LC_MONETARY": "de_DE@euro", "TZ": ":Europe/Berlin"}, ("DE", "EUR", "Europe/Berlin")),
        ({"LANG": "C.UTF-8", "TZ": "/usr/share/zoneinfo/Europe/Oslo"}, ("NO", "NOK", "Europe/Oslo")),
        ({"LANG": "zh_CN.UTF-8", "TZ": "CST-8"}, ("CN", "CNY", "Asia/Shanghai")),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, ("US", "USD", "UTC")),
    ],
)
def test_the_system_tells_where_nothing_is_given(
    nowhere: pytest.MonkeyPatch, system: dict[str, str], expected: tuple[str, str, str]
) -> None:
    for name, value in system.items():
        nowhere.setenv(name, value)
    assert found() == expected


def test_what_is_given_beats_the_system_which_picks_among_zones_and_payers(nowhere: pytest.MonkeyPatch) -> None:
    nowhere.setenv("LANG", "es_ES.UTF-8")
    nowhere.setenv("TZ", "America/Los_Angeles")
    assert found(country="US") == ("US", "USD", "America/Los_Angeles")
    assert found(currency="EUR") == ("ES", "EUR", "Europe/Madrid")
    assert found(country="JP") == ("JP", "JPY", "Asia/Tokyo")


def test_every_country_gets_settings_that_are_valid() -> None:
    for country in pycountry.countries:
        at = find_place(country.alpha_2)
        assert settings_of(at, "shop").timezone in available_timezones()
    assert set(MAIN_ZONES) <= available_timezones()


def test_init_says_what_it_took_and_that_it_chose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "us"), "--country", "US"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Country US, currency USD, zone America/New_York" in said
    assert "zones, and most people live in this" in said
    assert "coterie.yaml" in said
    assert run(["init", str(tmp_path / "eu"), "--currency", "EUR"]) == 0
    assert "countries pay in it" in " ".join(capsys.readouterr().out.split())
    assert run(["init", str(tmp_path / "cn"), "--timezone", "Asia/Shanghai"]) == 0
    assert read_workspace_settings(tmp_path / "cn").currency == "CNY"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_zones_that_there_are_not_are_refused(tmp_path: Path, zone: str) -> None:
    assert run(["init", str(tmp_path / "x"), "--timezone", zone]) == 1
    with pytest.raises(Refused, match="IANA"):
        coterie.init(tmp_path / "x", timezone=zone)
    assert not (tmp_path / "x").exists()


def test_python_finds_the_place_alike(tmp_path: Path) -> None:
    settings = read_workspace_settings(coterie.init(tmp_path / "de", timezone="Europe/Berlin"))
    assert (settings.name, settings.country, settings.currency) == ("de", "DE", "EUR")
    with pytest.raises(Refused, match="already"):
        coterie.init(tmp_path / "both", coterie.WorkspaceSettings(), timezone="Europe/Berlin")
