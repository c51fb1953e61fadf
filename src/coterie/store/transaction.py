"""One transaction on the ledger, with a repository for each noun."""

from __future__ import annotations

import sqlalchemy as sa

from coterie.store.audit import Audit
from coterie.store.consents import Consents
from coterie.store.definitions import Definitions
from coterie.store.exposures import Exposures
from coterie.store.facts import Facts
from coterie.store.jobs import Jobs
from coterie.store.launches import Launches
from coterie.store.outbox import Outbox
from coterie.store.suppressions import Suppressions
from coterie.store.touches import Touches
from coterie.store.unread import Unread
from coterie.store.watermarks import Watermarks


class Transaction:
    """All that is written through it happens, or none of it.

    A reader sees the ledger as it was when the transaction began.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.audit = Audit(connection)
        self.consents = Consents(connection)
        self.definitions = Definitions(connection)
        self.exposures = Exposures(connection)
        self.facts = Facts(connection)
        self.jobs = Jobs(connection)
        self.launches = Launches(connection)
        self.outbox = Outbox(connection)
        self.suppressions = Suppressions(connection)
        self.touches = Touches(connection)
        self.unread = Unread(connection)
        self.watermarks = Watermarks(connection)
