"""Columns beside an order's status that say whether it stands, and the words in them."""

from __future__ import annotations

import re

FLAGS_THAT_UNDO = {
    "cancelled": "cancelled canceled cancel cancellation void voided deleted trashed annulled storniert storno annulé annulée annule annulee "
    "cancelado cancelada anulado anulada annullato annullata geannuleerd avbruten iptal 取消 作废 关闭 删除 作廢 關閉 刪除",
    "returned": "refunded refund returned retourniert erstattet remboursé remboursée rembourse remboursee reembolsado reembolsada devuelto devuelta "
    "rimborsato terugbetaald 退款 退货 退貨 退单",
}  # fmt: skip
"""What a yes means → names of columns whose yes undoes an order."""
FLAGS_THAT_SETTLE = "paid payed completed complete bezahlt abgeschlossen payé payée paye payee pagado pagada completado completada pagato pagata betaald 付款 支付 完成 成交 收款"
"""Names of columns whose no leaves an order unpaid."""
BESIDE_A_FLAG = frozenset(
    [
        "is",
        "was",
        "has",
        "been",
        "order",
        "orders",
        "sale",
        "transaction",
        "payment",
        "invoice",
        "fully",
        "flag",
        "ist",
        "wurde",
        "bestellung",
        "est",
        "commande",
        "es",
        "pedido",
    ]
)
"""Words that change nothing of such a name."""
AROUND_A_FLAG = re.compile(r"^(?:是否|订单|訂單)+|^[已被]|(?:标志|标记|與否|与否)$")
"""What changes nothing of such a Chinese name."""

YES_AND_NO = (
    ("yes", "no"), ("true", "false"), ("1", "0"), ("1.0", "0.0"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("oui", "non"), ("sí", "no"), ("si", "no"),
    ("是", "否"), ("√", "×"), ("已付款", "未付款"), ("x", ""),
)  # fmt: skip
"""How flags are written, in lower case."""

OF_PAYMENT = re.compile(r"pay|paid|financ|zahl|paiement|pago|支付|付款|收款", re.IGNORECASE)
OF_DELIVERY = re.compile(
    r"fulfil|shipp|deliver|versand|liefer|exp[ée]dition|livraison|env[ií]o|发货|發貨|物流|配送", re.IGNORECASE
)
OF_RETURNS = re.compile(
    r"return|refund|after.?sale|retour|rembours|reembols|devoluci|售后|售後|退款|退货|退貨", re.IGNORECASE
)
"""What a further status is about, by its name."""
