"""Who may sign in, by which links, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coterie.errors import NotPermitted, Refused, UnknownName
from coterie.protect import WorkspaceKey
from coterie.protect.team import FIRST_LINK_FOR, INVITED_FOR, ROLES, SIGNED_IN_FOR, Team
from coterie.store import open_ledger

WORDS = "correct horse battery"


class Clock:
    at = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def team(clock: Clock) -> Team:
    team = Team(open_ledger(None, b"k" * 32), WorkspaceKey(b"k" * 32), clock)
    team.accept(team.invite("owner"), email="ann@shop.example", name="Ann", password=WORDS)
    return team


def test_a_link_works_once_and_gives_the_role_that_it_was_made_for(team: Team) -> None:
    link = team.invite("analyst", actor="ann@shop.example")
    came = team.accept(link, email=" Bob@Shop.Example ", name="", password=WORDS)
    assert (came.user.email, came.user.name, came.user.role) == ("bob@shop.example", "bob@shop.example", "analyst")
    with pytest.raises(Refused, match="used or has run out"):
        team.accept(link, email="cem@shop.example", name="Cem", password=WORDS)
    assert [each.email for each in team.users()] == ["ann@shop.example", "bob@shop.example"]
    assert team.invitations() == []


@pytest.mark.parametrize("lasts", [INVITED_FOR, FIRST_LINK_FOR])
def test_a_link_runs_out(team: Team, clock: Clock, lasts: timedelta) -> None:
    link = team.invite("viewer", lasts=lasts)
    clock.at += lasts - timedelta(seconds=1)
    assert len(team.invitations()) == 1
    clock.at += timedelta(seconds=1)
    assert team.invitations() == []
    with pytest.raises(Refused, match="run out"):
        team.accept(link, email="bob@shop.example", name="Bob", password=WORDS)


def test_a_link_that_was_withdrawn_lets_nobody_in(team: Team) -> None:
    link = team.invite("viewer")
    [made] = team.invitations()
    assert team.withdraw(made.hash)
    assert not team.withdraw(made.hash)
    with pytest.raises(Refused, match="used"):
        team.accept(link, email="bob@shop.example", name="Bob", password=WORDS)


def test_a_link_that_was_used_is_not_withdrawn(team: Team) -> None:
    assert not team.withdraw(team.hash_of(team.invite("viewer") + "x", "invitation"))
    link = team.invite("viewer")
    team.accept(link, email="bob@shop.example", name="Bob", password=WORDS)
    assert not team.withdraw(team.hash_of(link, "invitation"))


def test_a_link_makes_nobody_of_an_address_that_has_a_user(team: Team) -> None:
    link = team.invite("viewer")
    with pytest.raises(Refused, match="ann@shop.example is a user already"):
        team.accept(link, email="ANN@shop.example", name="Not Ann", password=WORDS)
    assert team.sign_in("ann@shop.example", WORDS).user.name == "Ann"
    assert len(team.invitations()) == 1, "the link was not used up"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "10 to 200 characters; this one has 5"),
        ("x" * 201, "this one has 201"),
        ("aaaaaaaaaaaa", "guessed at once"),
        ("bob@shop.example", "guessed at once"),
    ],
)
def test_a_password_that_is_guessed_is_refused(team: Team, password: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        team.accept(team.invite("viewer"), email="bob@shop.example", name="Bob", password=password)
    with pytest.raises(Refused, match=why):
        team.change_password("ann@shop.example", WORDS, password if "bob" not in password else "ann@shop.example")


@pytest.mark.parametrize("email", ["mailto:bob@shop.example", "Bob <BOB@shop.example>"])
def test_an_address_is_taken_however_it_is_spelt(team: Team, email: str) -> None:
    assert team.accept(team.invite("viewer"), email=email, name="Bob", password=WORDS).user.email == "bob@shop.example"


@pytest.mark.parametrize("email", ["", "bob", "bob@", "@shop.example", "bob@shop..example"])
def test_a_user_has_an_address(team: Team, email: str) -> None:
    with pytest.raises(Refused, match="no e-mail address"):
        team.accept(team.invite("viewer"), email=email, name="Bob", password=WORDS)


@pytest.mark.parametrize(
    ("email", "password"), [("ann@shop.example", f"{WORDS}x"), ("ann@shop.example", ""), ("bob@shop.example", WORDS)]
)
def test_who_is_not_known_by_address_and_password_hears_one_sentence(team: Team, email: str, password: str) -> None:
    with pytest.raises(Refused, match="^the address or the password is wrong$"):
        team.sign_in(email, password)
    assert len(team.sessions()) == 1, "that of who came by the link"


def test_a_session_lasts_until_it_runs_out(team: Team, clock: Clock) -> None:
    session = team.hash_of(team.sign_in("ann@shop.example", WORDS).token)
    clock.at += SIGNED_IN_FOR - timedelta(seconds=1)
    assert team.standing()[session].email == "ann@shop.example"
    clock.at += timedelta(seconds=1)
    assert team.standing() == {}
    assert team.sessions() == []


def test_signing_out_ends_one_session(team: Team) -> None:
    here, there = (team.hash_of(team.sign_in("ann@shop.example", WORDS).token) for _ in range(2))
    assert team.sign_out(here)
    assert not team.sign_out(here)
    assert there in team.standing()
    assert here not in team.standing()


def test_another_password_ends_every_session(team: Team) -> None:
    team.change_password("ann@shop.example", WORDS, "staple battery horse")
    assert team.standing() == {}
    with pytest.raises(Refused, match="wrong"):
        team.sign_in("ann@shop.example", WORDS)
    assert team.sign_in("ann@shop.example", "staple battery horse").user.role == "owner"
    with pytest.raises(Refused, match="wrong"):
        team.change_password("ann@shop.example", WORDS, "another battery horse")


def test_who_is_removed_is_out_at_once_and_may_come_again(team: Team) -> None:
    bob = team.accept(team.invite("marketer"), email="bob@shop.example", name="Bob", password=WORDS)
    team.remove("Bob@shop.example", actor="ann@shop.example")
    assert team.hash_of(bob.token) not in team.standing()
    with pytest.raises(Refused, match="wrong"):
        team.sign_in("bob@shop.example", WORDS)
    with pytest.raises(UnknownName, match=r"no user named 'bob@shop\.example'"):
        team.remove("bob@shop.example")
    team.accept(team.invite("viewer"), email="bob@shop.example", name="Bob", password="staple battery horse")
    assert team.sign_in("bob@shop.example", "staple battery horse").user.role == "viewer"


def test_another_role_holds_at_once(team: Team) -> None:
    bob = team.accept(team.invite("viewer"), email="bob@shop.example", name="Bob", password=WORDS)
    team.give_role("bob@shop.example", "owner")
    assert team.standing()[team.hash_of(bob.token)].role == "owner"
    team.give_role("ann@shop.example", "analyst")
    with pytest.raises(UnknownName, match="no role named 'king'"):
        team.give_role("bob@shop.example", "king")
    with pytest.raises(UnknownName, match="no role named 'king'"):
        team.invite("king")


def test_there_is_always_an_owner(team: Team) -> None:
    team.accept(team.invite("marketer"), email="bob@shop.example", name="Bob", password=WORDS)
    with pytest.raises(NotPermitted, match="has to be an owner"):
        team.remove("ann@shop.example")
    with pytest.raises(NotPermitted, match="has to be an owner"):
        team.give_role("ann@shop.example", "marketer")
    assert team.sign_in("ann@shop.example", WORDS).user.role == "owner"


def test_what_was_done_is_in_the_audit_and_no_secret_is(team: Team) -> None:
    link = team.invite("marketer", actor="ann@shop.example")
    bob = team.accept(link, email="bob@shop.example", name="Bob", password="staple battery horse")
    with pytest.raises(Refused):
        team.sign_in("bob@shop.example", "a wrong password")
    team.sign_out(team.hash_of(bob.token), actor="bob@shop.example")
    team.give_role("bob@shop.example", "viewer", actor="ann@shop.example")
    team.remove("bob@shop.example", actor="ann@shop.example")
    with team.ledger.reading() as t:
        entries = list(t.audit.entries())
    assert [(each.act, each.subject, each.actor) for each in entries[2:]] == [
        ("user invited", "marketer", "ann@shop.example"),
        ("user joined", "bob@shop.example", "bob@shop.example"),
        ("sign-in refused", "bob@shop.example", "bob@shop.example"),
        ("session ended", "bob@shop.example", "bob@shop.example"),
        ("role given", "bob@shop.example", "ann@shop.example"),
        ("user removed", "bob@shop.example", "ann@shop.example"),
    ]
    told = repr(entries)
    assert not any(secret in told for secret in (link, bob.token, "staple", "argon2"))
    assert team.ledger.breaches() == []


def test_every_role_allows_what_the_one_below_does() -> None:
    viewer, analyst, marketer, owner = (ROLES[each] for each in ("viewer", "analyst", "marketer", "owner"))
    assert viewer < analyst < marketer < owner
