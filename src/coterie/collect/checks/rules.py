"""What values should be like, as data: rules by the name of a column, names of countries and currencies, and what the dimensions mean."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache

DIMENSIONS: dict[str, str] = {
    "completeness": "Share of the fields that hold a value, over the fields that the source maps.",
    "validity": "Share of the values that can be what they claim to be, and of the rows that were not refused.",
    "uniqueness": "Share of the rows and identifiers that occur only once.",
    "consistency": "Share of the checks between tables and columns that agree.",
    "timeliness": "1 while the last fact is at most a week old, falling to 0 at a year.",
    "accuracy": "Share of the values that are plausible: no stand-ins, no amounts far out of line.",
}
"""Each dimension of quality, with what its score means; English, to be said through ``coterie.words``."""

TABLES = ("customer_records", "orders", "order_lines", "products", "events", "costs")
"""The tables whose rows come from sources."""

OUR_OWN = frozenset(
    {
        "identifier_id",
        "profile_id",
        "source",
        "batch_id",
        "is_derived",
        "received_at",
        "context",
        "properties",
        "undone",
        "undoes",
        "rate",
        "stands_until",
        "unmatched",
    }
)
"""Columns that Coterie fills itself; nothing is asked of them."""


@dataclass(frozen=True)
class ColumnRule:
    """A claim about a column. ``bad`` is SQL, true for a value that breaks it, with ``{0}`` for the column.

    ``finding`` is what to say of ``{failing:,}`` values in ``{column}``. ``tables`` limits
    the rule; empty means every table that has the column. ``needs`` are further columns
    that the SQL speaks of. ``weight`` 0 keeps a rule from the score.
    """

    name: str
    column: str
    dimension: str
    bad: str
    finding: str
    tables: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    weight: float = 1.0


_SOLD = ("orders", "order_lines")

RULES: tuple[ColumnRule, ...] = (
    ColumnRule(
        "email_form", "email", "validity",
        r"NOT regexp_full_match({0}, '(mailto:|.*<)?[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;.<>]{{2,}}>?')",
        "{failing:,} {failing|value|values} of {column} {failing|is no e-mail address|are no e-mail addresses}.",
    ),
    ColumnRule(
        "email_stand_in", "email", "accuracy",
        r"regexp_matches(lower({0}), '^(test|none|noemail|no-reply|noreply|unknown|abc|asdf|xxx)@|@(test|none|noemail)\.')",
        "{failing:,} {failing|value|values} of {column} {failing|is a stand-in|are stand-ins} such as test@test.com.",
    ),
    ColumnRule(
        "phone_digits", "phone", "validity",
        r"length(regexp_replace({0}, '\D', '', 'g')) NOT BETWEEN 7 AND 15",
        "{failing:,} {failing|value|values} of {column} {failing|has|have} too few or too many digits for a telephone number.",
    ),
    ColumnRule(
        "phone_stand_in", "phone", "accuracy",
        r"regexp_full_match(regexp_replace({0}, '\D', '', 'g'), '0+|1+|9+|1234567(89?0?)?|123456789\d*')",
        "{failing:,} {failing|value|values} of {column} {failing|is a stand-in|are stand-ins} such as 0000000.",
    ),
    ColumnRule(
        "birth_range", "birth_date", "validity", "{0}::DATE < DATE '1900-01-01' OR {0}::DATE > $as_of::DATE",
        "{failing:,} {failing|value|values} of {column} {failing|lies|lie} before 1900 or in the future.",
    ),
    ColumnRule(
        "birth_first_of_january", "birth_date", "accuracy", "month({0}::DATE) = 1 AND day({0}::DATE) = 1",
        "{failing:,} {failing|value|values} of {column} {failing|is|are} the first of January, which forms put in by themselves.",
    ),
    ColumnRule("age_range", "age", "validity", "{0} < 0 OR {0} > 120", "{failing:,} {failing|value|values} of {column} {failing|lies|lie} outside 0 to 120."),
    ColumnRule(
        "currency_code", "currency", "validity", "upper({0}) NOT IN (SELECT unnest($currencies))",
        "{failing:,} {failing|value|values} of {column} {failing|is no ISO 4217 code|are no ISO 4217 codes}.",
    ),
    ColumnRule(
        "country_name", "country", "validity", "lower(trim({0})) NOT IN (SELECT unnest($countries))",
        "{failing:,} {failing|value|values} of {column} {failing|is|are} no country that Coterie knows.", weight=0.5,
    ),
    ColumnRule(
        "not_in_future", "occurred_at", "validity", "{0} > $as_of", "{failing:,} {failing|fact lies|facts lie} in the future.",
    ),
    ColumnRule(
        "not_too_old", "occurred_at", "validity", "{0} < TIMESTAMP '1990-01-01'", "{failing:,} {failing|fact lies|facts lie} before 1990.",
    ),
    ColumnRule(
        "joined_in_future", "joined_at", "validity", "{0} > $as_of", "{failing:,} {failing|value|values} of {column} {failing|lies|lie} in the future.",
    ),
    ColumnRule("price_negative", "unit_price", "validity", "{0} < 0", "{failing:,} {failing|value|values} of {column} {failing|is|are} negative."),
    ColumnRule("price_zero", "unit_price", "accuracy", "{0} = 0", "{failing:,} {failing|value|values} of {column} {failing|is|are} zero."),
    ColumnRule("list_price_negative", "price", "validity", "{0} < 0", "{failing:,} {failing|value|values} of {column} {failing|is|are} negative."),
    ColumnRule(
        "cost_above_price", "cost", "accuracy", "{0} > price", "{failing:,} {failing|product costs|products cost} more than {failing|it sells|they sell} for.", ("products",), ("price",)
    ),
    ColumnRule(
        "quantity_zero", "quantity", "validity", "{0} = 0 AND status = 'completed'", "{failing:,} {failing|row has|rows have} a quantity of zero.", _SOLD
    ),
    ColumnRule(
        "status_unpaid", "status", "validity", "{0} = 'unpaid'", "{failing:,} {failing|order or line was|orders or lines were} never paid: {failing|it does|they do} not count.", _SOLD, weight=0
    ),
    ColumnRule(
        "status_unclear", "status", "validity", "{0} = 'unclear'",
        "{failing:,} {failing|order or line has|orders or lines have} a status that says nothing known: {failing|it does|they do} not count until the mapping's values say what it means.", _SOLD
    ),
    ColumnRule(
        "amount_left_unknown", "status", "completeness", "{0} = 'completed' AND revenue IS NULL",
        "Of {failing:,} {failing|order or line|orders or lines} a part was refunded that no column tells: what is left of {failing|it|them} is not known.", _SOLD, ("revenue",)
    ),
    ColumnRule(
        "sign_of_amount", "revenue", "consistency",
        "status = 'completed' AND {0} < 0", "{failing:,} completed {failing|sale has|sales have} a negative amount.", _SOLD, ("status",),
    ),
    ColumnRule(
        "amount_is_product", "revenue", "consistency",
        "abs(abs({0}) + coalesce(abs(discount), 0) - abs(quantity * unit_price)) > 0.02 * greatest(abs({0}), 1) + 0.01 "
        "AND abs(abs({0}) - abs(quantity * unit_price)) > 0.02 * greatest(abs({0}), 1) + 0.01",
        "{failing:,} {failing|line has|lines have} an amount that is not quantity times price, with or without the discount.",
        ("order_lines",), ("quantity", "unit_price", "discount"),
    ),
    ColumnRule(
        "amount_far_out", "revenue", "accuracy", "abs({0}) > 1000 * $typical_{table}_revenue",
        "{failing:,} {failing|amount is|amounts are} more than a thousand times the usual one.", _SOLD,
    ),
    ColumnRule("spend_negative", "amount", "validity", "{0} < 0", "{failing:,} {failing|value|values} of {column} {failing|is|are} negative.", ("costs",)),
    ColumnRule(
        "clicks_above_impressions", "clicks", "consistency", "{0} > impressions",
        "{failing:,} {failing|row has|rows have} more clicks than impressions.", ("costs",), ("impressions",),
    ),
)  # fmt: skip

IMPORTANT: dict[str, tuple[str, ...]] = {
    "customer_records": (
        "email",
        "phone",
        "name",
        "first_name",
        "last_name",
        "gender",
        "birth_date",
        "country",
        "city",
        "joined_at",
    ),
    "orders": ("profile_id", "revenue", "occurred_at", "quantity", "currency"),
    "order_lines": ("profile_id", "product_id", "quantity", "unit_price", "revenue", "occurred_at"),
    "products": ("name", "category", "brand", "price"),
    "events": ("profile_id", "occurred_at", "name"),
    "costs": ("amount", "channel", "campaign"),
}
"""Columns that weigh double in completeness, because segments are made of them."""


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
