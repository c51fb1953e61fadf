"""Which traits say most about how somebody buys: value, then behavior, then all else; and codes, which say nothing."""

from __future__ import annotations

import re

import numpy as np

from coterie.segment.segmentations.features import Numbers

FAMILIES = ("value", "behavior", "other", "demographic")
"""In order of preference. Demographics describe segments; they divide the base only where little else is known."""

TELLING = {
    "revenue": "value",
    "average_order_value": "value",
    "recency_days": "behavior",
    "orders": "behavior",
    "discount_share": "behavior",
    "categories_bought": "behavior",
    "favorite_category_share": "behavior",
    "return_rate": "behavior",
    "open_rate": "behavior",
    "view_recency_days": "behavior",
    "products_viewed": "behavior",
    "different_products_viewed": "behavior",
    "carts": "behavior",
    "carts_per_view": "behavior",
    "sessions": "behavior",
    "activity_recency_days": "behavior",
    "active_days": "behavior",
    "activities": "behavior",
    "activity_sessions": "behavior",
    "kinds_of_activity": "behavior",
    "favorite_activity_share": "behavior",
    "activity_weekend_share": "behavior",
    "activity_irregularity": "behavior",
}
"""Ready traits that are looked at when nobody names traits, most preferred first in their family."""

PERSONAL = frozenset({"name", "first_name", "last_name", "full_name", "street", "address"})
"""Traits of words that name people and places to write to."""

_VALUE = [
    "revenue",
    "spend",
    "spends",
    "spent",
    "spending",
    "income",
    "salary",
    "wage",
    "earnings",
    "amount",
    "amounts",
    "sales",
    "value",
    "ltv",
    "clv",
    "profit",
    "margin",
    "turnover",
    "balance",
    "limit",
    "payment",
    "arr",
    "mrr",
    "gmv",
    "fee",
    "fees",
    "price",
    "payments",
    "paid",
    "purchases",
    "budget",
    "wealth",
    "money",
    "cost",
    "charges",
    "bill",
    "fare",
    "basket",
    "einkommen",
    "umsatz",
    "betrag",
    "gehalt",
    "ausgaben",
    "revenu",
    "montant",
    "mnt",
    "salaire",
    "ventes",
    "ingresos",
    "importe",
    "gasto",
    "ventas",
]
_VALUE_SIGNS = ("金额", "收入", "消费", "花费", "支出", "余额", "额度", "销售额", "客单价", "薪")
_BEHAVIOR = [
    "orders",
    "order",
    "visits",
    "visit",
    "frequency",
    "recency",
    "transactions",
    "transaction",
    "trx",
    "count",
    "counts",
    "clicks",
    "views",
    "sessions",
    "opens",
    "logins",
    "calls",
    "days",
    "months",
    "since",
    "times",
    "purchases_count",
    "items",
    "quantity",
    "returns",
    "discount",
    "share",
    "rate",
    "usage",
    "minutes",
    "hours",
    "duration",
    "score",
    "interactions",
    "tickets",
    "complaints",
    "cards",
    "products",
    "inactive",
]
_BEHAVIOR_SIGNS = ("次数", "频次", "天数", "频率", "数量", "时长", "评分", "活跃", "浏览", "点击")
_DEMOGRAPHIC = [
    "age",
    "ages",
    "birth",
    "birthyear",
    "born",
    "height",
    "weight",
    "children",
    "kids",
    "kidhome",
    "teenhome",
    "household",
    "dependents",
    "dependent",
    "family",
    "size",
    "education",
    "siblings",
    "partner",
    "married",
    "marital",
    "gender",
    "sex",
    "senior",
    "citizen",
    "retired",
    "city",
    "town",
    "country",
    "region",
    "state",
    "province",
    "employees",
    "alter",
    "kinder",
    "edad",
    "hijos",
    "enfants",
]
_DEMOGRAPHIC_SIGNS = ("年龄", "出生", "身高", "体重", "孩子", "子女", "家庭", "性别", "婚", "城市", "省")
_COUNTING = {
    "trx",
    "transactions",
    "frequency",
    "count",
    "counts",
    "times",
    "pct",
    "prc",
    "percent",
    "ratio",
    "share",
    "rate",
}
"""Words that make a behavior of what is named for money beside them: purchases_frequency, share_of_spend."""
_CODE = [
    "id",
    "ids",
    "uid",
    "code",
    "codes",
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "plz",
    "cp",
    "phone",
    "tel",
    "telephone",
    "mobile",
    "fax",
    "sku",
    "ean",
    "number",
    "no",
    "nr",
    "num",
    "key",
    "serial",
    "index",
    "idx",
    "row",
    "rownum",
    "sl",
    "sno",
    "account",
    "iban",
    "lat",
    "lon",
    "lng",
    "latitude",
    "longitude",
    "fips",
    "naics",
    "sic",
    "client",
    "clientnum",
    "kundennummer",
    "codigo",
]
_LONGEST_NAME = 4
"""Of more words than these a name is a statement or a question, such as surveys have."""
_CODE_SIGNS = ("编号", "编码", "代码", "邮编", "电话", "手机", "序号", "号码", "工号")


def family_of(trait: str) -> str:
    """What a trait tells of, by its name.

    >>> family_of("annual_income_k"), family_of("orders"), family_of("age"), family_of("likes_dance")
    ('value', 'behavior', 'demographic', 'other')
    """
    if trait in TELLING:
        return TELLING[trait]
    words = set(_words(trait))
    if len(words) > _LONGEST_NAME and not _counts(trait):
        return "other"
    if (words & _COUNTING or _counts(trait)) and not words & set(_DEMOGRAPHIC):
        return "behavior"
    for family, named, signs in (
        ("demographic", _DEMOGRAPHIC, _DEMOGRAPHIC_SIGNS),
        ("value", _VALUE, _VALUE_SIGNS),
        ("behavior", _BEHAVIOR, _BEHAVIOR_SIGNS),
    ):
        if words & set(named) or any(sign in trait for sign in signs):
            return family
    return "other"


def is_code(trait: str, values: Numbers) -> bool:
    """Whether numbers only name something: by the name of the trait, or as whole numbers that are all different in a row.

    >>> is_code("postcode", np.array([1010.0, 8010.0])), is_code("income", np.array([15.0, 16.0, 15.0]))
    (True, False)
    """
    words = set(_words(trait))
    if len(words) > _LONGEST_NAME:
        return False
    names_something = words & set(_CODE) or any(sign in trait for sign in _CODE_SIGNS)
    if names_something and not _counts(trait):
        return True
    present = values[np.isfinite(values)]
    if len(present) < 20 or (present != np.floor(present)).any():
        return False
    different = np.unique(present)
    # A column of running numbers has hardly a gap and nothing twice.
    return len(different) == len(present) and float(different[-1] - different[0]) < 1.05 * len(present)


def _counts(trait: str) -> bool:
    """Whether a trait is a number *of* something: number_of_cards, num_web_purchases; an account_number is none."""
    first, *others = _words(trait) or [""]
    counted = set(_BEHAVIOR) | set(_DEMOGRAPHIC) | set(_VALUE) | {"of"}
    return first in {"number", "no", "num", "n", "nb", "nbr", "cnt"} and any(
        word in counted or (word.endswith("s") and word not in _CODE) for word in others
    )


def _words(trait: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", trait)
    return re.findall(r"[^\W\d_]+", spaced.lower())
