"""Open a ledger: find it, bring its tables up to date, refuse one from the future."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from coterie.errors import BadSetting, Damaged, Refused
from coterie.store.backup import copy_ledger
from coterie.store.ledger import Ledger, connect, failures_named, in_words
from coterie.store.outbox import OUTBOX
from coterie.store.resealing import is_unsealed, reseal
from coterie.store.schema import is_noted, note_schema
from coterie.store.sealed import check_of, kept_check
from coterie.store.sealing import seal_all
from coterie.store.suppressions import SUPPRESSIONS
from coterie.words import sentence

NEWEST = "0020"
"""The newest migration in ``migrations/versions``; a test compares."""


FindKey = Callable[[bool], bytes]
"""Gives the key, told whether the ledger was used with one before."""

MIGRATIONS = Path(__file__).parent / "migrations"


def open_ledger(place: str | Path | None, key: bytes | FindKey = b"") -> Ledger:
    """The ledger at a file, a SQLAlchemy URL, or in memory when None.

    ``key`` seals what is written; a function is asked for it and told whether the ledger was
    used before, since such a one goes with the key that it had. Raises ``Damaged`` for another key.
    Missing tables are made. An older SQLite ledger is copied beside itself
    (``<file>.before-<revision>``) before it is upgraded. Raises ``Refused`` for a ledger
    that a newer Coterie wrote, ``BadSetting`` for a URL of another database.

    >>> open_ledger(None).dialect
    'sqlite'
    """
    url = _url_of(place)
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if file is not None:
        _prepare_file(file)
    engine = connect(url)
    try:
        found = _revision(engine, url)
        if found != NEWEST:
            _upgrade(engine, found, file)
        with failures_named():
            secret = _key_of(engine, key)
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, file, secret)


def _key_of(engine: sa.Engine, key: bytes | FindKey) -> bytes:
    """The key that the ledger goes with; one without seals is sealed with it."""
    with engine.connect() as connection:
        check = kept_check(connection)
        was_used = check is not None or _holds_hashes(connection)
        is_moved, knows_schema = is_unsealed(connection), is_noted(connection, NEWEST)
    secret = key(was_used) if callable(key) else key
    if check is None:
        with _alone(engine) as connection:
            if kept_check(connection) is None:
                seal_all(connection, secret)
            check = kept_check(connection)
    if check not in (check_of(secret), ""):
        raise Damaged(
            "workspace.key is not the key that this ledger was written with: nobody who objected would be known again, "
            "so nothing was done; put the one that was replaced back from a backup"
        )
    if is_moved:
        with _alone(engine) as connection:
            if is_unsealed(connection):
                reseal(connection, secret)
    if not knows_schema:
        with _alone(engine) as connection:
            note_schema(connection, secret, NEWEST)
    return secret


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that no other process that opens the ledger makes at the same time."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(0)"))
        yield connection


def _holds_hashes(connection: sa.Connection) -> bool:
    """Whether rows are there that only the key of old can read."""
    return any(
        connection.execute(sa.select(sa.literal(1)).select_from(t).limit(1)).first() for t in (SUPPRESSIONS, OUTBOX)
    )


def _url_of(place: str | Path | None) -> sa.URL:
    if place is None:
        return sa.URL.create("sqlite")
    if isinstance(place, Path) or "://" not in place:
        return sa.URL.create("sqlite", database=str(place))
    try:
        url = sa.make_url(place)
    except (sa.exc.ArgumentError, ValueError):
        # Neither the URL nor what is wrong in it is shown: its password may be.
        raise BadSetting(
            "the URL of the ledger cannot be read; write it as postgresql://USER:PASSWORD@HOST/DATABASE, signs of the "
            "password that mean something in a URL as %40 and the like"
        ) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        return url
    raise BadSetting(sentence("a ledger lives in SQLite or PostgreSQL, not in {name}", name=url.get_backend_name()))


def _prepare_file(file: Path) -> None:
    if not file.parent.is_dir():
        raise BadSetting(
            sentence("{folder} is not a folder; the ledger {name} needs one", folder=file.parent, name=file.name)
        )
    if not file.exists():
        file.touch(mode=0o600)


def _revision(engine: sa.Engine, url: sa.URL) -> str | None:
    try:
        if not sa.inspect(engine).has_table("alembic_version"):
            return None
        with engine.connect() as connection:
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except sa.exc.OperationalError as fault:
        if url.get_backend_name() == "sqlite":
            raise in_words(fault) from fault
        shown = url.render_as_string(hide_password=True)
        told = " ".join(str(fault.orig).split())  # PostgreSQL breaks its words into lines
        raise BadSetting(sentence("the ledger {name} could not be reached: {why}", name=shown, why=told)) from fault
    except (sa.exc.DatabaseError, UnicodeDecodeError) as fault:
        told = str(getattr(fault, "orig", fault)).strip()
        raise Damaged(
            sentence(
                "{file} is not a ledger, or a damaged one; put it back from a backup ({why})",
                file=url.database,
                why=told,
            )
        ) from fault


def _upgrade(engine: sa.Engine, found: str | None, file: Path | None) -> None:
    from alembic import command  # three times the time of opening; only an upgrade pays it
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if found is not None and found not in known:
        raise Refused(
            sentence(
                "this ledger was written by a newer Coterie (revision {found}); this one knows up to "
                "{newest}. Nothing was changed. Upgrade Coterie and open it again",
                found=found,
                newest=NEWEST,
            )
        )
    if found is not None and file is not None:
        copy_ledger(file, file.with_name(f"{file.name}.before-{NEWEST}"))
    with failures_named(), _alone(engine) as connection:
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, NEWEST)
        except sa.exc.ProgrammingError as fault:  # so PostgreSQL says that tables are there already, or not there
            raise in_words(fault) from fault
