"""What the fields of an order mean together: its revenue, and whether it stood."""

from __future__ import annotations

from collections.abc import Callable, Collection

from coterie.engines.warehouse import STATUS

CANCELLED_WORDS = (
    *(
        "cancelled",
        "canceled",
        "cancel",
        "cancellation",
        "void",
        "voided",
        "annulled",
        "aborted",
        "storniert",
        "storno",
    ),
    *("annulé", "annulée", "cancelado", "已取消", "取消", "作废", "交易关闭", "已关闭", "订单取消"),
)
RETURNED_WORDS = (
    *(
        "returned",
        "return",
        "refunded",
        "refund",
        "chargeback",
        "retour",
        "retourniert",
        "zurückgesendet",
        "zurückgegeben",
        "erstattet",
        "remboursé",
    ),
    *("devuelto", "已退货", "退货", "已退款", "退款", "退款成功", "退货退款", "已退"),
)
UNPAID_WORDS = (
    *("unpaid", "failed", "declined", "expired", "abandoned", "payment failed", "awaiting payment", "pending payment"),
    *("未付款", "待付款", "未支付", "待支付", "支付失败", "已过期"),
)
"""Words of a status by their meaning. An unpaid order counts as cancelled and was worth nothing; any other word
says that the order stands."""

_ROUGHLY_PRICED = "(quantity::DOUBLE * unit_price)"
# The engine multiplies within 18 digits, of which 8 are decimals: quickly, but not beyond ten thousand millions.
_PRICED = (
    "coalesce(TRY_CAST(TRY(quantity * unit_price) AS DECIMAL(18,4)), "
    "TRY_CAST(quantity::DECIMAL(38,4) * unit_price AS DECIMAL(18,4)))"
)


def order_amount(mapped: Collection[str], unit: str = "amount") -> str:
    """SQL for the amount of an order or line: as the file has it, or quantity times unit price.

    Where no column of the file is the amount, the discount, in ``unit``, is taken off; one
    that is more than the price makes the amount NULL.
    """
    priced = {"quantity", "unit_price"}.issubset(mapped)
    if "revenue" not in mapped:
        if not priced:
            return "NULL::DECIMAL(18,4)"
        if "discount" not in mapped:
            return _PRICED
        return f"TRY_CAST({_ROUGHLY_PRICED} * ({_left_by_discount(unit)}) AS DECIMAL(18,4))"
    return f"coalesce(revenue, {_PRICED})" if priced else "revenue"


def discount_amount(mapped: Collection[str], unit: str) -> str:
    """SQL for the money taken off by a discount that is a share or a percentage of the price."""
    if not {"quantity", "unit_price"}.issubset(mapped):
        return "NULL::DECIMAL(18,4)"
    share = "abs(discount)" if unit == "share" else "abs(discount) / 100"
    return f"TRY_CAST(abs({_ROUGHLY_PRICED}) * {share} AS DECIMAL(18,4))"


def _left_by_discount(unit: str) -> str:
    """SQL for what remains of one unit of money; a discount may be written with a minus."""
    if unit in {"amount", "cents"}:
        whole = f"nullif(abs({_ROUGHLY_PRICED}), 0)"
        share = f"coalesce(abs(discount)::DOUBLE / {whole}, 0)"
    else:
        share = f"coalesce(abs(discount)::DOUBLE, 0) / {1 if unit == 'share' else 100}"
    return f"CASE WHEN {share} <= 1.000001 THEN 1 - {share} END"


def order_meaning(mapped: Collection[str], bind: Callable[[str], str]) -> dict[str, str]:
    """SQL for ``revenue``, ``undone``, ``status`` and ``quantity``, from the fields as read and ``_amount``.

    A negative amount or quantity takes an earlier sale back: its revenue is negative
    (cancelled if the order id is ``C`` and digits, returned otherwise). An order that its
    status calls cancelled or returned, with a positive amount, was undone in place: there is
    no other row of the sale, so its revenue is 0. ``undone`` is the amount in both cases.
    """
    negative = "(_amount < 0 OR quantity < 0)" if "quantity" in mapped else "_amount < 0"
    kind = f"CASE WHEN regexp_full_match(order_id, '[Cc]\\d+') THEN {_CANCELLED} ELSE {_RETURNED} END"
    by_sign = f"CASE WHEN {negative} THEN {kind if 'order_id' in mapped else _RETURNED} ELSE {_COMPLETED} END"
    if "status" not in mapped:
        signed = f"CASE WHEN {negative} THEN -abs(_amount) ELSE _amount END"
        return {"status": by_sign, "revenue": signed, "undone": f"CASE WHEN {negative} THEN abs(_amount) END"}
    cancelled, returned, unpaid = (_among("lower(status)", words, bind) for words in _MEANINGS)
    undone = f"{cancelled} OR {returned}"
    found = {
        "status": f"CASE WHEN {cancelled} OR {unpaid} THEN {_CANCELLED} WHEN {returned} THEN {_RETURNED} ELSE {by_sign} END",
        "revenue": f"CASE WHEN {unpaid} THEN 0 WHEN {negative} THEN -abs(_amount) WHEN {undone} THEN 0 ELSE _amount END",
        "undone": f"CASE WHEN {unpaid} THEN 0 WHEN {undone} OR {negative} THEN abs(_amount) END",
    }
    if "quantity" in mapped:
        found["quantity"] = f"CASE WHEN {negative} THEN quantity WHEN {undone} THEN 0 ELSE quantity END"
    return found


_COMPLETED, _CANCELLED, _RETURNED = (f"'{word}'::{STATUS}" for word in ("completed", "cancelled", "returned"))
_MEANINGS = (CANCELLED_WORDS, RETURNED_WORDS, UNPAID_WORDS)


def _among(word: str, words: tuple[str, ...], bind: Callable[[str], str]) -> str:
    # A list, for the engine makes a join of IN, which loses the file's order.
    return f"coalesce(list_contains([{', '.join(bind(each) for each in words)}], {word}), FALSE)"
