"""Names of countries and currencies as codes, whatever their spelling or language."""

from __future__ import annotations

import gettext
from functools import cache

_COMMON_COUNTRIES = {
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "america": "US", "uk": "GB", "u.k.": "GB",
    "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "eire": "IE", "holland": "NL", "russia": "RU", "south korea": "KR", "korea": "KR", "north korea": "KP", "czech republic": "CZ",
    "uae": "AE", "ivory coast": "CI", "cape verde": "CV", "rsa": "ZA", "prc": "CN", "mainland china": "CN", "channel islands": "JE",
    "vietnam": "VN", "taiwan": "TW", "hong kong": "HK", "macau": "MO", "deutschland": "DE", "españa": "ES", "italia": "IT",
    "brasil": "BR", "turkey": "TR", "swaziland": "SZ", "burma": "MM", "macedonia": "MK",
    "美国": "US", "英国": "GB", "中国": "CN", "中国大陆": "CN", "中国香港": "HK", "中国台湾": "TW", "中国澳门": "MO", "台湾": "TW", "香港": "HK", "澳门": "MO",
    "韩国": "KR", "朝鲜": "KP", "俄罗斯": "RU", "越南": "VN", "台灣": "TW",
}  # fmt: skip
_COMMON_CURRENCIES = {
    "$": "USD", "us$": "USD", "£": "GBP", "€": "EUR", "¥": "CNY", "￥": "CNY", "rmb": "CNY", "yuan": "CNY", "元": "CNY",
    "人民币": "CNY", "美元": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "港币": "HKD", "港元": "HKD", "euro": "EUR",
    "dollar": "USD", "pound": "GBP", "sterling": "GBP", "₹": "INR", "cnh": "CNY",
}  # fmt: skip
NO_COUNTRY = frozenset({"", "unspecified", "unknown", "other", "n/a", "european community", "eu"})
"""What stands in columns of countries and is none."""


def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country named in English or Chinese or by a code; None if there is none.

    >>> [country_code(name) for name in ("United Kingdom", "EIRE", "usa", "德国", "DEU", "fr", "Atlantis")]
    ['GB', 'IE', 'US', 'DE', 'DE', 'FR', None]
    """
    return countries().get(name.strip().lower())


def currency_code(name: str) -> str | None:
    """The ISO 4217 code of a currency named by code, sign or word; None if there is none.

    >>> [currency_code(name) for name in ("usd", "￥", "人民币", "Euro", "gold")]
    ['USD', 'CNY', 'CNY', 'EUR', None]
    """
    bare = name.strip()
    return bare.upper() if bare.upper() in currencies() else _COMMON_CURRENCIES.get(bare.lower())


@cache
def countries() -> dict[str, str]:
    """Every known name of a country in lower case → its alpha-2 code."""
    import pycountry

    chinese = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["zh_CN"], fallback=True)
    found: dict[str, str] = {}
    for country in pycountry.countries:
        code = str(country.alpha_2)
        names = [country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")]
        for name in (code, country.alpha_3, *names, *(chinese.gettext(name) for name in names if name)):
            if name:
                found.setdefault(str(name).lower(), code)
    return found | _COMMON_COUNTRIES


@cache
def currencies() -> frozenset[str]:
    """Every ISO 4217 code."""
    import pycountry

    return frozenset(str(currency.alpha_3) for currency in pycountry.currencies)
