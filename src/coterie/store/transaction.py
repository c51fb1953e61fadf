"""One transaction on the ledger, with a repository for each noun."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from coterie.store.api_keys import ApiKeys
from coterie.store.audit import Audit
from coterie.store.consents import CONSENTS, UNREAD, Consents, Unread
from coterie.store.coupons import CouponCodes
from coterie.store.definitions import DEFINITIONS, DefinitionVersions
from coterie.store.enrolments import Enrolments
from coterie.store.erased import ERASED, ErasedIdentities
from coterie.store.exposures import Exposures
from coterie.store.facts import LedgerFacts, Watermarks
from coterie.store.fits import Fits
from coterie.store.jobs import Jobs
from coterie.store.journeys import JOURNEYS, PublishedJourneys
from coterie.store.kept_answers import KeptAnswers
from coterie.store.launches import LAUNCHES, Launches
from coterie.store.metadata import FACTS
from coterie.store.outbox import Outbox
from coterie.store.personal import Personal
from coterie.store.proof import Proof
from coterie.store.receipts import Receipts
from coterie.store.sealed import Sealed
from coterie.store.sealing import prove
from coterie.store.suppressions import SUPPRESSIONS, Suppressions
from coterie.store.touches import Touches
from coterie.store.users import Users

_DECIDING = (CONSENTS, SUPPRESSIONS, UNREAD, FACTS, LAUNCHES, JOURNEYS, DEFINITIONS, ERASED)


class Transaction:
    """All that is written through it happens, or none of it.

    A reader sees the ledger as it was when the transaction began.
    """

    def __init__(self, connection: sa.Connection, key: bytes, file: Path | None = None) -> None:
        self._connection, self._key, self._file = connection, key, file
        self._sealed = sealed = Sealed(connection, key)
        self.api_keys = ApiKeys(connection, sealed)
        self.audit = Audit(connection, sealed, key)
        self.consents = Consents(connection, sealed)
        self.coupons = CouponCodes(connection, sealed)
        self.definitions = DefinitionVersions(connection, sealed)
        self.enrolments = Enrolments(connection)
        self.erased = ErasedIdentities(connection, sealed, key)
        self.exposures = Exposures(connection, sealed)
        self.facts = LedgerFacts(connection, sealed)
        self.fits = Fits(connection, sealed)
        self.jobs = Jobs(connection)
        self.journeys = PublishedJourneys(connection, sealed)
        self.kept_answers = KeptAnswers(connection)
        self.launches = Launches(connection, sealed)
        self.outbox = Outbox(connection, sealed)
        self.personal = Personal(connection, sealed)
        self.receipts = Receipts(connection, sealed)
        self.suppressions = Suppressions(connection, sealed)
        self.touches = Touches(connection, sealed)
        self.unread = Unread(connection, sealed)
        self.users = Users(sealed)
        self.watermarks = Watermarks(connection)

    def prove(self) -> None:
        """Raise ``Damaged`` where what decides who is written to is not, row by row, as it was written.

        Proved again only where anybody else has written since.
        """
        proof = Proof(self._connection, self._file)
        if not proof.holds:
            prove(self._connection, self._key, _DECIDING)
            proof.keep()

    def finish(self) -> None:
        """Seal what was written; the last thing before it is committed."""
        self._sealed.finish()
