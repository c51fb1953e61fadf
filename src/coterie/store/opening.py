"""Open a ledger: find it, bring its tables up to date, refuse one from the future."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from coterie.errors import BadSetting, Damaged, Refused
from coterie.store.backup import copy_ledger
from coterie.store.ledger import Ledger, connect, failures_named, in_words

NEWEST = "0003"
"""The newest migration in ``migrations/versions``; a test compares."""


MIGRATIONS = Path(__file__).parent / "migrations"


def open_ledger(place: str | Path | None) -> Ledger:
    """The ledger at a file, a SQLAlchemy URL, or in memory when None.

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
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, file)


def _url_of(place: str | Path | None) -> sa.URL:
    if place is None:
        return sa.URL.create("sqlite")
    if isinstance(place, Path) or "://" not in place:
        return sa.URL.create("sqlite", database=str(place))
    url = sa.make_url(place)
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        return url
    raise BadSetting(f"a ledger lives in SQLite or PostgreSQL, not in {url.get_backend_name()}")


def _prepare_file(file: Path) -> None:
    if not file.parent.is_dir():
        raise BadSetting(f"{file.parent} is not a folder; the ledger {file.name} needs one")
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
        raise BadSetting(f"the ledger {shown} could not be reached: {told}") from fault
    except (sa.exc.DatabaseError, UnicodeDecodeError) as fault:
        told = str(getattr(fault, "orig", fault)).strip()
        raise Damaged(
            f"{url.database} is not a ledger, or a damaged one; put it back from a backup ({told})"
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
            f"this ledger was written by a newer Coterie (revision {found}); this one knows up to {NEWEST}. "
            "Nothing was changed. Upgrade Coterie and open it again"
        )
    if found is not None and file is not None:
        copy_ledger(file, file.with_name(f"{file.name}.before-{NEWEST}"))
    with failures_named(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(0)"))
        settings.attributes["connection"] = connection
        command.upgrade(settings, NEWEST)
