"""What the fields of an order mean together: its revenue, and whether it stood."""

from __future__ import annotations

from collections.abc import Callable, Collection

from coterie.engines.warehouse import STATUS

CANCELLED_WORDS = (
    "cancelled", "canceled", "cancel", "cancellation", "void", "voided", "annulled", "aborted", "rejected", "removed", "order cancelled",
    "order canceled", "cancelled by customer", "not attending", "no showed", "no_show", "noshow", "no-show", "no show", "trash", "annullato", "annullata", "geannuleerd", "avbruten",
    "annulleret", "キャンセル", "취소", "storniert", "storno", "abgebrochen", "annulé", "annulée", "cancelado", "cancelada", "anulado", "已取消", "取消", "作废",
    "已作废", "交易关闭", "已关闭", "订单取消", "交易取消", "取消訂單", "不成立", "已取消订单", "取消成功", "交易失败",
    "キャンセル済み", "キャンセル済", "取消済", "취소완료", "주문취소", "отменен", "отменён", "отменено", "anulowane", "anulowano", "iptal", "iptal edildi",
    "đã hủy", "dibatalkan", "ยกเลิก", "ملغي", "failed delivery", "undelivered",
    "storniert / abgelehnt", "vorgang wurde abgebrochen", "abgelehnt", "vom kunden storniert", "refusée", "refusé", "rejetée", "rechazado", "rechazada", "anulada", "rifiutato", "geweigerd",
)  # fmt: skip
RETURNED_WORDS = (
    "returned", "return", "refunded", "refund", "fully refunded", "chargeback", "charged_back", "charged back", "closed refunded", "retour",
    "retourniert", "zurückgesendet", "zurückgegeben", "erstattet", "remboursé", "devolvido", "estornado", "rimborsato", "reso", "terugbetaald",
    "återbetald", "返品", "返金済み", "환불", "remboursée", "devuelto", "devuelta", "reembolsado", "reembolsada", "已退货", "退货", "退貨", "已退款", "退款", "退款成功", "退货退款",
    "已退货退款", "已退",
    "返品済み", "返品済", "返金済", "반품완료", "환불완료", "возврат", "возвращен", "возвращён", "zwrot", "zwrócone", "iade", "iade edildi", "đã hoàn tiền",
    "dikembalikan", "退貨退款", "售后完成", "已换货退款",
    "wiedergutschrift", "rückbuchung", "zurückerstattet", "rückerstattet", "vollständig erstattet", "voll erstattet", "retoure", "gutgeschrieben", "retournée", "retourné",
    "entièrement remboursée", "entièrement remboursé", "remboursement effectué", "devolución", "totalmente reembolsado", "rimborsata",
    "restituito", "geretourneerd",
)  # fmt: skip
PARTLY_RETURNED_WORDS = (
    "refunded (partially)", "erstattet (teilweise)", "partially refunded", "partially_refunded", "partial refund", "partially returned", "partly refunded", "teilweise erstattet",
    "partiellement remboursé", "parcialmente reembolsado", "部分退款", "部分退货",
    "一部返金", "부분환불", "частичный возврат", "częściowy zwrot",
    "teilerstattet", "teilweise zurückerstattet", "teilweise retourniert", "partiellement remboursée", "remboursement partiel",
    "reembolso parcial", "parcialmente reembolsada", "parzialmente rimborsato", "gedeeltelijk terugbetaald", "已部分退款", "部分已退款",
)  # fmt: skip
CREDITED_WORDS = (
    "credit note", "credit memo", "sales credit note", "credit invoice", "credit_note", "gutschrift", "stornorechnung", "rechnungskorrektur",
    "avoir", "note de crédit", "facture d'avoir", "nota de crédito", "nota de credito", "factura rectificativa", "nota di credito",
    "creditnota", "creditfactuur", "kreditnota", "kreditfaktura", "faktura korygująca", "红字发票", "红冲", "赤伝票", "返金伝票", "대변전표", "кредит-нота",
)  # fmt: skip
"""Words for a document of its own that takes an earlier order back, its amount written with either sign."""
UNPAID_WORDS = (
    "unpaid", "not paid", "failed", "declined", "denied", "expired", "abandoned", "payment failed", "payment error", "awaiting payment",
    "pending payment", "payment pending", "pending", "pending review", "payment review", "draft", "checkout-draft", "auto-draft", "on hold", "on-hold",
    "onhold", "holded", "quote", "in cart", "authorized", "incomplete", "manual verification required", "fraud", "suspected fraud",
    "requires_payment_method", "pending_payment", "payment_review", "awaiting_payment", "zahlung ausstehend", "ausstehend", "entwurf",
    "fehlgeschlagen", "unbezahlt", "in wartestellung", "en attente", "en attente de paiement", "échouée", "échoué", "brouillon", "impayée", "pendiente",
    "pendiente de pago", "fallido", "borrador", "en espera", "impagado", "aguardando pagamento", "pendente", "rascunho", "falhou", "in attesa",
    "in sospeso", "fallito", "bozza", "in afwachting", "in de wacht", "mislukt", "concept", "väntar", "保留中", "입금대기", "未付款", "待付款", "未支付", "待支付", "支付失败",
    "已过期", "等待买家付款", "草稿", "待确认付款", "拒收", "test", "test order", "测试", "测试订单",
    "入金待ち", "未入金", "支払い待ち", "결제대기", "미결제", "не оплачен", "ожидает оплаты", "nieopłacone", "oczekuje na płatność", "ödeme bekleniyor",
    "chờ thanh toán", "belum bayar", "尚未付款", "待成团", "未成团", "等待付款", "to pay",
    "1. mahnung", "2. mahnung", "3. mahnung", "inkasso", "reserviert", "verzögert", "überprüfung notwendig", "unbestätigt", "offen", "zahlung offen", "wartet auf zahlung", "warten auf zahlung", "nicht bezahlt", "zahlungsfehler", "zahlung fehlgeschlagen",
    "angebot", "warenkorb", "en attente du paiement", "en attente du paiement par chèque", "en attente de virement bancaire",
    "paiement refusé", "erreur de paiement", "échec", "échec du paiement", "non payé", "non payée", "abandonnée", "abandonné",
    "panier abandonné", "devis", "pago pendiente", "en espera de pago", "en espera de pago por transferencia bancaria", "error en pago",
    "pago fallido", "pago rechazado", "impagada", "abandonado", "abandonada", "carrito abandonado", "presupuesto",
    "in attesa di pagamento", "in attesa di bonifico bancario", "errore di pagamento", "non pagato", "niet betaald", "betaling mislukt",
)  # fmt: skip
"""Words of a status by their meaning. An order that was never paid was worth nothing, now or ever."""

COMPLETED_WORDS = (
    "completed", "complete", "paid", "fulfilled", "delivered", "shipped", "success", "succeeded", "successful", "closed won", "closedwon", "won", "ok",
    "done", "approved", "processing", "processed", "invoiced", "confirmed", "check-out", "checked out", "checked-out", "checked_out", "checked in", "checked-in", "checked_in", "stayed", "attended", "attending", "settled", "created", "partially_paid", "partially paid",
    "unfulfilled", "partial", "closed", "unshipped", "partially shipped", "partially_shipped", "partially fulfilled", "awaiting fulfillment",
    "awaiting shipment", "awaiting pickup", "ready", "ready for pickup", "in transit", "in progress", "received", "finished", "active", "captured",
    "accepted", "sold", "sale", "order", "placed", "disputed", "out for delivery", "sent", "bezahlt", "abgeschlossen", "versendet", "versandt",
    "geliefert", "in bearbeitung", "zugestellt", "erledigt", "payée", "payé", "terminée", "terminé", "expédiée", "expédié", "livrée", "livré",
    "en cours", "pagado", "pagada", "completado", "completada", "enviado", "enviada", "entregado", "entregada", "procesando", "交易成功", "已完成", "完成", "已发货",
    "已签收", "已付款", "待发货", "待收货", "已支付", "成功", "已收货", "已送达", "交易完成", "卖家已发货", "买家已付款", "待评价", "等待卖家发货", "等待买家确认收货", "等待发货", "已评价", "退款关闭", "未退款",
    "aprovado", "aprovada", "pagamento aprovado", "concluída", "entregue", "pago", "paga", "faturado", "concluído", "concluido", "em processamento", "completato", "spedito", "consegnato", "evaso",
    "in lavorazione", "voltooid", "verzonden", "betaald", "afgeleverd", "in behandeling", "levererad", "betald", "skickad", "leveret", "betalt", "発送済み",
    "完了", "배송완료", "결제완료",
    "待出货", "待出貨", "运送中", "運送中", "已出货", "已出貨", "待取件", "已取件", "配送中", "待签收", "已发货，待签收", "已发货,待签收", "已成团", "备货中", "待自提", "已核销", "待使用", "已使用",
    "已入住", "交易已完成", "已完成交易", "入金済み", "入金済", "発送待ち", "発送準備中", "発送済", "配達完了", "出荷済み", "取引完了", "배송중", "배송준비중", "배송준비", "상품준비중", "구매확정", "결제됨",
    "выполнен", "выполнено", "оплачен", "оплачено", "доставлен", "доставлено", "отправлен", "завершен", "завершён", "zrealizowane",
    "opłacone", "wysłane", "dostarczone", "tamamlandı", "teslim edildi", "kargoya verildi", "ödendi", "hoàn thành", "đã giao", "selesai",
    "dikirim", "ready_to_ship", "ready to ship", "to ship", "to receive", "to_ship", "packed", "dispatched", "despatched", "picked up",
    "collected", "fully paid", "payment received", "shipping", "awaiting collection", "partially delivered",
    "komplett bezahlt", "teilweise bezahlt", "bezahlt (teilweise)", "komplett abgeschlossen", "teilweise abgeschlossen", "komplett ausgeliefert",
    "teilweise ausgeliefert", "zur lieferung bereit", "komplett in rechnung gestellt", "payment accepted", "remote payment accepted", "paid (partially)",
    "ausgeliefert", "fertig", "fertiggestellt", "versandbereit", "bereit zum versand", "zahlung eingegangen", "zahlung erfolgt",
    "zahlung akzeptiert", "lieferung erfolgt", "in zustellung", "abgeholt", "vorbereitung läuft", "teilweise versendet",
    "teilweise geliefert", "paiement accepté", "paiement à distance accepté", "en cours de préparation", "préparation en cours",
    "en préparation", "en cours de livraison", "expédition en cours", "prêt à expédier", "traitée", "traité", "validée", "validé",
    "facturée", "finalizado", "finalizada", "pago aceptado", "preparación en curso", "en preparación", "en proceso", "en camino",
    "en reparto", "facturado", "facturada", "procesado", "pagato", "pagata", "spedita", "completata", "consegnata", "pagamento accettato",
    "preparazione in corso", "in consegna", "geleverd", "bezorgd", "afgerond", "in voorbereiding", "betaling aanvaard", "em preparação",
    "pagamento aceite", "em transporte",
)  # fmt: skip
"""Words of a status by which an order stands."""

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

    ``revenue`` is what stands of the row, ``undone`` what was taken back of it. A negative
    amount or quantity takes an earlier sale back: its revenue is negative (cancelled if the
    order id is ``C`` and digits, returned otherwise). An order that its status calls
    cancelled or returned, with a positive amount, was undone in place: nothing is left. So
    was one of which all was refunded. One that was never paid was never worth anything; one
    of which a part was taken back that no column tells has no revenue that is known. A word
    that says none of this makes the order ``unclear``: it does not stand either. One with a
    time of cancellation was cancelled, though its status may only speak of its payment; one
    with a time of refund was returned whole, unless an amount or the status says how much. A
    credit note takes an earlier order back, as a negative amount does.
    """
    negative = "(_amount < 0 OR quantity < 0)" if "quantity" in mapped else "_amount < 0"
    kind = f"CASE WHEN regexp_full_match(order_id, '[Cc]\\d+') THEN {_CANCELLED} ELSE {_RETURNED} END"
    taken_back = kind if "order_id" in mapped else _RETURNED
    refunded = "least(abs(refunded), abs(_amount))" if "refunded" in mapped else "0"
    cases = [(f"regexp_matches(is_test, {bind(_TESTS)}, 'i')", _UNPAID, "0", "0")] if "is_test" in mapped else []
    cases.append((negative, taken_back, "-abs(_amount)", "abs(_amount)"))
    undone, partly = _by_status(bind, has_refunds="refunded" in mapped) if "status" in mapped else ([], [])
    at_an_instant = [("cancelled_at IS NOT NULL", _CANCELLED, "0", "abs(_amount)")] if "cancelled_at" in mapped else []
    cases += [*undone[:1], *at_an_instant, *undone[1:], *partly]
    if "refunded" in mapped:
        whole = "abs(refunded) >= abs(_amount) AND _amount <> 0"
        cases += [
            (whole, _RETURNED, "0", "abs(_amount)"),
            ("refunded <> 0", _COMPLETED, f"_amount - {refunded}", refunded),
        ]
    elif "refunded_at" in mapped:
        cases.append(("refunded_at IS NOT NULL", _RETURNED, "0", "abs(_amount)"))
    found = {
        name: f"CASE {' '.join(f'WHEN {case[0]} THEN {case[place]}' for case in cases)} ELSE {otherwise} END"
        for place, name, otherwise in ((1, "status", _COMPLETED), (2, "revenue", "_amount"), (3, "undone", "NULL"))
    }
    if "quantity" in mapped:
        found["quantity"] = f"CASE WHEN {negative} OR ({found['status']}) = {_COMPLETED} THEN quantity ELSE 0 END"
    return found


def return_meaning() -> dict[str, str]:
    """SQL for the fields of a refund that names the order it takes back, however its amount is signed."""
    return {"status": _RETURNED, "revenue": "-abs(_amount)", "undone": "abs(_amount)"}


_Case = tuple[str, str, str, str]


def _by_status(bind: Callable[[str], str], *, has_refunds: bool) -> tuple[list[_Case], list[_Case]]:
    """Condition, status, revenue and undone of what a status may say: that nothing stands, and what else needs a case."""
    cancelled, returned, credited, unpaid, partly, stands = (_among(_WORD, words, bind) for words in _MEANINGS)
    known = f"{partly} OR {stands}"
    in_part = [] if has_refunds else [(partly, _COMPLETED, "NULL", "_amount * 0")]
    undone = [
        (unpaid, _UNPAID, "0", "0"),
        (cancelled, _CANCELLED, "0", "abs(_amount)"),
        (returned, _RETURNED, "0", "abs(_amount)"),
        (credited, _RETURNED, "-abs(_amount)", "abs(_amount)"),
    ]
    return undone, [*in_part, (f"status IS NOT NULL AND NOT ({known})", _UNCLEAR, "0", "0")]


_COMPLETED, _CANCELLED, _RETURNED, _UNPAID, _UNCLEAR = (
    f"'{word}'::{STATUS}" for word in ("completed", "cancelled", "returned", "unpaid", "unclear")
)
_MEANINGS = (CANCELLED_WORDS, RETURNED_WORDS, CREDITED_WORDS, UNPAID_WORDS, PARTLY_RETURNED_WORDS, COMPLETED_WORDS)
_TESTS = (
    r"(?:^|[,;|])\s*(?:true|t|yes|y|1|ja|oui|sí|si|是|test|test[ _-]?orders?|testing|测试|测试订单|#d\d+|[^,;|]*bogus gateway[^,;|]*)"
    r"\s*(?:$|[,;|])"
)
"""What marks an order as a test or a draft: a yes, a tag, a draft's number, a payment that is none."""
# WooCommerce writes wc-completed where others write completed.
_WORD = "regexp_replace(lower(trim(status)), '^wc-', '')"


def _among(word: str, words: tuple[str, ...], bind: Callable[[str], str]) -> str:
    # A list, for the engine makes a join of IN, which loses the file's order.
    return f"coalesce(list_contains([{', '.join(bind(each) for each in words)}], {word}), FALSE)"
