"""Orders as they stand once what later rows took back is taken off them, dated, so that any instant can be asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from coterie.collect.rates import rate_orders
from coterie.engines import SETTLED, SETTLED_MARK, Engine, identifier, keep_fact, read_fact

_NAMES = {"orders": "CAST(NULL AS VARCHAR)", "order_lines": "product_id"}
"""Table → what, beside the order, a row must have in common with the row that it takes back."""


@dataclass
class Sale:
    """A row that sold something: what is left of its amount, and what was taken back of it so far, oldest first."""

    row: int
    order: object
    buyer: object
    currency: str | None
    occurred_at: datetime
    left: Decimal
    told: Decimal = Decimal(0)
    """What its own row says was taken back; no part of ``left``."""
    by_rows: Decimal = Decimal(0)
    """What rows of orders and lines told so far: of lines, those that the order was made of among them."""
    by_refunds: Decimal = Decimal(0)
    """What files of refunds told so far."""
    taken: list[tuple[datetime, Decimal, Decimal]] = field(default_factory=list)

    @property
    def heard(self) -> Decimal:
        """What is known to have come back: its row, other rows and files of refunds tell one story, so the greatest counts."""
        return max(self.told, self.by_rows, self.by_refunds)

    def hear(self, row: Return, amount: Decimal) -> Decimal:
        """Note that a return tells ``amount`` of this sale; how much of that is new."""
        before = self.heard
        if row.is_of_refunds:
            self.by_refunds += amount
        else:
            self.by_rows += amount
        return self.heard - before

    def take(self, at: datetime, amount: Decimal, quantity: Decimal) -> Decimal:
        """Take back up to ``amount``, and of ``quantity`` the same share; how much it was."""
        part = min(self.left, amount)
        self.left -= part
        self.taken.append((max(at, self.occurred_at), part, quantity * part / amount))
        return part


@dataclass
class Return:
    """A row that takes back ``amount``: of the order it names, else of what its buyer bought.

    ``void`` of it counts nowhere: it was told before, or is more than the order that it names was worth.
    """

    row: int
    order: object
    buyer: object
    currency: str | None
    occurred_at: datetime
    amount: Decimal
    quantity: Decimal
    is_of_refunds: bool = False
    void: Decimal = Decimal(0)


def allocate(sales: Sequence[Sale], returns: Sequence[Return]) -> dict[int, Decimal]:
    """Take every return off the sale it names, else off its buyer's sales up to its day, the oldest return first.

    Of those, one with exactly that much left comes first, then the newest that has so much
    left, then the newest ones until all is taken. No order is worth less than nothing: what a return
    takes back beyond the order that it names is taken off nothing, and what could be taken off no sale at all,
    because its row names nobody or its sale is not known, is told by the row of the return.

    >>> day = datetime(2026, 1, 1)
    >>> sales = [Sale(1, "1", "A", None, day, Decimal(100)), Sale(2, "2", "A", None, day, Decimal(40))]
    >>> allocate(sales, [Return(3, None, "A", None, datetime(2026, 1, 3), Decimal(100), Decimal(0))])
    {}
    >>> [int(sale.left) for sale in sales]
    [0, 40]
    >>> allocate(sales, [Return(4, None, None, None, datetime(2026, 1, 3), Decimal(7), Decimal(0))])
    {4: Decimal('7')}
    """
    by_order: dict[object, list[Sale]] = {}
    by_buyer: dict[object, list[Sale]] = {}
    unmatched: dict[int, Decimal] = {}
    for sale in sales:
        by_order.setdefault(sale.order, []).append(sale)
        if sale.buyer is not None:
            by_buyer.setdefault(sale.buyer, []).append(sale)
    told = _Told(_same_days(row for row in returns if row.order not in by_order))
    for row in sorted(returns, key=lambda each: (each.occurred_at, -each.amount, str(each.order))):
        named = by_order.get(row.order, [])
        if told.before(row, named[0] if named else None):
            row.void = row.amount
        elif named:
            _take_of_named(named, row)
        elif left := _take_of_any(by_buyer.get(row.buyer, []), row):
            unmatched[row.row] = left
    return unmatched


def _take_of_named(sales: list[Sale], row: Return) -> None:
    """Take back what a return that names ``sales`` tells beyond what was heard before, and no more than is left of them.

    Several lines of one product in one order are one after another, those first that tell a return themselves.
    """
    wanted = row.amount
    for sale in sorted(sales, key=lambda each: not each.told):
        rest = sale.hear(row, wanted)
        row.void += wanted - rest
        wanted = rest - sale.take(row.occurred_at, rest, row.quantity * rest / row.amount) if rest else Decimal(0)
        if not wanted:
            return
    row.void += wanted


@dataclass
class _Told:
    """Returns of either kind of file that the other kind has not told yet, where one of the two names no order that is known.

    What names its order is compared by the order (``Sale.hear``); else a buyer's return of the same amount is the same one,
    and so are all of a day that add up to the same, as where the order is made of what was bought on a day.
    """

    days: frozenset[tuple[object, date]]
    waiting: Counter[tuple[object, Decimal, bool, bool]] = field(default_factory=Counter)

    def before(self, row: Return, named: Sale | None) -> bool:
        """Whether the other kind of file told this; if not, it is remembered."""
        buyer = named.buyer if named else row.buyer
        if buyer is None:
            return False
        if not named and (buyer, row.occurred_at.date()) in self.days:
            return row.is_of_refunds
        for is_named in (False,) if named else (False, True):
            same = (buyer, row.amount, not row.is_of_refunds, is_named)
            if self.waiting[same] > 0:
                self.waiting[same] -= 1
                return True
        self.waiting[buyer, row.amount, row.is_of_refunds, named is not None] += 1
        return False


def _same_days(returns: Iterable[Return]) -> frozenset[tuple[object, date]]:
    """Buyers and days of which both kinds of file tell the same sum."""
    sums: dict[tuple[object, date], list[Decimal]] = {}
    for row in returns:
        sums.setdefault((row.buyer, row.occurred_at.date()), [Decimal(0), Decimal(0)])[row.is_of_refunds] += row.amount
    return frozenset(key for key, (by_rows, by_refunds) in sums.items() if by_rows == by_refunds)


def _take_of_any(sales: list[Sale], row: Return) -> Decimal:
    """Take a return off its buyer's sales; what is left of it."""
    found = [
        sale
        for sale in sales
        if sale.left > 0 and sale.currency == row.currency and sale.occurred_at.date() <= row.occurred_at.date()
    ]
    wanted = row.amount
    while wanted > 0 and found:
        best = max(found, key=lambda s: (s.left == wanted, s.left >= wanted, s.occurred_at, str(s.order), s.row))
        wanted -= best.take(row.occurred_at, wanted, row.quantity * wanted / row.amount)
        found.remove(best)
    return wanted


_MEANING = 4
"""What a settling writes; another number has the orders of older workspaces settled anew."""


def settle_orders(engine: Engine, currency: str, rates: dict[str, float]) -> None:
    """Write what orders and lines became once later rows took something back, and what makes amounts ``currency``.

    Needs to know who everybody is, so it follows ``resolve``. Nothing is done where nothing
    changed since the last time; bases without returns are only looked at.
    """
    newest = f"{_MEANING} / {_newest(engine)} / {currency} {sorted(rates.items())}"
    if read_fact(engine, SETTLED_MARK) == newest:
        return
    with engine.transaction():
        rate_orders(engine, currency, rates)
        for table in SETTLED:
            _settle(engine, table)
        _end_lines(engine)
        keep_fact(engine, SETTLED_MARK, newest)


def settle_touched(engine: Engine, orders: str) -> bool:
    """What ``settle_orders`` writes of the orders of the table ``orders`` (``order_id``); others stay as they are.

    ``orders`` is closed: whatever a return in it could be taken off, and whatever could be taken off a sale in it, is
    in it too. False, with nothing written that counts, where there was no return yet and now is one: tables have to be made.
    """
    among = f"order_id IN (FROM {orders})"
    there = engine.tables()
    for table in SETTLED:
        takes_back = f"SELECT 1 FROM {table} WHERE {_TAKES_BACK} AND {among} LIMIT 1"
        if SETTLED[table] not in there and engine.query(takes_back).num_rows:
            return False
    for table in SETTLED:
        _settle(engine, table, among)
    return _end_lines(engine, among)


def took_back(engine: Engine, orders: str, profiles: str) -> bool:
    """Whether anything was ever taken back, or ended, of the orders (``order_id``) or by the people (``profile_id``) of two tables.

    If not, none of their orders stands otherwise than its own row says, and new ones change nothing about the others.
    """
    concerns = f"order_id IN (FROM {orders}) OR undoes IN (FROM {orders}) OR profile_id IN (FROM {profiles})"
    there = engine.tables()
    otherwise = f"({_TAKES_BACK} OR stands_until IS NOT NULL OR unmatched IS NOT NULL)"
    asked = [
        f"(SELECT 1 FROM {table} WHERE {condition} AND ({concerns}) LIMIT 1)"
        for sold, revised in SETTLED.items()
        for table, condition in ((sold, otherwise), (revised, "TRUE"))
        if table in there
    ]
    return bool(engine.query(" UNION ALL ".join(asked)).num_rows)


def end_touched_lines(engine: Engine, orders: str) -> bool:
    """Lines of the orders of a table stand no longer than these; False, with nothing written, where a table has to be made."""
    return _end_lines(engine, f"order_id IN (FROM {orders})")


def _newest(engine: Engine) -> str:
    """What standing depends on: loads, rates, and whose the rows are, looked at only where something was taken back."""
    marks = ["(SELECT coalesce(max(batch_id), 0) FROM batches)"]
    for table in SETTLED:
        rows = f"SELECT count(*) || '-' || sum(hash(order_id, profile_id, revenue, occurred_at)::HUGEINT) FROM {table}"
        marks.append(f"CASE WHEN EXISTS (SELECT 1 FROM {table} WHERE {_TAKES_BACK}) THEN ({rows}) ELSE '' END")
    marks.append("(SELECT count(*) || '-' || coalesce(sum(hash(occurred_on, currency, rate)::HUGEINT), 0) FROM rates)")
    joined = " || ' / ' || ".join(marks)
    return str(engine.query(f"SELECT {joined} AS mark").column(0)[0].as_py())


_TAKES_BACK = "revenue < 0 AND status IN ('cancelled', 'returned')"
_SOLD = "status = 'completed' AND revenue > 0"


def _fallen(table: str, among: str) -> str:
    """SQL for the orders that a status has undone already."""
    return f"SELECT order_id FROM {table} WHERE revenue >= 0 AND {among} GROUP BY order_id HAVING NOT bool_or({_SOLD})"


def _gone(engine: Engine, among: str) -> str:
    """SQL for the orders of which nothing stands, by rows of their own, and since when."""
    rows = f"""SELECT order_id, CASE WHEN status = 'completed' THEN stands_until ELSE occurred_at END AS until,
            status = 'completed' AND stands_until IS NULL AS stands FROM orders WHERE revenue >= 0 AND {among}"""
    if SETTLED["orders"] in engine.tables():
        rows += f" UNION ALL SELECT order_id, stands_until, stands_until IS NULL FROM {SETTLED['orders']} WHERE {among}"
    return f"SELECT order_id, max(until) AS at FROM ({rows}) GROUP BY order_id HAVING NOT bool_or(stands)"


def _end_lines(engine: Engine, among: str = "") -> bool:
    """Lines stand no longer than their order, where a status or a refund of the whole order ended it.

    ``among`` keeps to some orders; False where a table would have to be made for them.
    """
    lines, revisions = "order_lines", SETTLED["order_lines"]
    gone = _gone(engine, among or "TRUE")
    outlives = (
        "l.order_id = g.order_id AND l.status = 'completed' AND (l.stands_until IS NULL OR l.stands_until > g.at)"
    )
    if not engine.query(f"SELECT 1 FROM {lines} AS l JOIN ({gone}) AS g ON {outlives} LIMIT 1").num_rows:
        return True
    if revisions not in engine.tables():
        if among:
            return False
        engine.create(revisions, f"SELECT *, CAST(NULL AS TIMESTAMP) AS stands_from FROM {lines} LIMIT 0")
    with engine.temporary("gone", gone) as ended:
        for table in (lines, revisions):
            engine.execute(f"UPDATE {table} AS l SET stands_until = g.at FROM {ended} AS g WHERE {outlives}")
    engine.execute(f"DELETE FROM {revisions} WHERE stands_until <= stands_from")
    return True


def _settle(engine: Engine, table: str, among: str = "") -> None:
    """Settle the rows of ``table``, or those ``among`` them (SQL), which nothing outside has to do with."""
    rows = among or "TRUE"
    if not among:
        engine.drop(SETTLED[table])
    elif SETTLED[table] in engine.tables():
        engine.execute(f"DELETE FROM {SETTLED[table]} WHERE {rows}")
    engine.execute(f"UPDATE {table} SET stands_until = NULL WHERE stands_until IS NOT NULL AND {rows}")
    engine.execute(f"UPDATE {table} SET unmatched = NULL WHERE unmatched IS NOT NULL AND {rows}")
    if not engine.query(f"SELECT 1 FROM {table} WHERE {_TAKES_BACK} AND {rows} LIMIT 1").num_rows:
        return
    _name_buyers(engine, table, rows)
    returns = _returns(engine, table, rows)
    sales = _sales(engine, table, rows)
    _keep_unmatched(engine, table, allocate(sales, returns))
    if table == "orders":
        _keep_void(engine, returns, rows)
    with engine.temporary("states", _states(sales)) as states:
        _keep_states(engine, table, states, is_part=bool(among))


def _keep_states(engine: Engine, table: str, states: str, *, is_part: bool) -> None:
    """Until when each sale stands whole, and what of it stands from then on."""
    first = f"SELECT key, min(stands_from) AS at FROM {states} GROUP BY key"
    engine.execute(f"UPDATE {table} SET stands_until = s.at FROM ({first}) AS s WHERE {table}.rowid = s.key")
    changed = {"stands_until", "revenue", "undone", "quantity"}
    kept = ", ".join(f"t.{identifier(name)}" for name in engine.columns(table) if name not in changed)
    put = engine.insert if is_part else engine.create
    put(
        SETTLED[table],
        f"""SELECT {kept}, CAST(t.revenue - s.taken AS DECIMAL(18,4)) AS revenue,
            CAST(coalesce(t.undone, 0) + s.taken AS DECIMAL(18,4)) AS undone,
            CAST(greatest(t.quantity - s.quantity, 0) AS DECIMAL(18,4)) AS quantity, s.stands_from, s.stands_until
        FROM {table} AS t JOIN {states} AS s ON t.rowid = s.key WHERE s.taken < t.revenue""",
    )


def _keep_unmatched(engine: Engine, table: str, unmatched: dict[int, Decimal]) -> None:
    """Write beside each return what of it could be taken off no order."""
    with engine.temporary("unmatched", _amounts(unmatched)) as kept:
        engine.execute(f"UPDATE {table} SET unmatched = u.amount FROM {kept} AS u WHERE {table}.rowid = u.key")


def _keep_void(engine: Engine, returns: list[Return], among: str) -> None:
    """Leave to each return as ``undone`` what it took off its order, so that no refund counts twice, or beyond it."""
    void = {row.row: row.void for row in returns if row.void}
    # What was derived of an order's lines adds up rows of either sign: only its later returns are nothing but that.
    loaded = f"{_TAKES_BACK} AND {among} AND (undoes IS NOT NULL OR NOT coalesce(is_derived, FALSE))"
    engine.execute(f"UPDATE orders SET undone = -revenue WHERE {loaded} AND undone <> -revenue")
    engine.execute(
        f"UPDATE orders SET undone = 0 WHERE {loaded} AND coalesce(undoes, order_id) IN ({_fallen('orders', among)})"
    )
    with engine.temporary("void", _amounts(void)) as kept:
        engine.execute(
            f"UPDATE orders SET undone = -revenue - r.amount FROM {kept} AS r WHERE orders.rowid = r.key AND {loaded}"
        )


def _amounts(of_rows: dict[int, Decimal]) -> pa.Table:
    """``key``, the number of a row, and ``amount``."""
    return pa.table({"key": pa.array(of_rows, pa.int64()), "amount": pa.array(of_rows.values(), pa.decimal128(18, 4))})


def _name_buyers(engine: Engine, table: str, among: str) -> None:
    """Who a refund belongs to and where it was sold, where its row names only the order."""
    known = "coalesce(min(identifier_id) FILTER (profile_id IS NOT NULL), min(identifier_id))"
    buyers = f"SELECT order_id, {known} AS identifier_id, any_value(profile_id) AS profile_id FROM {table}"
    engine.execute(
        f"""UPDATE {table} SET identifier_id = s.identifier_id, profile_id = s.profile_id
        FROM ({buyers} WHERE {_SOLD} AND {among} GROUP BY order_id) AS s
        WHERE {table}.undoes = s.order_id AND {table}.identifier_id IS NULL"""
    )
    places = f"SELECT order_id, min(channel) AS channel, min(store) AS store FROM {table} WHERE {_SOLD} AND {among} GROUP BY order_id"
    engine.execute(
        f"""UPDATE {table} SET channel = coalesce({table}.channel, s.channel), store = coalesce({table}.store, s.store)
        FROM ({places}) AS s WHERE {table}.undoes = s.order_id AND ({table}.channel IS NULL OR {table}.store IS NULL)"""
    )


def _returns(engine: Engine, table: str, among: str) -> list[Return]:
    """The rows that take back, but for those of an order that a status has undone already."""
    beside = _NAMES[table]
    of_refunds = "batch_id IN (SELECT batch_id FROM batches WHERE kind = 'returns')"
    rows = engine.query(
        f"""WITH fallen AS ({_fallen(table, among)})
        SELECT rowid AS row, coalesce(undoes, order_id) AS order_id, {beside} AS beside, profile_id, currency,
            occurred_at, -revenue AS amount, abs(coalesce(quantity, 0)) AS quantity,
            coalesce({of_refunds}, FALSE) AS is_of_refunds FROM {table}
        WHERE {_TAKES_BACK} AND {among} AND coalesce(undoes, order_id) NOT IN (FROM fallen)
        ORDER BY row"""
    ).to_pylist()
    return [
        Return(
            row["row"],
            (row["order_id"], row["beside"]),
            (row["profile_id"], row["beside"]),
            row["currency"],
            row["occurred_at"],
            row["amount"],
            row["quantity"],
            row["is_of_refunds"],
        )
        for row in rows
    ]


def _sales(engine: Engine, table: str, among: str) -> list[Sale]:
    """The sales that some return may be of: those of its order, and those of its person."""
    beside = _NAMES[table]
    of_lines = "coalesce(is_derived, FALSE)" if table == "orders" else "FALSE"
    rows = engine.query(
        f"""WITH back AS (SELECT coalesce(undoes, order_id) AS order_id, profile_id FROM {table} WHERE {_TAKES_BACK} AND {among})
        SELECT rowid AS row, order_id, {beside} AS beside, profile_id, currency, occurred_at, revenue,
            CAST(coalesce(undone, 0) AS DECIMAL(18,4)) AS told, {of_lines} AS is_of_lines FROM {table}
        WHERE {_SOLD} AND {among} AND (order_id IN (SELECT order_id FROM back)
            OR profile_id IN (SELECT profile_id FROM back WHERE profile_id IS NOT NULL))
        ORDER BY order_id, occurred_at, revenue, row"""
    ).to_pylist()
    return [
        Sale(
            row["row"],
            (row["order_id"], row["beside"]),
            None if row["profile_id"] is None else (row["profile_id"], row["beside"]),
            row["currency"],
            row["occurred_at"],
            row["revenue"],
            Decimal(0) if row["is_of_lines"] else row["told"],
            row["told"] if row["is_of_lines"] else Decimal(0),
        )
        for row in rows
    ]


def _states(sales: Iterable[Sale]) -> pa.Table:
    """What was taken of each sale from one instant until the next: ``key, stands_from, stands_until, taken, quantity``."""
    rows: list[tuple[int, datetime, datetime | None, Decimal, Decimal]] = []
    for sale in sales:
        amount = quantity = Decimal(0)
        dated = sorted(sale.taken)
        for place, (at, part, units) in enumerate(dated):
            amount, quantity = amount + part, quantity + units
            until = dated[place + 1][0] if place + 1 < len(dated) else None
            if until != at:
                rows.append((sale.row, at, until, amount, quantity))
    money, instant = pa.decimal128(18, 4), pa.timestamp("us")
    kinds = {"key": pa.int64(), "stands_from": instant, "stands_until": instant, "taken": money, "quantity": money}
    columns = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    hundredths = Decimal("0.0001")
    return pa.table(
        {
            name: pa.array([v.quantize(hundredths) if isinstance(v, Decimal) else v for v in column], kind)
            for (name, kind), column in zip(kinds.items(), columns, strict=True)
        }
    )
