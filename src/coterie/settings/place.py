"""Where a business is: country, currency and time zone, each found from the others or from the system."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

import pycountry
from babel.core import get_global
from babel.numbers import get_territory_currencies
from pydantic import ValidationError

from coterie.errors import Refused
from coterie.settings.machine import Locale
from coterie.settings.models import WorkspaceSettings
from coterie.words import found_instead

MAIN_ZONES = [
    "America/Argentina/Buenos_Aires",
    "America/Guayaquil",
    "America/Mexico_City",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Toronto",
    "Africa/Kinshasa",
    "Asia/Almaty",
    "Asia/Gaza",
    "Asia/Jakarta",
    "Asia/Kuala_Lumpur",
    "Asia/Nicosia",
    "Asia/Shanghai",
    "Asia/Tashkent",
    "Asia/Ulaanbaatar",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Kyiv",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Moscow",
    "Pacific/Auckland",
    "Pacific/Chuuk",
    "Pacific/Majuro",
    "Pacific/Port_Moresby",
    "Pacific/Tahiti",
    "Pacific/Tarawa",
]
"""The zone in which most people live, of the countries that have several."""

MAIN_COUNTRIES = {"EUR": "DE", "XAF": "CM", "XOF": "CI"}
"""The country in which most people live, of currencies that are not named after one."""

_NEWER = {"BG": "EUR"}
"""Currencies that countries took more lately than Babel's data may say."""

_LOCALTIME = Path("/etc/localtime")

Ground = Literal["given", "system", "default"]


@dataclass(frozen=True, slots=True)
class Place:
    """Country, currency and zone of a business, and on what ``ground`` those stand that nobody gave.

    ``zones`` is how many the country has and ``countries`` how many pay in the currency, where
    one of several was taken; otherwise 1.
    """

    country: str
    currency: str
    timezone: str
    ground: Ground
    zones: int = 1
    countries: int = 1


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """Codes of every country (ISO 3166) and of the currencies (ISO 4217) and zones (IANA) that are in use in one."""

    countries: tuple[str, ...]
    currencies: tuple[str, ...]
    timezones: tuple[str, ...]


@cache
def known_places() -> KnownPlaces:
    """What a country, a currency and a zone can be chosen from.

    >>> "CNY" in known_places().currencies, "Asia/Shanghai" in known_places().timezones
    (True, True)
    """
    countries = tuple(sorted(each for each in _countries() if pycountry.countries.get(alpha_2=each)))
    currencies = {_currency_of(each) for each in countries} - {None}
    zones = {zone for zone, code in get_global("zone_territories").items() if code in countries and "/" in zone}
    usable = sorted(zones & available_timezones() | {"UTC"})
    return KnownPlaces(countries, tuple(sorted(str(each) for each in currencies)), tuple(usable))


def find_place(country: str | None = None, currency: str | None = None, timezone: str | None = None) -> Place:
    """What is given, and the rest from it; where nothing is given, from the system's locale and clock.

    >>> find_place("CN")
    Place(country='CN', currency='CNY', timezone='Asia/Shanghai', ground='given', zones=2, countries=1)
    """
    is_given = any(value is not None for value in (country, currency, timezone))
    here, clock = _system_country(), _system_zone()
    payers = [] if country is not None or timezone is not None or currency is None else _payers(currency)
    named = (
        country if country is not None else _country_of(timezone) if timezone else _main_payer(currency, payers, here)
    )
    found = named if named is not None else here or "US"
    zones = _zones_of(found)
    if timezone is None and clock is not None and (clock in zones or named is None):
        timezone = clock
    is_known = named is not None or here is not None
    return Place(
        country=found,
        currency=currency if currency is not None else _currency_of(found) or "USD",
        timezone=timezone if timezone is not None else _main_zone(zones) if is_known else "UTC",
        ground="given" if is_given else "system" if here else "default",
        zones=max(len(zones), 1) if timezone is None and is_known else 1,
        countries=len(payers) if payers and found != here else 1,
    )


def settings_of(place: Place, name: str, locale: Locale = "en") -> WorkspaceSettings:
    """Settings of the business ``name`` at ``place``; ``Refused`` for a country, currency or zone that there is not."""
    try:
        return WorkspaceSettings(
            name=name, locale=locale, currency=place.currency, country=place.country, timezone=place.timezone
        )
    except ValidationError as fault:
        first = fault.errors()[0]
        raise Refused(found_instead(first), where=str(first["loc"][0])) from None


def _system_country() -> str | None:
    chosen = next((text for name in ("LC_ALL", "LC_MONETARY", "LANG") if (text := os.environ.get(name))), "")
    named = re.match(r"[a-z]{2,3}_([A-Z]{2})\b", chosen)
    if named and named[1] in _countries():
        return named[1]
    zone = _system_zone()
    return _country_of(zone) if zone else None


def _system_zone() -> str | None:
    text = os.environ.get("TZ", "").removeprefix(":")
    if not text and _LOCALTIME.is_symlink():
        text = str(_LOCALTIME.readlink())
    name = text.rpartition("zoneinfo/")[2]
    if name.removeprefix("Etc/") in ("UTC", "UCT", "Universal", "Zulu"):
        return "UTC"
    zone = get_global("zone_aliases").get(name, name)
    return zone if _country_of(zone) else None


def _countries() -> frozenset[str]:
    return frozenset(code for code in get_global("zone_territories").values() if code.isalpha() and code != "ZZ")


def _country_of(zone: str) -> str | None:
    code = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone))
    return code if code in _countries() else None


def _zones_of(country: str) -> list[str]:
    return sorted(zone for zone, code in get_global("zone_territories").items() if code == country)


def _main_zone(zones: list[str]) -> str:
    return next((zone for zone in zones if zone in MAIN_ZONES), zones[0] if zones else "UTC")


def _currency_of(country: str) -> str | None:
    if country in _NEWER:
        return _NEWER[country]
    codes = get_territory_currencies(country) if country in _countries() else []
    return next((code for code in codes if code.startswith(country)), codes[0] if codes else None)


def _payers(currency: str) -> list[str]:
    return sorted(country for country in _countries() if _currency_of(country) == currency)


def _main_payer(currency: str | None, payers: list[str], here: str | None) -> str | None:
    if currency is None or not payers:
        return None
    likely = (here, MAIN_COUNTRIES.get(currency), currency[:2], payers[0])
    return next(country for country in likely if country in payers)
