"""The one spelling of an identifier, for every room that compares, looks up, blocks or sends; and the spellings of before."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.domains import SPELT_DOMAIN, are_domains
from coterie.identifiers.matching import matcher_named
from coterie.identifiers.nobody import is_masked
from coterie.identifiers.text import plain


def keys_of(namespace: str, values: pa.Array, country: str) -> pa.StringArray:
    """The key of each value: equal keys are one identifier. Null for what cannot be one.

    ``country`` (ISO 3166) is where numbers without a country code are dialled; empty where
    it is not known, and then such numbers have no key.

    >>> keys_of("email", pa.array(["Ann <a.nn@GMAIL.com>", "mailto:jo@bücher.example", "nobody"]), "US").to_pylist()
    ['ann@gmail.com', 'jo@xn--bcher-kva.example', None]
    >>> keys_of("phone", pa.array(["600 111 221", "+34600111221"]), "ES").to_pylist()
    ['+34600111221', '+34600111221']
    """
    return matcher_named(namespace).normalize(_text(values), country)


def addresses_of(namespace: str, values: pa.Array, country: str) -> pa.StringArray:
    """Each value as it is to be written to: its key, but an e-mail address with its own letters, dots and tag.

    >>> addresses_of("email", pa.array(["Ann <a.nn+shop@GMAIL.com>", "nobody"]), "US").to_pylist()
    ['a.nn+shop@gmail.com', None]
    """
    matcher = matcher_named(namespace)
    keys, spell = matcher.normalize(_text(values), country), matcher.address
    if spell is None:
        return keys
    return cast("pa.StringArray", pc.if_else(pc.is_valid(keys), spell(_text(values), country), None))


def identities_of(namespaces: pa.Array, values: pa.Array, country: str) -> pa.Array:
    """``namespace:key`` of each pair, as text; what has no key stays as it was written, without what copying adds.

    A whole domain of e-mail addresses, which is no key, is ``email:*@`` and the domain however it is spelt.

    >>> identities_of(pa.array(["email", "phone", "customer_id"]), pa.array(["A@x.de", "n/a", "'007"]), "DE").to_pylist()
    ['email:a@x.de', 'phone:n/a', 'customer_id:007']
    """
    text = _text(values)
    forms = text
    for namespace in pc.unique(namespaces).to_pylist():
        chosen = pc.fill_null(pc.equal(namespaces, namespace), False)
        mine = text.filter(chosen)
        spelt = pc.coalesce(keys_of(namespace or "", mine, country), _as_written(namespace or "", mine))
        forms = pc.replace_with_mask(forms, chosen, spelt)
    return pc.binary_join_element_wise(namespaces.cast(pa.string()), forms, ":")


def identity_of(namespace: str, value: str, country: str) -> str:
    """``namespace:key`` of one value.

    >>> identity_of("email", " Ann@Example.com", "US")
    'email:ann@example.com'
    """
    found = identities_of(pa.array([namespace], pa.string()), pa.array([value], pa.string()), country)
    return cast("str", found[0].as_py())


def _domain(values: pa.StringArray) -> pa.StringArray:
    """``*@`` and the domain, spelt as in addresses there, of each value that stands for a whole one; else null."""
    matcher = matcher_named("email")
    bare = values if matcher.address is None else matcher.address(values, "")
    of_some = pc.replace_substring_regex(bare, SPELT_DOMAIN, "x@")
    keys = matcher.normalize(pc.if_else(are_domains(bare), of_some, None), "")
    return cast("pa.StringArray", pc.replace_substring_regex(keys, r"^[^@]*@", "*@"))


def _as_written(namespace: str, values: pa.StringArray) -> pa.StringArray:
    if namespace == "email" and pc.any(pc.match_substring_regex(values, r"(^|[^\w.+-])@")).as_py():
        return cast("pa.StringArray", pc.coalesce(_domain(values), _plainly(namespace, values)))
    return _plainly(namespace, values)


def _plainly(namespace: str, values: pa.StringArray) -> pa.StringArray:
    text = pc.if_else(is_masked(values), values, pc.fill_null(plain(values), ""))
    if namespace == "phone":
        digits = pc.replace_substring_regex(text, r"[^0-9]", "")
        number = pc.if_else(pc.starts_with(text, "+"), pc.binary_join_element_wise("+", digits, ""), digits)
        is_number = pc.and_not(pc.greater_equal(pc.utf8_length(digits), 4), is_masked(values))
        return cast("pa.StringArray", pc.if_else(is_number, number, text))
    return cast("pa.StringArray", pc.utf8_lower(text) if namespace == "email" else text)


def _text(values: pa.Array) -> pa.StringArray:
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return cast("pa.StringArray", whole.cast(pa.string()))


def former_identities(identities: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Former spellings of ``namespace:key``, and the place of the identity that each is of.

    Phone numbers were kept as the digits that were typed: with or without the country's
    code, a zero or two before it. E-mail addresses and other keys are spelt as they were.

    >>> former_identities(pa.array(["email:a@x.de", "phone:+4915123456789"]))[0].to_pylist()
    ['phone:15123456789', 'phone:015123456789', 'phone:4915123456789', 'phone:004915123456789', 'phone:+494915123456789']
    """
    is_phone = pc.fill_null(pc.starts_with(identities, "phone:+"), False)
    if not pc.any(is_phone).as_py():
        return pa.array([], pa.string()), pa.array([], pa.int64())
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    places = pc.indices_nonzero(is_phone).cast(pa.int64())
    digits = pc.utf8_slice_codeunits(identities.filter(is_phone), len("phone:+"))
    codes = "|".join(map(str, COUNTRY_CODE_TO_REGION_CODE))
    national = pc.replace_substring_regex(digits, f"^({codes})", "")
    forms = [
        pc.binary_join_element_wise("phone:", before, number, "")
        for number, before in ((national, ""), (national, "0"), (digits, ""), (digits, "00"))
    ]
    # A German number with its code and no sign before it was taken for one within Germany.
    is_german = pc.starts_with(digits, "49")
    twice = pc.binary_join_element_wise("phone:+49", digits.filter(is_german), "")
    return pa.concat_arrays([*forms, twice]), pa.concat_arrays([*([places] * len(forms)), places.filter(is_german)])
