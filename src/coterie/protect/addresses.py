"""One spelling of an address, so that a block or a refusal meets every spelling of it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from coterie.protect.keys import WorkspaceKey

CHANNEL_NAMESPACES = {"email": "email", "sms": "phone", "phone": "phone"}
"""Channel → namespace of the identifiers that are addresses on it."""

_SHAPE = (
    r"""^[^@\s"(),:;<>\[\]\\\x00-\x1f\x7f]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"""
)
_GMAIL = r"@(gmail|googlemail)\.com$"


def address_forms(namespace: str, values: pa.Array) -> pa.Array:
    """The one spelling of each value; null for what cannot be an address.

    E-mail: lower case, international domains in ASCII, Gmail without dots and what follows
    a plus (Gmail's own rule). Phone: digits with a leading plus where there was one.
    Other namespaces: trimmed.

    >>> address_forms("email", pa.array(["Ann.B+x@GMAIL.com", "ann@bücher.example", "nobody"])).to_pylist()
    ['annb@gmail.com', 'ann@xn--bcher-kva.example', None]
    """
    text = pc.utf8_trim_whitespace(pc.utf8_normalize(values.cast(pa.string()), form="NFKC"))
    if namespace == "phone":
        digits = pc.replace_substring_regex(text, r"[^0-9]", "")
        text = pc.if_else(pc.starts_with(text, "+"), pc.binary_join_element_wise("+", digits, ""), digits)
        return pc.if_else(pc.greater_equal(pc.utf8_length(digits), 4), text, None)
    if namespace != "email":
        return pc.if_else(pc.equal(text, ""), None, text)
    text = _with_ascii_domains(pc.utf8_lower(text))
    local = pc.replace_substring(pc.replace_substring_regex(text, r"(\+.*)?@.*$", ""), ".", "")
    gmail = pc.binary_join_element_wise(local, "gmail.com", "@")
    text = pc.if_else(pc.match_substring_regex(text, _GMAIL), gmail, text)
    return pc.if_else(pc.match_substring_regex(text, _SHAPE), text, None)


def _with_ascii_domains(text: pa.Array) -> pa.Array:
    foreign = pc.fill_null(pc.match_substring_regex(text, r"[^\x00-\x7f]"), False)
    if not pc.any(foreign).as_py():
        return text
    import idna  # comes with email-validator

    def ascii_domain(address: str) -> str | None:
        local, _, domain = address.rpartition("@")
        try:
            return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
        except idna.IDNAError:
            return None

    changed = pa.array([ascii_domain(value) for value in text.filter(foreign).to_pylist()], pa.string())
    return pc.replace_with_mask(text, foreign, changed)


def identity_of(namespace: str, value: str) -> str:
    """``namespace:value`` in its one spelling; a value that is no address stays as it is, trimmed.

    >>> identity_of("email", " Ann@Example.com")
    'email:ann@example.com'
    """
    form = address_forms(namespace, pa.array([value], pa.string()))[0].as_py()
    return f"{namespace}:{form if form is not None else value.strip()}"


def identities_of(namespaces: pa.Array, values: pa.Array) -> pa.Array:
    """``namespace:value`` of each pair, in its one spelling, as text."""
    forms = pc.utf8_trim_whitespace(values.cast(pa.string()))
    for namespace in pc.unique(namespaces).to_pylist():
        chosen = pc.fill_null(pc.equal(namespaces, namespace), False)
        mine = values.filter(chosen)
        spelt = pc.coalesce(address_forms(namespace or "", mine), pc.utf8_trim_whitespace(mine.cast(pa.string())))
        forms = pc.replace_with_mask(forms, chosen, spelt)
    return pc.binary_join_element_wise(namespaces.cast(pa.string()), forms, ":")


def address_keys(key: WorkspaceKey, identities: pa.Array) -> pa.Array:
    """The keyed hash of each ``namespace:value``, by which suppressions are kept."""
    distinct = pc.unique(identities)
    hashed = pa.array(key.hashes_of("address", distinct.to_pylist()), pa.string())
    return hashed.take(pc.index_in(identities, value_set=distinct))


def address_key(key: WorkspaceKey, channel: str, address: str) -> str:
    """The keyed hash of one address on a channel.

    >>> key = WorkspaceKey(b"k" * 32)
    >>> address_key(key, "email", "A@x.example") == address_key(key, "email", "a@X.example ")
    True
    """
    return key.hash_of("address", identity_of(CHANNEL_NAMESPACES.get(channel, channel), address))
