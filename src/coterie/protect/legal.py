"""On what ground a message may be sent: the rule as data, by country."""

from __future__ import annotations

from typing import Literal

from coterie.errors import NotPermitted
from coterie.words import joined, sentence

LegalBasis = Literal["opt_in", "soft_opt_in", "opt_out", "contract"]
"""``opt_in``: a granted consent is needed. ``soft_opt_in``: or a purchase, unless the person said
no. ``opt_out``: anybody who has not said no. ``contract``: the message is part of a service."""

_EUROPE = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GB",
    "GR",
    "HR",
    "HU",
    "IE",
    "IS",
    "IT",
    "LI",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]

BASES: dict[str, frozenset[LegalBasis]] = {
    **dict.fromkeys(_EUROPE, frozenset({"opt_in", "soft_opt_in", "contract"})),  # ePrivacy 13(2), PECR 22(3)
    "US": frozenset({"opt_in", "soft_opt_in", "opt_out", "contract"}),  # CAN-SPAM
    "CN": frozenset({"opt_in", "contract"}),  # PIPL 14; MIIT Order 38 art. 13
}
"""Country → bases its law admits for e-mail. A country that is not listed admits the strictest."""

STRICTEST: frozenset[LegalBasis] = frozenset({"opt_in", "contract"})


def check_basis(basis: LegalBasis, country: str) -> LegalBasis:
    """``basis`` where the pack of ``country`` admits it; ``NotPermitted`` naming those that are otherwise.

    >>> check_basis("soft_opt_in", "CN")
    Traceback (most recent call last):
    coterie.errors.NotPermitted: the rules kept for CN do not admit the basis 'soft_opt_in'; use contract or opt_in
    """
    admitted = BASES.get(country, STRICTEST)
    if basis not in admitted:
        known = joined(sorted(admitted), " or ")
        raise NotPermitted(
            sentence(
                "the rules kept for {country} do not admit the basis {basis!r}; use {known}",
                country=country,
                basis=basis,
                known=known,
            )
        )
    return basis
