"""What the fields of an order mean together: its revenue, and whether it stood."""

from __future__ import annotations

from collections.abc import Callable, Collection

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
    *("returned", "return", "refunded", "refund", "chargeback", "retour", "retourniert", "erstattet", "remboursé"),
    *("devuelto", "已退货", "退货", "已退款", "退款", "退款成功", "退货退款", "已退"),
)
UNPAID_WORDS = (
    *("unpaid", "failed", "declined", "expired", "abandoned", "payment failed", "awaiting payment", "pending payment"),
    *("未付款", "待付款", "未支付", "待支付", "支付失败", "已过期"),
)
"""Words of a status by their meaning. An unpaid order counts as cancelled and was worth nothing; any other word
says that the order stands."""


def order_meaning(mapped: Collection[str], bind: Callable[[str], str]) -> dict[str, str]:
    """SQL for ``revenue``, ``quantity`` and ``status`` of orders and lines, from the fields as read.

    Revenue is given, or quantity times unit price. It is negative where the order or line
    was cancelled or returned: where the status says so, where the amount or the quantity
    is negative (cancelled if the order id is ``C`` and digits, returned otherwise).
    """
    revenue = "revenue" if "revenue" in mapped else "NULL::DECIMAL(18,4)"
    if {"quantity", "unit_price"}.issubset(mapped):
        revenue = f"coalesce({revenue}, TRY_CAST(quantity * unit_price AS DECIMAL(18,4)))"
    negative = " OR ".join(
        [f"{revenue} < 0", *(["quantity < 0"] if "quantity" in mapped else [])],
    )
    by_sign = (
        f"CASE WHEN {negative} THEN CASE WHEN regexp_full_match(order_id, '[Cc]\\d+') THEN 'cancelled' "
        "ELSE 'returned' END ELSE 'completed' END"
        if "order_id" in mapped
        else f"CASE WHEN {negative} THEN 'returned' ELSE 'completed' END"
    )
    found = {"status": by_sign}
    signed = f"CASE WHEN {negative} THEN -abs({revenue}) ELSE {revenue} END"
    quantity = "quantity" if "quantity" in mapped else None
    if "status" in mapped:
        word = "lower(status)"
        cancelled, returned, unpaid = (_among(word, words, bind) for words in _MEANINGS)
        found["status"] = (
            f"CASE WHEN {cancelled} OR {unpaid} THEN 'cancelled' WHEN {returned} THEN 'returned' ELSE {by_sign} END"
        )
        signed = f"CASE WHEN {unpaid} THEN 0 WHEN {cancelled} OR {returned} OR {negative} THEN -abs({revenue}) ELSE {revenue} END"
        quantity = quantity and f"CASE WHEN {cancelled} OR {returned} THEN -abs(quantity) ELSE quantity END"
    found["revenue"] = f"({signed})::DECIMAL(18,4)"
    if quantity:
        found["quantity"] = quantity
    return found


_MEANINGS = (CANCELLED_WORDS, RETURNED_WORDS, UNPAID_WORDS)


def _among(word: str, words: tuple[str, ...], bind: Callable[[str], str]) -> str:
    return f"coalesce({word} IN ({', '.join(bind(each) for each in words)}), FALSE)"
