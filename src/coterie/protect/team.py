"""Who works with the workspace: users with a role, links by which they come, and where they are signed in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from coterie.domain import Clock, who_acts
from coterie.errors import NotPermitted, Refused, UnknownName
from coterie.identifiers import WHOLE_DOMAIN, identity_of
from coterie.protect.keys import WorkspaceKey
from coterie.store import Invitation, Ledger, Session, Transaction, User
from coterie.words import sentence

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset({"read", "manage", "reach", "admin"}),
    "marketer": frozenset({"read", "manage", "reach"}),
    "analyst": frozenset({"read", "manage"}),
    "viewer": frozenset({"read"}),
}
"""Role → what it allows: a ``viewer`` looks, an ``analyst`` loads and defines too, a ``marketer`` writes to people besides,
an ``owner`` invites others, makes keys and lets go what was held."""

SHORTEST_PASSWORD, _LONGEST_PASSWORD = 10, 200
INVITED_FOR = timedelta(days=7)
FIRST_LINK_FOR = timedelta(days=1)
SIGNED_IN_FOR = timedelta(days=14)
_MOST_AGENT = 200
_FEWEST_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just made. ``token`` is told now and never again; only a hash of it is kept."""

    token: str
    user: User
    ends_at: datetime


@dataclass(frozen=True)
class Team:
    """The users of one workspace.

    >>> from coterie.domain import utc_now
    >>> from coterie.store import open_ledger
    >>> team = Team(open_ledger(None), WorkspaceKey(b"k" * 32), utc_now)
    >>> link = team.invite("owner", actor="serve")
    >>> team.accept(link, email="ann@shop.example", name="Ann", password="correct horse").user.role
    'owner'
    >>> team.sign_in("Ann@Shop.example", "correct horse").user.name
    'Ann'
    """

    ledger: Ledger
    key: WorkspaceKey
    clock: Clock

    @cached_property
    def _hasher(self) -> PasswordHasher:
        """Argon2id as OWASP has it for little memory (19 MiB, two passes): several may sign in beside the intake."""
        from argon2 import PasswordHasher  # loaded by who signs in, not by every start

        return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        """A hash to hold a password against where there is no user, so that both take as long."""
        return self._hasher.hash(secrets.token_urlsafe())

    def invite(self, role: str, *, lasts: timedelta = INVITED_FOR, actor: str = "") -> str:
        """What a link for a new user of that role carries; it works once. Raises ``UnknownName`` for another role."""
        if role not in ROLES:
            raise UnknownName("role", role, ROLES)
        token, now, by = secrets.token_urlsafe(24), self.clock(), who_acts(actor)
        with self.ledger.transaction() as t:
            t.users.invite(Invitation(self.hash_of(token, "invitation"), role, by, now, now + lasts))
            t.audit.append("user invited", role, {"ends_at": str(now + lasts)}, actor=by, at=now)
        return token

    def invitations(self) -> list[Invitation]:
        """The links that still work, the oldest first."""
        now = self.clock()
        with self.ledger.reading() as t:
            return [each for each in t.users.invitations() if each.used_by is None and each.ends_at > now]

    def withdraw(self, hashed: str, *, actor: str = "") -> bool:
        """Let the link of that hash work no more; False where there is none."""
        now, by = self.clock(), who_acts(actor)
        with self.ledger.transaction() as t:
            gone = t.users.withdraw(hashed)
            if gone:
                t.audit.append("invitation withdrawn", hashed[:8], {}, actor=by, at=now)
        return gone

    def accept(self, token: str, *, email: str, name: str, password: str, agent: str = "") -> SignedIn:
        """The user that a link makes, signed in.

        Raises ``Refused`` where the link was used, withdrawn, ran out or never was, the address is none or a user's
        who may sign in already, or the password is shorter than ten characters.
        """
        address, now = _address(email), self.clock()
        _check_password(password, address)
        hashed = self.hash_of(token, "invitation")
        made = User(address, name.strip() or address, "", self._hasher.hash(password), now)
        with self.ledger.transaction() as t:
            found = next((each for each in t.users.invitations() if each.hash == hashed), None)
            if found is None or found.used_by is not None or found.ends_at <= now:
                raise Refused("this link was used or has run out; ask for another")
            if any(each.email == address and each.ended_at is None for each in t.users.all()):
                raise Refused(sentence("{email} is a user already; sign in instead", email=address))
            user = replace(made, role=found.role)
            t.users.put(user)
            t.users.use(found, by=address)
            t.audit.append("user joined", address, {"role": user.role, "by": found.author}, actor=address, at=now)
            return self._opened(t, user, agent)

    def sign_in(self, email: str, password: str, *, agent: str = "") -> SignedIn:
        """A new session; raises ``Refused``, which never says whether the address or the password is wrong."""
        from argon2.exceptions import InvalidHashError, VerificationError

        user = self._standing_users().get(_spelt(email))
        try:
            self._hasher.verify(user.password if user else self._nobodys, password[:_LONGEST_PASSWORD])
            is_right = user is not None
        except (VerificationError, InvalidHashError):
            is_right = False
        with self.ledger.transaction() as t:
            if user is not None and is_right:
                t.users.end(before=self.clock())
                t.audit.append("user signed in", user.email, {}, actor=user.email, at=self.clock())
                return self._opened(t, user, agent)
            if user is not None:
                t.audit.append("sign-in refused", user.email, {}, actor=user.email, at=self.clock())
        raise Refused("the address or the password is wrong")

    def sign_out(self, hashed: str, *, actor: str = "") -> bool:
        """End the session of that hash; False where it had ended."""
        now, by = self.clock(), who_acts(actor)
        with self.ledger.transaction() as t:
            ended = bool(t.users.end(hashed=hashed))
            if ended:
                t.audit.append("session ended", by, {}, actor=by, at=now)
        return ended

    def sessions(self) -> list[Session]:
        """Where users are signed in now, the oldest first."""
        now = self.clock()
        with self.ledger.reading() as t:
            return [each for each in t.users.sessions() if each.ends_at > now]

    def users(self) -> list[User]:
        """Who may sign in, the oldest first."""
        return list(self._standing_users().values())

    def standing(self) -> dict[str, User]:
        """Hash of a session → its user, of the sessions that last."""
        users, now = self._standing_users(), self.clock()
        with self.ledger.reading() as t:
            found = t.users.sessions()
        return {each.hash: users[each.email] for each in found if each.ends_at > now and each.email in users}

    def change_password(self, email: str, old: str, new: str) -> None:
        """Take another password, and end every session of the user's; raises ``Refused`` where ``old`` is not right."""
        user = self.sign_in(email, old).user
        _check_password(new, user.email)
        self._change(user.email, lambda found: replace(found, password=self._hasher.hash(new)), "password changed")

    def give_role(self, email: str, role: str, *, actor: str = "") -> None:
        """Let a user be of another role, at once; raises ``UnknownName``, ``NotPermitted`` for the last owner."""
        if role not in ROLES:
            raise UnknownName("role", role, ROLES)
        self._change(email, lambda found: replace(found, role=role), "role given", {"role": role}, actor=actor)

    def remove(self, email: str, *, actor: str = "") -> None:
        """Let a user sign in no more; raises ``UnknownName``, ``NotPermitted`` for the last owner."""
        self._change(email, lambda found: replace(found, ended_at=self.clock()), "user removed", actor=actor)

    @cached_property
    def cookie(self) -> str:
        """The name of the cookie that holds the token of a session, another in each workspace."""
        return f"coterie_{self.key.hash_of('cookie')[:8]}"

    def forgery_token(self, session: str) -> str:
        """What a page shows beside the session of that hash to prove that it is ours."""
        return self.key.hash_of("csrf", session)

    def allows(self, user: User) -> frozenset[str]:
        """What ``user`` may do; nothing where the role is none that is known here."""
        return ROLES.get(user.role, frozenset())

    def told(self) -> list[dict[str, object]]:
        """Who may sign in, as people read it: address, name, role, since when."""
        return [
            {name: getattr(user, name) for name in ("email", "name", "role", "created_at")} for user in self.users()
        ]

    def hash_of(self, token: str, use: str = "session") -> str:
        """What is kept of a token: nobody makes or tries one without the workspace's own key."""
        return self.key.hash_of(use, token)

    def _opened(self, t: Transaction, user: User, agent: str) -> SignedIn:
        token, now = secrets.token_urlsafe(24), self.clock()
        ends_at = now + SIGNED_IN_FOR
        t.users.open(Session(self.hash_of(token), user.email, agent[:_MOST_AGENT], now, ends_at))
        return SignedIn(token, user, ends_at)

    def _standing_users(self) -> dict[str, User]:
        with self.ledger.reading() as t:
            return {each.email: each for each in t.users.all() if each.ended_at is None}

    def _change(
        self,
        email: str,
        change: Callable[[User], User],
        done: str,
        facts: Mapping[str, object] | None = None,
        *,
        actor: str = "",
    ) -> None:
        address, now, by = _spelt(email), self.clock(), who_acts(actor)
        with self.ledger.transaction() as t:
            standing = {each.email: each for each in t.users.all() if each.ended_at is None}
            if address not in standing:
                raise UnknownName("user", email, standing)
            changed = change(standing[address])
            left = [each for each in standing.values() if each.role == "owner" and each.email != address]
            if not left and (changed.role != "owner" or changed.ended_at is not None):
                raise NotPermitted("there has to be an owner; make somebody else one first")
            t.users.put(changed)
            if changed.ended_at is not None or changed.password != standing[address].password:
                t.users.end(email=address)
            t.audit.append(done, address, facts or {}, actor=by, at=now)


def _spelt(email: str) -> str:
    """An address as it is compared everywhere."""
    return identity_of("email", email, "US").removeprefix("email:")


def _address(email: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    spelt = _spelt(email)
    try:
        if f"email:{spelt}".startswith(WHOLE_DOMAIN):
            raise EmailNotValidError  # noqa: TRY301 - as what the library refuses
        return validate_email(spelt, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(sentence("{email!r} is no e-mail address", email=email)) from None


def _check_password(password: str, address: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise Refused(
            sentence(
                "a password has {shortest} to {longest} characters; this one has {n}",
                shortest=SHORTEST_PASSWORD,
                longest=_LONGEST_PASSWORD,
                n=len(password),
            )
        )
    if password.casefold() in (address, address.partition("@")[0]) or len(set(password)) < _FEWEST_CHARACTERS:
        raise Refused("this password is guessed at once; take several words that do not belong together")
