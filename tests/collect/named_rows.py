"""Small made-up files under the real header of each named export, with what is right written down before."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from coterie.collect.named.formats import named_formats

Row = dict[str, object]


@dataclass(frozen=True)
class Case:
    """Rows of one named export; ``right`` is what they come to.

    ``stands`` counts the orders that stand, ``revenue`` is what stands after refunds, ``lines`` counts order lines,
    ``people`` customers; ``said`` is channel and state → whose answer it is.
    """

    rows: tuple[Row, ...]
    stands: int = 0
    revenue: str = "0"
    discount: str = "0"
    orders: int = 0
    lines: int = 0
    people: int = 0
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)
    file: str = "export.csv"
    delimiter: str = ","

    def text(self, name: str, *, leave_out: tuple[str, ...] = (), turned: bool = False, loud: bool = False) -> str:
        """The file; ``turned`` has its columns the other way round, ``loud`` their names in capitals."""
        header = [each for each in named_formats()[name].header if each not in leave_out]
        header += [each for row in self.rows[:1] for each in row if each not in header and each not in leave_out]
        header = header[::-1] if turned else header
        sink = io.StringIO()
        writer = csv.writer(sink, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow([each.upper() if loud else each for each in header])
        writer.writerows([[row.get(each, "") for each in header] for row in self.rows])
        return sink.getvalue()


def _shopify(
    number: int, email: str, status: str, total: str, off: str, refund: str, **further: object
) -> tuple[Row, Row]:
    name, day = f"#{number}", f"2026-10-{number % 100:02d} 09:12:44 +0200"
    name = str(further.get("Name", name))
    first = {
        "Name": name, "Email": email, "Financial Status": status, "Currency": "EUR", "Total": total, "Discount Amount": off,
        "Created at": day, "Refunded Amount": refund, "Lineitem quantity": 2, "Lineitem name": "Tea", "Lineitem price": "10.00",
        "Lineitem sku": "T1", "Lineitem discount": "0.00", "Accepts Marketing": "yes" if number % 2 else "no", **further,
    }  # fmt: skip
    second = {
        "Name": name,
        "Created at": day,
        "Lineitem quantity": 1,
        "Lineitem name": "Pot",
        "Lineitem price": "40.00",
        "Lineitem sku": "P1",
    }
    return first, second


def _rows(columns: str, *rows: str) -> tuple[Row, ...]:
    names = columns.split("|")
    return tuple(dict(zip(names, row.split("|"), strict=True)) for row in rows)


_WOO = _rows(
    "Order Number|Order Status|Order Date|Email (Billing)|Phone (Billing)|Order Refund Amount|Order Total Amount|Cart Discount Amount",
    "9001|Completed|2026-10-01 10:00|rosa@diaz.example|600111222|0|45|0",
    "9002|Processing|2026-10-02 10:00|rosa@diaz.example|600111222|0|55|5",
    "9003|Refunded|2026-10-03 10:00|rosa@diaz.example|600111222|35|35|0",
    "9004|Cancelled|2026-10-04 10:00|luis@gil.example||0|35|0",
    "9005|Failed|2026-10-05 10:00|luis@gil.example||0|35|0",
    "9006|Pending payment|2026-10-06 10:00|luis@gil.example||0|35|0",
    "9007|On hold|2026-10-17 10:00|eva@sanz.example||0|35|0",
    "9008|Completed|2026-10-18 10:00|eva@sanz.example||20|65|0",
    "9009|wc-completed|2026-10-19 10:00|eva@sanz.example||0|15|0",
)
_MAILCHIMP = "Email Address|First Name|MEMBER_RATING|OPTIN_TIME|CONFIRM_TIME|LAST_CHANGED"
_LISTED = (
    "ana@x.example|Ana|2|2026-01-02 10:00:00|2026-01-02 10:05:00|2026-03-04 10:00:00",
    "bo@x.example|Bo|4||2026-01-13 10:05:00|2026-03-14 10:00:00",
)


def _matrixify(
    number: int, who: str, status: str, total: str, back: str, accepts: str, *, on_all: bool = False, **further: str
) -> tuple[Row, ...]:
    """Two lines, a discount, shipping, what was taken back, a payment and a parcel; what is of the order on its top row alone, or ``on_all``."""
    always = {"ID": f"90{number}", "Name": f"#{number}"}
    order = {
        "Email": f"{who}@x.example", "Created At": f"2026-10-{number % 100:02d} 09:12:44 +0200", "Currency": "EUR",
        "Price: Total": total, "Price: Total Refund": back, "Price: Total Discount": "5.00", "Payment: Status": status,
        "Customer: ID": f"77{who}", "Customer: Email": f"{who}@x.example", "Customer: Accepts Marketing": accepts, **further,
    }  # fmt: skip
    lines = (
        {"Line: Type": "Line Item", "Line: SKU": "T1", "Line: Title": "Tea", "Line: Quantity": "2", "Line: Price": "10.00"},
        {"Line: Type": "Line Item", "Line: Title": "Pot", "Line: Quantity": "1", "Line: Price": "40.00"},
        {"Line: Type": "Discount", "Line: Title": "SPRING", "Line: Discount": "-5.00"},
        {"Line: Type": "Shipping Line", "Line: Title": "Post", "Line: Price": "5.00", "Line: Quantity": "1"},
        {"Line: Type": "Refund Line", "Line: SKU": "T1", "Line: Title": "Tea", "Line: Quantity": "-1", "Line: Price": "10.00"},
        {"Line: Type": "Transaction", "Transaction: Kind": "sale", "Transaction: Amount": total},
        {"Line: Type": "Fulfillment Line", "Fulfillment: ID": "8001"},
    )  # fmt: skip
    return tuple(
        {**always, **(order if place == 0 or on_all else {}), "Row #": str(place + 1), "Top Row": "TRUE" if place == 0 else "", **line}
        for place, line in enumerate(lines)
    )  # fmt: skip


CASES: dict[str, Case] = {
    "matrixify_orders": Case(
        (
            *_matrixify(2001, "uwe", "paid", "60.00", "0.00", "TRUE"),
            *_matrixify(2013, "uwe", "refunded", "60.00", "60.00", "TRUE"),
            *_matrixify(2017, "ina", "partially_refunded", "60.00", "10.00", "FALSE", on_all=True),
            *_matrixify(2018, "ina", "pending", "60.00", "0.00", "FALSE"),
            *_matrixify(2023, "max", "paid", "60.00", "0.00", "TRUE", **{"Cancelled At": "2026-10-24 08:00:00 +0200"}),
            *_matrixify(2024, "max", "paid", "45.00", "0.00", "TRUE", on_all=True),
        ),
        stands=3, revenue="155", discount="15", orders=6, lines=12,
        said={"email granted": ("max@x.example", "uwe@x.example"), "email denied": ("ina@x.example",)},
    ),
    "shopify_orders": Case(
        tuple(
            row
            for each in (
                (2001, "uwe@x.example", "paid", "60.00", "0.00", "0.00"),
                (2013, "uwe@x.example", "refunded", "60.00", "0.00", "60.00"),
                (2015, "ina@x.example", "voided", "60.00", "0.00", "0.00"),
                (2017, "ina@x.example", "partially_refunded", "60.00", "0.00", "10.00"),
                (2020, "max@x.example", "paid", "45.00", "15.00", "0.00"),
                (2021, "max@x.example", "pending", "60.00", "0.00", "0.00"),
                (2023, "max@x.example", "paid", "60.00", "0.00", "0.00", {"Cancelled at": "2026-10-24 08:00:00 +0200"}),
                (2025, "max@x.example", "paid", "60.00", "0.00", "0.00", {"Payment Method": "(for testing) Bogus Gateway"}),
                (2027, "max@x.example", "paid", "60.00", "0.00", "0.00", {"Tags": "Wholesale, Test"}),
                (2029, "max@x.example", "paid", "60.00", "0.00", "0.00", {"Tags": "contest, latest"}),
                (2031, "max@x.example", "paid", "60.00", "0.00", "0.00", {"Name": "#D12"}),
            )
            for row in _shopify(*each[:6], **(each[6] if len(each) > 6 else {}))
        ),
        stands=4, revenue="215", discount="15", orders=11, lines=22,
        said={"email granted": ("ina@x.example", "max@x.example", "uwe@x.example"), "email denied": ("max@x.example",)},
    ),
    "shopify_customers": Case(
        _rows(
            "Customer ID|First Name|Last Name|Email|Accepts Email Marketing|Phone|Accepts SMS Marketing|Total Spent|Total Orders",
            "'6001|Ann|Lee|ann@x.example|yes|+34600111221|no|45.00|1",
            "'6002|Bo|Ray|bo@x.example|no||no|0.00|0",
        ),
        people=2,
        said={"email granted": ("ann@x.example",), "email denied": ("bo@x.example",), "sms denied": ("ann@x.example", "bo@x.example")},
    ),
    "woocommerce_orders": Case(_WOO, stands=4, revenue="160", discount="5", orders=9),
    "woocommerce_csv_export": Case(
        _rows(
            "order_id|order_number|date|status|order_total|refunded_total|discount_total|order_currency|customer_id|billing_email",
            "11|11|2026-10-01 10:00|completed|45|0|3|EUR|7|rosa@diaz.example",
            "12|12|2026-10-22 10:00|processing|65|20|0|EUR|0|luis@gil.example",
            "13|13|2026-10-23 10:00|on-hold|35|0|0|EUR|0|luis@gil.example",
            "14|14|2026-10-24 10:00|refunded|35|35|0|EUR|7|rosa@diaz.example",
        ),
        stands=2, revenue="90", discount="3", orders=4,
    ),
    "magento_orders": Case(
        _rows(
            "ID|Purchase Point|Purchase Date|Bill-to Name|Grand Total (Base)|Grand Total (Purchased)|Status|Customer Email|Total Refunded",
            "000000301|Main|2026-10-01 10:00:00|Ann Lee|$45.00|$45.00|Complete|ann@x.example|",
            "000000302|Main|2026-10-12 10:00:00|Ann Lee|$65.00|$65.00|Processing|ann@x.example|$20.00",
            "000000303|Main|2026-10-13 10:00:00|Bo Ray|$35.00|$35.00|Closed|bo@x.example|$35.00",
            "000000304|Main|2026-10-14 10:00:00|Bo Ray|$35.00|$35.00|Pending|bo@x.example|",
            "000000305|Main|2026-10-15 10:00:00|Bo Ray|$35.00|$35.00|Canceled|bo@x.example|",
            "000000306|Main|2026-10-16 10:00:00|Bo Ray|$35.00|$35.00|On Hold|bo@x.example|",
        ),
        stands=2, revenue="90", orders=6,
    ),
    "bigcommerce_orders": Case(
        _rows(
            "Order ID|Order Status|Order Date|Order Time|Order Total (inc tax)|Refund Amount|Coupon Value|Customer ID|Customer Email|Order Currency Code",
            "101|Completed|10/01/2026|10:00 AM|45.00|0.00|5.00|7|ann@x.example|USD",
            "102|Awaiting Fulfillment|10/22/2026|10:00 AM|30.00|0.00|0.00|0|bo@x.example|USD",
            "103|Partially Refunded|10/23/2026|01:30 PM|65.00|20.00|0.00|7|ann@x.example|USD",
            "104|Refunded|10/24/2026|10:00 AM|35.00|35.00|0.00|7|ann@x.example|USD",
            "105|Incomplete|10/25/2026|10:00 AM|35.00|0.00|0.00|0|cy@x.example|USD",
            "106|Declined|10/26/2026|10:00 AM|35.00|0.00|0.00|0|cy@x.example|USD",
        ),
        stands=3, revenue="120", discount="5", orders=6,
    ),
    "squarespace_orders": Case(
        _rows(
            "Order ID|Email|Financial Status|Currency|Subtotal|Shipping|Amount Refunded|Total|Discount Amount|Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem sku",
            "00001|ann@x.example|PAID|EUR|50.00|5.00|0.00|52.00|3.00|2026-10-05 10:00:00 -0500|1|Cup|20.00|S1",
            "00001|ann@x.example|||||||||1|Plate|30.00|S2",
            "00002|bo@x.example|PARTIALLY_REFUNDED|EUR|100.00|0.00|25.00|100.00|0.00|2026-10-06 10:00:00 -0500|2|Bowl|50.00|S3",
            "00003|ann@x.example|REFUNDED|EUR|40.00|0.00|40.00|40.00|0.00|2026-10-07 10:00:00 -0500|1|Jar|40.00|S4",
            "00004|cy@x.example|PENDING|EUR|40.00|0.00|0.00|40.00|0.00|2026-10-08 10:00:00 -0500|1|Jar|40.00|S4",
        ),
        stands=2, revenue="127", discount="3", orders=4, lines=5,
    ),
    "etsy_orders": Case(
        _rows(
            "Sale Date|Order ID|Buyer User ID|Number of Items|Currency|Order Value|Discount Amount|Order Total|Adjusted Order Total",
            "10/21/26|3001|annb|1|EUR|50.00|2.00|48.00|0.00",
            "10/22/26|3002|carl|2|EUR|60.00|0.00|60.00|40.00",
            "11/03/26|3003|annb|1|EUR|20.00|0.00|20.00|",
        ),
        stands=3, revenue="108", discount="2", orders=3,
    ),
    "amazon_orders": Case(
        _rows(
            "order-id|order-item-id|purchase-date|buyer-email|sku|product-name|quantity-purchased|currency|item-price|item-promotion-discount",
            "111-1|901|2026-10-01T10:50:49-08:00|a1@marketplace.example|S1|Tea|2|USD|20.00|0.00",
            "111-1|902|2026-10-01T10:50:49-08:00|a1@marketplace.example|S2|Pot|1|USD|30.00|3.00",
            "111-2|903|2026-10-22T10:50:49-08:00|b2@marketplace.example|S1|Tea|1|USD|10.00|0.00",
        ),
        stands=2, revenue="57", discount="3", orders=2, lines=3, delimiter="\t", file="report.txt",
    ),
    "amazon_all_orders": Case(
        _rows(
            "amazon-order-id|purchase-date|order-status|item-status|sku|quantity|currency|item-price|item-promotion-discount|buyer-email",
            "222-1|2026-10-01T10:50:49+00:00|Shipped|Shipped|S1|2|USD|20.00|2.00|a1@marketplace.example",
            "222-1|2026-10-01T10:50:49+00:00|Shipped|Cancelled|S3|1|USD|89.95||a1@marketplace.example",
            "222-2|2026-10-22T10:50:49+00:00|Cancelled|Cancelled|S1|0|USD|10.00||b2@marketplace.example",
            "222-3|2026-10-23T10:50:49+00:00|Pending|Unshipped|S2|1|USD|30.00||b2@marketplace.example",
            "222-4|2026-10-24T10:50:49+00:00|Shipped||S2|1|USD|30.00|-5.00|b2@marketplace.example",
            "222-5|2026-10-25T10:50:49+00:00|Shipped - Returned to Seller|Shipped|S2|1|USD|30.00||b2@marketplace.example",
        ),
        stands=2, revenue="43", discount="7", orders=5, lines=6, delimiter="\t", file="report.txt",
    ),
    "stripe_payments": Case(
        _rows(
            "id|Created date (UTC)|Amount|Amount Refunded|Currency|Captured|Status|Customer ID|Customer Email|Dispute Status",
            "ch_1|2026-10-01 10:00:00|45.00|0.00|usd|true|Paid|cus_1|ann@x.example|won",
            "ch_2|2026-10-22 10:00:00|65.00|20.00|usd|true|Partially Refunded|cus_1|ann@x.example|",
            "ch_3|2026-10-23 10:00:00|35.00|35.00|usd|true|Refunded|cus_2|bo@x.example|",
            "ch_4|2026-10-24 10:00:00|35.00|0.00|usd|false|Failed|cus_2|bo@x.example|",
            "ch_5|2026-10-25 10:00:00|80.00|0.00|usd|true|Paid|cus_2|bo@x.example|lost",
            "ch_6|2026-10-26 10:00:00|25.00|0.00|usd|false|Paid|cus_2|bo@x.example|",
        ),
        stands=2, revenue="90", orders=6,
    ),
    "klaviyo_profiles": Case(
        _rows(
            "Email|Klaviyo ID|First Name|Phone Number|Email Marketing Consent|Email Marketing Consent Timestamp|Date Added|Email Suppressions",
            "ann@x.example|01A|Ann||SUBSCRIBED|2026-01-02 10:00:00|2026-01-01 10:00:00|[]",
            "bo@x.example|01B|Bo||UNSUBSCRIBED|2026-01-13 10:00:00|2026-01-01 10:00:00|['UNSUBSCRIBE']",
            "cy@x.example|01C|Cy||NEVER_SUBSCRIBED|2026-01-14 10:00:00|2026-01-01 10:00:00|[]",
            "di@x.example|01D|Di||SUBSCRIBED|2026-01-15 10:00:00|2026-01-01 10:00:00|['HARD_BOUNCE']",
        ),
        people=4,
        said={
            "email granted": ("ann@x.example", "di@x.example"),
            "email denied": ("bo@x.example", "di@x.example"),
            "email unconfirmed": ("cy@x.example",),
        },
    ),
    "hubspot_unsubscribes": Case(
        _rows(
            "Email|Portal Bounce|Portal Unsubscribe|Portal Spam Report|Global Bounce|Marketing Information",
            "ann@x.example||TRUE|||",
            "bo@x.example|UNKNOWN_USER||||",
            "cy@x.example|||TRUE||",
            "di@x.example|||||TRUE",
            "ed@x.example||FALSE|FALSE|MAILBOX_FULL|FALSE",
            "fy@x.example||FALSE|FALSE||FALSE",
        ),
        said={"email denied": ("ann@x.example", "bo@x.example", "cy@x.example", "di@x.example", "ed@x.example")},
    ),
    "mailchimp_subscribed": Case(
        _rows(_MAILCHIMP, *_LISTED), people=2, said={"email granted": ("ana@x.example", "bo@x.example")},
        file="subscribed_email_audience_export_1a2b.csv",
    ),
    "mailchimp_nonsubscribed": Case(
        _rows(_MAILCHIMP, *_LISTED), people=2, said={"email unconfirmed": ("ana@x.example", "bo@x.example")},
        file="nonsubscribed_email_audience_export_1a2b.csv",
    ),
    "mailchimp_list": Case(
        _rows(_MAILCHIMP, *_LISTED), people=2, said={"email unconfirmed": ("ana@x.example", "bo@x.example")},
    ),
    "mailchimp_unsubscribed": Case(
        _rows(f"{_MAILCHIMP}|UNSUB_TIME|UNSUB_REASON", *(f"{each}|2026-02-1{n} 10:00:00|N/A" for n, each in enumerate(_LISTED))),
        people=2, said={"email denied": ("ana@x.example", "bo@x.example")},
    ),
    "mailchimp_cleaned": Case(
        _rows(f"{_MAILCHIMP}|CLEAN_TIME|CLEAN_CAMPAIGN_TITLE", *(f"{each}|2026-02-1{n} 10:00:00|News" for n, each in enumerate(_LISTED))),
        people=2, said={"email denied": ("ana@x.example", "bo@x.example")},
    ),
    "mailchimp_statuses": Case(
        _rows(f"{_MAILCHIMP}|Status", f"{_LISTED[0]}|subscribed", f"{_LISTED[1]}|cleaned"),
        people=2, said={"email granted": ("ana@x.example",), "email denied": ("bo@x.example",)},
    ),
    "hubspot_contacts": Case(
        _rows(
            "Record ID|First Name|Last Name|Email|Phone Number|Create Date (GMT)|Lifecycle Stage|Unsubscribed from all email",
            "51|Ann|Lee|ann@x.example||2026-01-02 10:00|Customer|",
            "52|Bo|Ray|bo@x.example||2026-01-13 10:00|Lead|Yes",
            "53|Cy|Day|cy@x.example||2026-01-14 10:00|Lead|No",
        ),
        people=3, said={"email denied": ("bo@x.example",)},
    ),
    "taobao_orders": Case(
        _rows(
            "订单编号|买家会员名|买家应付货款|总金额|买家实际支付金额|订单状态|联系手机|订单创建时间|宝贝总数量|店铺名称|退款金额",
            "1800000001|tb01|45.00|45.00|45.00|交易成功|'13900000001|2026-10-01 10:00:00|1|茶铺|0",
            "1800000002|tb01|55.00|55.00|55.00|买家已付款，等待卖家发货|'13900000001|2026-10-22 10:00:00|2|茶铺|0",
            "1800000003|tb02|35.00|35.00|0.00|交易关闭|'13900000002|2026-10-23 10:00:00|1|茶铺|0",
            "1800000004|tb02|35.00|35.00|0.00|等待买家付款|'13900000002|2026-10-24 10:00:00|1|茶铺|0",
            "1800000005|tb02|65.00|65.00|65.00|交易成功|'13900000002|2026-10-25 10:00:00|1|茶铺|20.00",
        ),
        stands=3, revenue="145", orders=5,
    ),
    "brevo_contacts": Case(
        _rows(
            "CONTACT ID|EMAIL|FIRSTNAME|SMS|DOUBLE_OPT-IN|EMAIL_BLACKLISTED|SMS_BLACKLISTED|ADDED_TIME|MODIFIED_TIME",
            "1|ann@x.example|Ann|34600111221|1|false|true|13-01-2026 10:00:00|14-02-2026 10:00:00",
            "2|bo@x.example|Bo||2|true|false|05-02-2026 10:00:00|06-02-2026 10:00:00",
            "3|cy@x.example|Cy||2|false|false|05-02-2026 10:00:00|06-02-2026 10:00:00",
        ),
        people=3,
        said={"email denied": ("bo@x.example",), "sms denied": ("ann@x.example",)},
        delimiter=";",
    ),
    "ga4_events": Case(
        _rows(
            "event_date|event_timestamp|event_name|user_pseudo_id|user_id|ecommerce.transaction_id|ecommerce.purchase_revenue",
            "20261001|1790848800000000|page_view|111.1|||",
            "20261001|1790848860000000|view_item|111.1|||",
            "20261001|1790848920000000|purchase|111.1|u1|T1|45.00",
            "20261002|1790935200000000|page_view|222.2|||",
            "20261002|1790935260000000|purchase|222.2||T2|20.00",
        ),
        stands=2, revenue="65", orders=2,
    ),
    "jd_orders": Case(
        _rows(
            "订单号|商品ID|商品名称|订购数量|下单时间|京东价|订单金额|结算金额|余额支付|应付金额|订单状态|下单帐号|联系电话",
            "260001|11|茶|2|2026-10-01 10:00:00|10.00|50.00|45.00|45.00|0.00|完成|jd_1|13900000001",
            "260001|12|壶|1|2026-10-01 10:00:00|30.00|50.00|45.00|45.00|0.00|完成|jd_1|13900000001",
            "260002|11|茶|1|2026-10-22 10:00:00|10.00|10.00|10.00|0.00|10.00|等待付款|jd_2|13900000002",
            "260003|11|茶|1|2026-10-23 10:00:00|10.00|10.00|10.00|0.00|10.00|(删除)等待出库|jd_2|13900000002",
            "260004|11|茶|1|2026-10-24 10:00:00|10.00|10.00|10.00|0.00|10.00|等待确认收货|jd_2|13900000002",
            "260005|11|茶|1|2026-10-25 10:00:00|10.00|10.00|10.00|0.00|10.00|(锁定)等待确认收货|jd_2|13900000002",
            "260006|11|茶|1|2026-10-26 10:00:00|10.00|10.00|10.00|0.00|10.00|(删除)等待确认收货|jd_2|13900000002",
        ),
        stands=3, revenue="65", orders=6, lines=7,
    ),
    "youzan_customers": Case(
        _rows(
            "客户姓名|客户昵称|客户手机号|客户生日|客户性别|消费次数|消费金额|成为客户时间",
            "张三|沙拉|13800138000|1990-01-01|女|2|300.00|2024-01-01 10:00:00",
            "李四|沙拉|13900139000||男|0|0.00|2026-04-15 12:21:29",
        ),
        people=2,
    ),
    "youzan_orders": Case(
        _rows(
            "订单号|订单状态|买家手机号|订单创建时间|订单实付金额|订单已退款金额|店铺优惠合计|归属店铺",
            "E2026001|交易完成|13900000001|2026-10-01 10:00:00|45.00|0.00|5.00|总店",
            "E2026002|已发货|13900000001|2026-10-22 10:00:00|65.00|20.00|0.00|总店",
            "E2026003|待付款|13900000002|2026-10-23 10:00:00|35.00|0.00|0.00|总店",
            "E2026004|交易关闭|13900000002|2026-10-24 10:00:00|35.00|0.00|0.00|总店",
        ),
        stands=2, revenue="90", discount="5", orders=4,
    ),
}  # fmt: skip
