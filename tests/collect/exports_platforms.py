"""Exports whose amounts, instants or kind are easily mistaken: discounts, totals beneath, days apart from times, stages."""

from __future__ import annotations

from collections.abc import Callable

from tests.collect.exports import Export, at, instant, mail, money, pick


def _worth(row: int) -> float:
    return float(money(row))


def _pieces(row: int) -> int:
    return 1 + row % 3


def _line(row: int) -> float:
    return _pieces(row) * _worth(row)


def _off(row: int) -> float:
    return 1.5 if row % 2 else 0.0


def _who(row: int) -> int:
    return 1000 + row * 7 % 37


def _filled(header: str, cells: Callable[[int], dict[str, object]]) -> Callable[[int], list[object]]:
    """Rows that fill only some of the many columns."""
    return lambda row: [cells(row).get(name, "") for name in header.split("|")]


def _euros(size: float) -> str:
    return f"{size:,.2f}".translate(str.maketrans(",.", ".,"))


_STRIPE = "id|Description|Email|Name|Created (UTC)|Delinquent|Card ID|Card Last4|Card Brand|Default Source|Currency|Total Spend|Payment Count|Average Order|Refunded Volume|Dispute Losses|Plan|Status"
_PAYPAL = "Date|Time|TimeZone|Name|Type|Status|Currency|Gross|Fee|Net|From Email Address|To Email Address|Transaction ID|Shipping Address|Address Status|Item Title|Item ID|Sales Tax|Reference Txn ID|Invoice Number|Quantity|Receipt ID|Balance"
_SQUARE = "Date|Time|Time Zone|Gross Sales|Discounts|Service Charges|Net Sales|Tax|Tip|Total Collected|Source|Card|Cash|Transaction ID|Payment ID|Card Brand|PAN Suffix|Event Type|Location|Customer ID|Customer Name"
_ETSY = "Sale Date|Item Name|Buyer|Quantity|Price|Coupon Code|Discount Amount|Order Shipping|Item Total|Currency|Transaction ID|Listing ID|Date Paid|Ship Name|Ship City|Order ID|Order Type|SKU"
_DEALS = "Opportunity ID|Opportunity Name|Account ID|Account Name|Type|Lead Source|Amount|Expected Revenue|Close Date|Stage|Probability (%)|Age|Created Date|Opportunity Owner"
_TICKETS = "Id|Requester|Requester id|Requester email|Assignee|Group|Subject|Tags|Status|Priority|Via|Ticket type|Created at|Updated at|Solved at|Resolution time|Replies"
_DATACO = "Type|Benefit per order|Sales per customer|Customer City|Customer Email|Customer Fname|Customer Id|Customer Lname|Order Customer Id|order date (DateOrders)|Order Id|Order Item Discount|Order Item Discount Rate|Order Item Id|Order Item Product Price|Order Item Quantity|Sales|Order Item Total|Order Status|Product Card Id|Product Name|Product Price|shipping date (DateOrders)"
_KLAVIYO = "Email|Klaviyo ID|First Name|Last Name|Phone Number|City|Country|Zip Code|Source|Email Marketing Consent|Email Marketing Consent Timestamp|First Active|Last Active|Date Added|Total Customer Lifetime Value"
_DOUYIN = "主订单编号|子订单编号|选购商品|商品数量|商品ID|商品单价|订单应付金额|运费|优惠总金额|收件人|收件人手机号|省|市|订单提交时间|订单状态|流量来源"
_PINDUODUO = "商品|订单号|订单状态|商品总价(元)|店铺优惠折扣(元)|平台优惠折扣(元)|邮费(元)|用户实付金额(元)|商品数量(件)|手机|省|市|订单成交时间|支付时间|商品id|售后状态"

PLATFORMS = [
    Export(
        "stripe-customers", _STRIPE,
        _filled(_STRIPE, lambda r: {
            "id": f"cus_{r:08d}", "Email": f"p{r}@example.com", "Name": "Ann Lee", "Created (UTC)": at(r, "%Y-%m-%d %H:%M"),
            "Card ID": f"card_{r}", "Card Brand": "Visa", "Currency": "usd", "Total Spend": money(r), "Payment Count": r % 7,
        }),
        "customers", {"customer_id": "id", "email": "Email", "name": "Name", "joined_at": "Created (UTC)"},
    ),
    Export(
        "paypal-activity", _PAYPAL,
        _filled(_PAYPAL, lambda r: {
            "Date": at(r, "%m/%d/%Y"), "Time": at(r, "%H:%M:%S"), "TimeZone": "PST", "Name": "Ann Lee", "Type": "Express Checkout Payment",
            "Status": "Completed", "Currency": "USD", "Gross": money(r), "Fee": "-0.40", "Net": f"{_worth(r) - 0.4:.2f}",
            "From Email Address": mail(r), "To Email Address": "shop@example.org", "Transaction ID": f"9AB{r:013d}X",
            "Item Title": "Mug", "Invoice Number": f"INV{r}", "Quantity": 1, "Balance": money(r, 900, 9000),
        }),
        "orders", {"occurred_at": "Date", "email": "From Email Address", "revenue": "Gross"},
        amount=_worth, when=instant,
    ),
    Export(
        "square-transactions", _SQUARE,
        _filled(_SQUARE, lambda r: {
            "Date": at(r, "%Y-%m-%d"), "Time": at(r, "%I:%M %p"), "Time Zone": "Eastern Time", "Gross Sales": f"${_worth(r) + 2:.2f}",
            "Discounts": "-$2.00", "Net Sales": f"${_worth(r):.2f}", "Tax": "$1.00", "Tip": "$0.50",
            "Total Collected": f"${_worth(r) + 1.5:.2f}", "Source": "Point of Sale", "Transaction ID": f"T{r:09d}",
            "Payment ID": f"P{r:09d}", "Card Brand": "Visa", "PAN Suffix": 1000 + r % 40, "Event Type": "Payment",
            "Location": "Main", "Customer ID": f"CU{_who(r)}", "Customer Name": "Ann Lee",
        }),
        "orders", {"occurred_at": "Date", "customer_id": "Customer ID", "revenue": "Net Sales"},
        amount=_worth, when=lambda r: instant(r).replace(second=0),
    ),
    Export(
        "etsy-items", _ETSY,
        _filled(_ETSY, lambda r: {
            "Sale Date": at(r // 2, "%m/%d/%y"), "Item Name": "Ring", "Buyer": f"u{_who(r // 2)}", "Quantity": _pieces(r),
            "Price": money(r), "Discount Amount": "0.00", "Order Shipping": "4.00", "Item Total": f"{_line(r):.2f}", "Currency": "USD",
            "Transaction ID": 3_200_000_000 + r, "Listing ID": 900_000 + r % 20, "Date Paid": at(r // 2, "%m/%d/%Y"),
            "Ship City": "Austin", "Order ID": 2_800_000_000 + r // 2, "Order Type": "online", "SKU": f"E{r % 9}",
        }),
        "order_lines", {"order_id": "Order ID", "customer_id": "Buyer", "revenue": "Item Total", "unit_price": "Price"},
        amount=_line,
    ),
    Export(
        "deals-by-stage", _DEALS,
        _filled(_DEALS, lambda r: {
            "Opportunity ID": f"0065g{r:010d}", "Opportunity Name": f"Deal {r}", "Account ID": f"0015g{_who(r)}",
            "Account Name": "Acme", "Type": "New Business", "Lead Source": "Web", "Amount": money(r), "Expected Revenue": "9.00",
            "Close Date": at(r, "%-m/%-d/%Y"), "Stage": ("Closed Won", "Closed Lost", "Prospecting")[r % 3],
            "Probability (%)": 10, "Age": r, "Created Date": at(r, "%-m/%-d/%Y"), "Opportunity Owner": "Kim Lee",
        }),
        "orders", {"order_id": "Opportunity ID", "customer_id": "Account ID", "revenue": "Amount", "status": "Stage"},
        amount=lambda r: _worth(r) if r % 3 == 0 else 0.0,
    ),
    Export(
        "help-desk-by-requester", _TICKETS,
        _filled(_TICKETS, lambda r: {
            "Id": r + 1, "Requester": "Ann Lee", "Requester id": 370_000_000 + _who(r), "Requester email": mail(r),
            "Subject": "Where is it?", "Status": pick(r, "Open", "Solved"), "Priority": "Normal", "Via": "Web",
            "Ticket type": "Question", "Created at": at(r), "Updated at": at(r + 1), "Resolution time": 5, "Replies": 2,
        }),
        "tickets", {"event_id": "Id", "email": "Requester email", "occurred_at": "Created at", "subject": "Subject"},
    ),
    Export(
        "questions-as-columns",
        "#|How likely are you to recommend us to a friend?|Why did you give that score?|What's your email?|Start Date (UTC)|Submit Date (UTC)|Network ID",
        lambda r: [f"{r * 7919:032x}", r % 11, pick(r, "Good", "Slow", "ok"), mail(r), at(r), at(r), f"{r * 31:010x}"],
        "surveys",
        {"email": "What's your email?", "score": "How likely are you to recommend us to a friend?", "answer": "Why did you give that score?"},
    ),
    Export(
        "ads-with-totals", "Day|Campaign|Campaign status|Currency code|Cost|Impr.|Clicks|CTR|Avg. CPC|Conversions",
        lambda r: [at(r // 3, "%Y-%m-%d"), ("Brand", "Generic", "PMax")[r % 3], "Enabled", "USD", f"{10 * _worth(r):,.2f}", f"{12000 + r:,}", 300, "2.35%", "1.2", 5],
        "costs", {"occurred_on": "Day", "campaign": "Campaign", "amount": "Cost", "impressions": "Impr."},
        before='Campaign report\n"January 1, 2023 - February 7, 2023"\n', after='Total: Account, --, --,USD,"123,456.78","999,999",9999,2.35%,1.20,5\n',
        amount=lambda r: 10 * _worth(r),
    ),
    Export(
        "spend-with-a-nameless-total", "Reporting starts|Campaign name|Campaign delivery|Reach|Impressions|Amount spent (USD)|Link clicks",
        lambda r: [at(r // 3, "%Y-%m-%d"), ("Prospecting", "Retarget", "Lookalike")[r % 3], "active", 800, 1200 + r, money(r), 30],
        "costs", {"campaign": "Campaign name", "amount": "Amount spent (USD)"},
        after=f"2023-01-05,,,,99999,{sum(map(_worth, range(90))):.2f},999\n", amount=_worth,
    ),
    Export(
        "total-beneath-zh", "订单号|会员号|日期|金额", lambda r: [f"A{r + 1}", f"K{_who(r)}", at(r, "%Y-%m-%d"), money(r)],
        "orders", {"order_id": "订单号", "customer_id": "会员号", "revenue": "金额"},
        after=f"合计,,2023-05-01,{sum(map(_worth, range(90))):.2f}\n", amount=_worth,
    ),
    Export(
        "remarks-above", "order_id|customer_id|order_date|total", lambda r: [r + 1, _who(r), at(r), money(r)],
        "orders", {"order_id": "order_id", "revenue": "total"},
        before="# exported by shop 2023-05-01\n# currency: USD, timezone: UTC, all good\n", amount=_worth, when=instant,
    ),
    Export(
        "gross-beside-net", _DATACO,
        _filled(_DATACO, lambda r: {
            "Type": "DEBIT", "Sales per customer": f"{_line(r) * 0.9:.2f}", "Customer City": "Caguas", "Customer Email": "X" * 9,
            "Customer Fname": "Ann", "Customer Id": _who(r // 2), "Customer Lname": "Lee", "Order Customer Id": _who(r // 2),
            "order date (DateOrders)": at(r // 2, "%-m/%-d/%Y %-H:%M"), "Order Id": 77202 + r // 2, "Order Item Discount": f"{_line(r) * 0.1:.2f}",
            "Order Item Discount Rate": "0.1", "Order Item Id": 180_517 + r, "Order Item Product Price": money(r),
            "Order Item Quantity": _pieces(r), "Sales": f"{_line(r):.2f}", "Order Item Total": f"{_line(r) * 0.9:.2f}",
            "Order Status": "COMPLETE", "Product Card Id": 1360 + r % 9, "Product Name": "Watch", "Product Price": money(r),
        }),
        "order_lines", {"order_id": "Order Id", "revenue": "Order Item Total", "discount": "Order Item Discount"}, {"email": "Customer Email"},
        amount=lambda r: round(_line(r) * 0.9, 2),
    ),
    Export(
        "percent-off-proven", "InvoiceNumber|InvoiceDate|ContactName|EmailAddress|Description|Quantity|UnitAmount|Discount|LineAmount|TaxAmount|Currency",
        lambda r: [f"INV-{r // 2}", at(r // 2, "%d/%m/%Y"), "Ann Lee", mail(r // 2), "Advice", _pieces(r), money(r), (10, 0, 25)[r % 3], f"{_line(r) * (0.9, 1, 0.75)[r % 3]:.2f}", "0.00", "GBP"],
        "order_lines", {"revenue": "LineAmount", "quantity": "Quantity"}, {"discount": "Discount"},
        amount=lambda r: round(_line(r) * (0.9, 1, 0.75)[r % 3], 2),
    ),
    Export(
        "profiles-with-consent", _KLAVIYO,
        _filled(_KLAVIYO, lambda r: {
            "Email": f"p{r}@example.com", "Klaviyo ID": f"01H{r:010d}", "First Name": "Ann", "Last Name": "Lee", "City": "Austin",
            "Country": "United States", "Source": "Checkout", "Email Marketing Consent": pick(r, "SUBSCRIBED", "UNSUBSCRIBED"),
            "Email Marketing Consent Timestamp": at(r), "First Active": at(r), "Last Active": at(r + 5), "Date Added": at(r),
        }),
        "customers", {"email": "Email", "joined_at": "Date Added"}, {"joined_at": "Email Marketing Consent Timestamp"},
    ),
    Export(
        "customers-with-a-channel", "customer_id|name|email|acquisition_channel|newsletter|created",
        lambda r: [r + 1, "Ann Lee", f"p{r}@example.com", pick(r, "google", "store"), pick(r, "yes", "no"), at(r, "%Y-%m-%d")],
        "customers", {"customer_id": "customer_id", "email": "email", "joined_at": "created"},
    ),
    Export(
        "douyin-sub-orders", _DOUYIN,
        _filled(_DOUYIN, lambda r: {
            "主订单编号": f"69200{r // 2:013d}", "子订单编号": f"69200{r:013d}", "选购商品": "面膜", "商品数量": _pieces(r), "商品ID": f"35{r % 9}",
            "商品单价": money(r), "订单应付金额": f"{_line(r) - 1:.2f}", "运费": 0, "优惠总金额": "1.00", "收件人": "李*",
            "收件人手机号": f"1390013{8000 + _who(r // 2)}", "省": "浙江省", "市": "杭州市", "订单提交时间": at(r // 2), "订单状态": "已完成",
        }),
        "order_lines", {"order_id": "主订单编号", "line_number": "子订单编号", "revenue": "订单应付金额", "phone": "收件人手机号"},
        amount=lambda r: _line(r) - 1, when=lambda r: instant(r // 2),
    ),
    Export(
        "pinduoduo", _PINDUODUO,
        _filled(_PINDUODUO, lambda r: {
            "商品": "毛巾", "订单号": f"230105-{r:015d}", "订单状态": "已签收", "商品总价(元)": f"{_worth(r) + 3:.2f}", "店铺优惠折扣(元)": "1.00",
            "平台优惠折扣(元)": "2.00", "邮费(元)": "0.00", "用户实付金额(元)": money(r), "商品数量(件)": 1, "手机": f"1390013{8000 + _who(r)}",
            "省": "浙江省", "市": "杭州市", "订单成交时间": at(r), "支付时间": at(r), "商品id": 4000 + r % 9, "售后状态": "无售后",
        }),
        "orders|order_lines", {"order_id": "订单号", "revenue": "用户实付金额(元)", "phone": "手机"}, amount=_worth,
    ),
    Export(
        "brazilian-shop", "Pedido|Data|Cliente|E-mail|Cidade|Valor Total|Frete|Status",
        lambda r: [1000 + r, at(r, "%d/%m/%Y %H:%M"), "Ana Lima", mail(r), "São Paulo", f"R$ {_euros(10 * _worth(r))}", "R$ 12,00", "Cancelado" if r % 8 == 7 else "Entregue"],
        "orders", {"order_id": "Pedido", "occurred_at": "Data", "revenue": "Valor Total"}, delimiter=";",
        amount=lambda r: 0.0 if r % 8 == 7 else 10 * _worth(r),
    ),
    Export(
        "german-lines", "Bestellnummer|Bestelldatum|Kundennummer|E-Mail|Artikelnummer|Menge|Einzelpreis|Rabatt|Gesamtpreis|MwSt",
        lambda r: [f"B{r // 2}", at(r // 2, "%d.%m.%Y"), _who(r // 2), mail(r // 2), f"A{r % 9}", _pieces(r), f"{_euros(_worth(r))} €", "0,00 €", f"{_euros(_line(r))} €", "19 %"],
        "order_lines", {"unit_price": "Einzelpreis", "revenue": "Gesamtpreis", "quantity": "Menge"}, delimiter=";", amount=_line,
    ),
    Export(
        "orders-without-amounts", "OrderID|CustomerID|OrderDate|RequiredDate|ShippedDate|ShipVia|Freight|ShipName|ShipCity",
        lambda r: [10248 + r, f"VI{_who(r)}", at(r, "%Y-%m-%d"), at(r + 20, "%Y-%m-%d"), at(r + 4, "%Y-%m-%d"), 3, money(r), "Vins", "Reims"],
        "", refused="revenue.*order_items",
    ),
    Export(
        "items-without-a-date", "order_id|product_id|unit_price|quantity", lambda r: [r // 2, r % 30, money(r), 1],
        "", refused="occurred_at.*bring the two together by “order_id”",
    ),
]  # fmt: skip
"""With what they are worth, where whoever made them knows."""


def _discounted(
    name: str, header: str, off: Callable[[int], object], left: Callable[[int], float], *more: Callable[[int], object]
) -> Export:
    return Export(
        name, header,
        lambda r: [100 + r // 2, _who(r // 2), at(r // 2), f"S{r % 9}", _pieces(r), money(r, 20, 90), off(r), *(each(r) for each in more)],
        "order_lines", {"quantity": "qty", "unit_price": "price", "discount": "discount"},
        amount=lambda r: _pieces(r) * float(money(r, 20, 90)) - left(r),
    )  # fmt: skip


_LINES = "order_id|customer_id|order_date|sku|qty|price|discount"
OPEN_DISCOUNTS = [
    _discounted("money-off", _LINES, lambda r: f"{_off(r):.2f}", _off),
    _discounted("money-off-a-gross-total", f"{_LINES}|total", lambda r: f"{_off(r):.2f}", _off, lambda r: f"{_pieces(r) * float(money(r, 20, 90)):.2f}"),
    _discounted("share-off", _LINES, lambda r: (0, 0.05, 0.1, 0.15, 0.25)[r % 5], lambda r: _pieces(r) * float(money(r, 20, 90)) * (0, 0.05, 0.1, 0.15, 0.25)[r % 5]),
]  # fmt: skip
"""Lines with a discount of which no column proves that the price has it off."""

STRANGERS = [
    Export("suppliers", "SupplierID|CompanyName|ContactName|City|Phone", lambda r: [r, "Exotic", "Ann Lee", "London", f"(171) 555-{2000 + r}"], ""),
    Export("employees", "EmployeeID|Name|Email|HireDate|Salary", lambda r: [r, "Ann Lee", f"p{r}@example.com", at(r, "%Y-%m-%d"), money(r)], ""),
    Export("houses", "id|date|price|bedrooms|sqft_living|zipcode", lambda r: [r + 7_129_300_520, at(r, "%Y%m%dT000000"), 221_900 + r, 3, 1180, 98_178], ""),
    Export("taxi-rides", "VendorID|tpep_pickup_datetime|trip_distance|payment_type|fare_amount|total_amount", lambda r: [1 + r % 2, at(r), "1.6", 1, money(r), money(r)], ""),
    Export("passengers", "PassengerId|Survived|Name|Sex|Age|Ticket|Fare", lambda r: [r + 1, r % 2, "Ann Lee", pick(r, "male", "female"), 22 + r % 40, f"A/5 {r}", "7.25"], ""),
    Export("sensors", "sensor_id|reading|unit|firmware|site|voltage", lambda r: [f"SN{r:05d}", money(r), "C", "1.2.3", "plant 4", "3.3"], ""),
    Export("payroll", "EmployeeID|Name|PayDate|GrossPay|Tax|NetPay", lambda r: [r % 20, "Ann Lee", at(r, "%Y-%m-%d"), money(r), "1", money(r)], ""),
    Export("purchases-of-the-firm", "PO Number|Vendor|Order Date|Item|Quantity|Unit Cost|Total Cost", lambda r: [f"PO{r // 2}", "Acme", at(r // 2, "%Y-%m-%d"), "Bolt", 10, money(r), money(r)], ""),
    Export("nothing-known", "cust_ref|zone_cd|flag_a|flag_b|idx1|idx2|grp", lambda r: [f"C{r}", "A", 1, 0, "3.3", "4.4", "g"], ""),
    Export("channels-of-what", "customer_id|email|channel|granted|date", lambda r: [r, f"p{r}@example.com", pick(r, "web", "store"), pick(r, "yes", "no"), at(r, "%Y-%m-%d")], ""),
]  # fmt: skip
"""Files of no kind, or of one that only a person can tell."""
