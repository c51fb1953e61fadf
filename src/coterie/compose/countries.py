"""What a country's law asks of a marketing e-mail, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CountryPack:
    """``subject_prefix``: language → words every marketing subject begins with; ``law``: where that is written."""

    subject_prefix: Mapping[str, str]
    law: str


COUNTRY_PACKS: Mapping[str, CountryPack] = {
    "CN": CountryPack(
        subject_prefix={"zh": "广告：", "en": "AD: "},
        law="MIIT Order 38 (Measures for the Administration of Internet E-mail Services), article 13",
    ),
}


def with_prefix(subject: str, country: str | None, language: str) -> str:
    """``subject`` as ``country`` (ISO 3166) wants marketing to begin.

    >>> with_prefix("New tea", "CN", "en"), with_prefix("新茶上市", "CN", "zh"), with_prefix("New tea", "GB", "en")
    ('AD: New tea', '广告：新茶上市', 'New tea')
    """
    pack = COUNTRY_PACKS.get((country or "").upper())
    if pack is None:
        return subject
    prefix = pack.subject_prefix.get(language.partition("-")[0], pack.subject_prefix["en"])
    return subject if subject.startswith(prefix.rstrip(": ：")) else prefix + subject
