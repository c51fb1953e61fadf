"""How identifiers are written: one normalizer and block list for each namespace, used by every room."""

from __future__ import annotations

from coterie.identifiers.accounts import beside_several_sql, sources_of_accounts_sql
from coterie.identifiers.domains import WHOLE_DOMAIN, are_domains, domains_of
from coterie.identifiers.forms import addresses_of, former_identities, identities_of, identity_of, keys_of
from coterie.identifiers.matching import CROWDED_FROM, FILLER, MATCHERS, Matcher, matcher_for
from coterie.identifiers.nobody import MASK, NOBODY, is_masked, stands_for_nobody
from coterie.identifiers.text import addresses_in

__all__ = [
    "CROWDED_FROM",
    "FILLER",
    "MASK",
    "MATCHERS",
    "NOBODY",
    "WHOLE_DOMAIN",
    "Matcher",
    "addresses_in",
    "addresses_of",
    "are_domains",
    "beside_several_sql",
    "domains_of",
    "former_identities",
    "identities_of",
    "identity_of",
    "is_masked",
    "keys_of",
    "matcher_for",
    "sources_of_accounts_sql",
    "stands_for_nobody",
]
