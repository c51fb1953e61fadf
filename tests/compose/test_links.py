"""Unsubscribe links: ours, unreadable, the same every time."""

from __future__ import annotations

import string
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.compose import UnsubscribeClaim, read_unsubscribe, sign_unsubscribe, unsubscribe_url
from coterie.errors import BadSetting, NotPermitted

KEY, OTHER = b"k" * 32, b"o" * 32
CLAIM = UnsubscribeClaim("4f2a", 7_001, "spring-sale", "email", "marketing")


@given(st.builds(UnsubscribeClaim, st.text(), st.integers(0, 2**63 - 1), st.text(), st.text(), st.text()))
def test_a_link_says_again_what_was_put_in(claim: UnsubscribeClaim) -> None:
    token = sign_unsubscribe(claim, KEY)
    assert read_unsubscribe(token, [KEY]) == claim
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert sign_unsubscribe(claim, KEY) == token


def test_nothing_can_be_read_in_a_link() -> None:
    raw = urlsafe_b64decode(sign_unsubscribe(CLAIM, KEY) + "===")
    assert not any(word in raw for word in (b"spring", b"7001", b"4f2a", b"email", b"marketing"))


def test_every_changed_letter_is_noticed() -> None:
    token = sign_unsubscribe(CLAIM, KEY)
    letters = string.ascii_letters + string.digits + "-_"
    forged = [token[:at] + letters[(letters.index(token[at]) + 1) % 64] + token[at + 1 :] for at in range(len(token))]
    forged += [token[:-1], token + "A", token + "=", token.swapcase(), "", "..", "é", token + "\n", " " + token]
    accepted = []
    for attempt in forged:
        try:
            accepted.append(read_unsubscribe(attempt, [KEY]))
        except NotPermitted:
            continue
    assert accepted == []


def test_another_key_makes_no_links_of_ours() -> None:
    with pytest.raises(NotPermitted, match="was not made here"):
        read_unsubscribe(sign_unsubscribe(CLAIM, OTHER), [KEY])


def test_links_outlive_a_change_of_key() -> None:
    assert read_unsubscribe(sign_unsubscribe(CLAIM, OTHER), [KEY, OTHER]) == CLAIM


def test_a_short_key_is_refused() -> None:
    with pytest.raises(BadSetting):
        sign_unsubscribe(CLAIM, b"short")


def test_the_address_has_one_slash() -> None:
    assert unsubscribe_url("https://a.example/shop/", "t") == "https://a.example/shop/unsubscribe/t"
