"""Whole domains of e-mail addresses, as lists of refusals name them: they are nobody's address, and everybody's there."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

SPELT_DOMAIN = r"^[*%＊]?@"
"""How a value begins that stands for all addresses of a domain (RE2): ``*@x.example``, ``@x.example``."""
WHOLE_DOMAIN = "email:*@"
"""How the identity of a whole domain begins."""


def are_domains(values: pa.StringArray) -> pa.BooleanArray:
    """Whether each value stands for all addresses of a domain; false for null.

    >>> are_domains(pa.array(["*@x.example", " @x.example", "a*@x.example", "ann@x.example", None])).to_pylist()
    [True, True, False, False, False]
    """
    text = pc.utf8_trim_whitespace(values)
    return cast("pa.BooleanArray", pc.fill_null(pc.match_substring_regex(text, SPELT_DOMAIN), False))


def domains_of(identities: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The domain of each e-mail address among ``namespace:key``, as an identity, and the place of the address.

    >>> domains_of(pa.array(["customer_id:7", "email:ann@x.example"]))[0].to_pylist()
    ['email:*@x.example']
    """
    is_address = pc.fill_null(pc.match_substring_regex(identities, r"^email:[^@]*@[^@]+$"), False)
    domain = pc.replace_substring_regex(identities.filter(is_address).cast(pa.string()), r"^[^@]*@", WHOLE_DOMAIN)
    return domain, pc.indices_nonzero(is_address).cast(pa.int64())
