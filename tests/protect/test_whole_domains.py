"""A no to a whole domain holds everybody there back, however it is spelt; a yes to one lets nobody be written to."""

from __future__ import annotations

import pyarrow as pa
import pytest

from coterie.identifiers import identity_of, keys_of
from coterie.protect import address_key, hold_unread, permissions
from coterie.store import Ledger
from tests.protect.test_permission import DAY, KEY, NOW, ask, ledger, record

__all__ = ["ledger"]
ANN = {"state": "granted", "value": "ann@x.example", "occurred_at": NOW - 3 * DAY}


@pytest.fixture(params=[20_000, 0], ids=["few", "everybody"])
def whole_from(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coterie.protect.permission._WHOLE_READ", request.param)


@pytest.mark.usefixtures("whole_from")
@pytest.mark.parametrize(
    ("value", "address", "is_held"),
    [
        pytest.param("*@x.example", "ann@x.example", True, id="a-star"),
        pytest.param("@x.example", "ann@x.example", True, id="nothing-before-the-sign"),
        pytest.param("%@X.Example", "ann@x.example", True, id="as-databases-write-it"),
        pytest.param(" mailto:*@x.example ", "ann@x.example", True, id="dressed"),
        pytest.param("*@bücher.example", "ann@xn--bcher-kva.example", True, id="not-ascii"),
        pytest.param("*@googlemail.com", "a.nn@gmail.com", True, id="two-names-of-one-house"),
        pytest.param("*@x.example", "ann@sub.x.example", False, id="not-below-it"),
        pytest.param("*@x.example", "ann@yx.example", False, id="not-one-that-ends-alike"),
        pytest.param("a*@x.example", "ann@x.example", False, id="a-star-within-an-address"),
    ],
)
def test_whom_a_domain_is(ledger: Ledger, value: str, address: str, is_held: bool) -> None:
    record(ledger, ANN | {"value": address}, {"state": "denied", "value": value})
    assert ask(ledger, f"email:{address}") == ("consent_denied" if is_held else None)


@pytest.mark.usefixtures("whole_from")
def test_any_address_of_a_person_counts_and_nobody_else_is_held(ledger: Ledger) -> None:
    record(ledger, ANN, ANN | {"value": "ann@y.example"}, {"state": "denied", "value": "*@x.example"})
    assert ask(ledger, "email:ann@y.example", "email:ann@x.example") == "consent_denied"
    assert ask(ledger, "email:ann@y.example", "phone:+4791234567") is None


@pytest.mark.usefixtures("whole_from")
def test_a_yes_of_a_domain_permits_nobody_and_ends_its_no(ledger: Ledger) -> None:
    record(ledger, {"state": "granted", "value": "*@x.example"})
    assert ask(ledger, "email:ann@x.example") == "no_consent"
    record(ledger, ANN, {"state": "denied", "value": "*@x.example", "occurred_at": NOW - DAY / 2})
    assert ask(ledger, "email:ann@x.example") == "consent_denied"
    record(ledger, ANN | {"occurred_at": NOW - DAY / 3})
    assert ask(ledger, "email:ann@x.example") == "consent_denied", "one of them does not speak for all"
    record(ledger, {"state": "granted", "value": "*@x.example", "occurred_at": NOW - DAY / 4})
    assert ask(ledger, "email:ann@x.example") is None


@pytest.mark.usefixtures("whole_from")
def test_a_domain_whose_row_waits_holds_everybody_there(ledger: Ledger) -> None:
    record(ledger, ANN)
    hold_unread(ledger, pa.table({"namespace": ["email"], "value": ["*@x.example"]}))
    assert ask(ledger, "email:ann@x.example") == "consent_unread"


def test_a_no_to_a_domain_holds_for_its_purpose_and_channel(ledger: Ledger) -> None:
    record(ledger, ANN | {"purpose": "service"}, {"state": "denied", "value": "*@x.example"})
    assert ask(ledger, "email:ann@x.example", purpose="service") is None
    people = pa.table(
        {
            "address_key": [address_key(KEY, "sms", "+4791234567")],
            "identities": [["email:ann@x.example", "phone:+4791234567"]],
        }
    )
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose="marketing", channel="sms", basis="opt_out", now=NOW)
    assert asked.to_pylist() == [None]


@pytest.mark.parametrize("value", ["@X.example", "%@x.example", "*@x.example", "＊@x.example", "<*@x.example>"])
def test_a_whole_domain_is_nobody_s_address(value: str) -> None:
    assert identity_of("email", value, "DE") == "email:*@x.example"
    assert keys_of("email", pa.array([value]), "DE").to_pylist() == [None]
