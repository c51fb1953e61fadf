"""What columns of orders and products are usually called, as data: field → names, in English and Chinese.

Other languages have ``languages``, columns of people and of what they do ``names_of_people`` and ``names_of_events``.

``usual`` names settle it nearly alone; ``loose`` ones need values that agree. Names are
compared as words, so ``Order ID``, ``order_id``, ``orderId`` and ``ORDER-ID`` are one.
``unlike`` are words whose presence speaks against the field. A key ``kind.field``
stands before a bare ``field``. ``first`` names win against
``usual`` ones in the same file, and may be of any language. Gathered from public documentation of exports: Shopify,
WooCommerce, Magento, Stripe, Square, Amazon, eBay, Mailchimp, HubSpot, Salesforce,
Taobao, JD, Youzan, and from well-known open data sets.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnNames:
    """Names of one field, separated by commas."""

    usual: str
    loose: str = ""
    unlike: str = ""
    first: str = ""


ORDERS: dict[str, ColumnNames] = {
    "customer_id": ColumnNames(
        "customer id, cust id, customer no, cust no, customer number, customer code, customer key, "
        "client id, client number, user id, uid, user, buyer id, buyer username, buyer user name, buyer, member id, "
        "member no, member number, shopper id, patron id, subscriber id, guest id, consumer id, visitor id, party id, "
        "account id, account no, account number, person id, customer ref, customer reference, customerid raw, kdnr, kd nr, "
        "client, cliente id, custid, cid, "
        "cust code, shopper code, buyer no, reviewer id, respondent id, respondent, respondent no, participant id, participant, participant no, panelist id, panelist, user pseudo id, msno, kunnr, 客户编号, 客户号, 客户id, 客户代码, 客户编码, 会员编号, 会员号, 会员id, 会员代码, 用户编号, 用户id, 用户号, "
        "买家id, 买家编号, 买家会员名, 买家昵称, 买家账号, 顾客编号, 顾客id, 消费者id, 用户标识, 客户标识, 会员标识, 粉丝id, "
        "客戶編號, 會員編號, 會員id, 用戶id, 顧客編號, openid, unionid, buyer user id, username buyer, 下单帐号, 下单账号, distinct id, lead id, requester id, "
        "customer reference id, kunde, 会员卡号码, 买家账号id, 顾客号, 用户名, 昵称, 旺旺, 买家旺旺",
        "customer, customer unique id, id, rec id, record id, 编号, person, member, guest, account, contact id, associated contact ids, 客户, 会员, 用户, 买家, 顾客, visitor, cookie id",
        "new first repeat returning recurring existing loyal nouveau nouvelle nouveaux neu neuer nuevo nueva nuovo nuova novo nova is 新 老 是否 "
        "name type segment since city state country zip postcode email phone age gender count status group lifetime "
        "address rating review value class category note notes tax tag tags order company region method service seller vendor supplier item product store shop employee agent staff driver product_id session owner manager 姓名 名称 "
        "类型 类别 等级 电话 手机 地址 备注 留言 职业 城市 省份 年龄 性别 数 数量 收货",
    ),
    "account_id": ColumnNames(
        "account id, account no, account number, company id, company no, company number, company code, organisation id, organization id, org id, tenant id, business account id, "
        "associated company id, associated company ids, primary associated company id, employer id, firm id, 公司编号, 公司id, 公司代码, 企业编号, 企业id, 单位编号",
        "account, company, organisation, organization, 公司, 企业, 单位",
        "name type email phone category size industry website domain bank balance",
    ),
    "crm_id": ColumnNames(
        "customer unique id, unique customer id, master customer id, golden id, crm id, salesforce id, hubspot id, sfdc id, crm客户号, crm编号, dynamics id"
    ),
    "loyalty_card": ColumnNames(
        "loyalty card, loyalty card number, loyalty id, loyalty number, club card, clubcard number, "
        "membership card, member card no, card id, 会员卡号, 会员卡, 卡号, 積分卡號, lylty card nbr, lylty card, frequent flyer number",
        "card no, card number, card nbr, card, karte, kartennr, kartennummer, tarjeta, carte",
        "credit type brand last bank expiry",
    ),
    "email": ColumnNames(
        "email, e mail, email address, mail address, customer email, billing email, buyer email, contact email, user email, "
        "from email address, purchase email, requester email, 注文者メールアドレス, 邮箱, 电子邮箱, 邮件地址, 电子邮件, 邮箱地址, 電子郵件, 信箱, email地址, 买家邮箱",
        "mail, contact",
        "type campaign opened clicked status opt consent marketing subscribed count domain client",
        first="buyer email, purchaser email, payer email, buyer email address, donor email",
    ),
    "phone": ColumnNames(
        "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, mobile number, cell, cell phone, cellphone, "
        "billing phone, customer phone, contact number, contact phone, msisdn, whatsapp, phone no, mobile no, "
        "手机, 手机号, 手机号码, 电话, 电话号码, 联系电话, 联系手机, 联系方式, 移动电话, 買家電話, 買家手機, 手機, 手機號碼, 電話, "
        "收货人手机号, 收货人手机, 买家手机, 客户手机号, 会员手机号, 收货人电话",
        "contact, fax",
        "service type lines plan shipping",
    ),
    "device_id": ColumnNames(
        "device id, idfa, gaid, advertising id, anonymous id, cookie id, client id hash, session user, 设备id, 设备号, 设备编号"
    ),
    "web_push": ColumnNames("web push, web push subscription, push subscription, 网页推送订阅"),
    "household_id": ColumnNames(
        "household id, household key, household, hshd num, hshd, hh id, family id, household no, household number, 家庭编号, 家庭id",
        "",
        "size comp composition income type",
    ),
    "order_id": ColumnNames(
        "vbeln, auftrag, n commande, commande, bestell id, bestellung, auftragsnr, auftrag nr, rechnungsnr, belegnr,  ticket id, id order, donation id, "
        "book number, opportunity id, deal id, appointment id, check id, check number, check no, "
        "order id, order no, order number, order nr, order num, order code, order name, order ref, order reference, order, "
        "invoice id, invoice no, invoice number, invoice, basket id, basket, basket num, transaction id, transaction no, "
        "transaction number, trans id, trans no, txn id, tran id, txnid, purchase id, sale id, sales order, sales document, "
        "receipt id, receipt no, receipt number, receipt, bill no, bill id, ticket number, booking id, booking reference, "
        "reservation id, checkout id, pedido id, "
        "amazon order id, increment id, payment intent id, charge id, salesorderid, session order id, "
        "订单编号, 订单号, 订单id, 交易号, 交易编号, 交易单号, 交易流水号, 单号, 单据编号, 单据号, 小票号, 小票编号, 流水号, "
        "主订单编号, 商户订单号, 訂單編號, 訂單號, 销售单号, 发票号, 父订单号, 平台订单号",
        "trans, transaction, txn, ticket, id, name, document no, number, po number, 编号, 订单, 账单号",
        "date time status type amount total value count dow hour priority qty quantity day week month year item line "
        "by via source platform mode address city time 时间 日期 金额 状态 类型 来源 数量 备注 子订单 物流 快递 标题 价",
        first="order id, order no, order number, order nr, order num, order code, order name, order, invoice id, invoice no, invoice number, "
        "sales order, bestellnummer, increment id, 订单编号, 订单号, 订单id, 主订单编号, 訂單編號, 訂單號",
    ),
    "line_number": ColumnNames(
        "line number, line no, line id, order line, order item id, item number in order, row id in order, line item number, "
        "order line number, line, add to cart order, sales order line, position, 行号, 明细行号, 子订单编号, 子订单号, 子单号",
        "line item id, seq, sequence",
        "name price total quantity sku",
    ),
    "product_id": ColumnNames(
        "matnr, "
        "product id, product code, product no, product number, product key, product sku, sku, sku id, sku code, variant sku, "
        "lineitem sku, item sku, stock code, item id, item code, item no, item number, article id, article no, article number, "
        "upc, ean, gtin, asin, isbn, barcode, plu, material, material number, style id, "
        "prod nbr, product num, prod id, prod code, prod no, prod num, item nbr,  pid, goods id, model number, part number, merchandise id, stockcode, "
        "商品编码, 商品编号, 商品id, 商品代码, 货号, 商品货号, sku编码, sku编号, 规格编码, 宝贝id, 产品编号, 产品id, 产品编码, 条码, "
        "条形码, 物料编码, 商家编码, 商品sku, 商品條碼, 商品編號, 产品代码, 款号, 菜品编号",
        "item description, product, item, article, artikel, artículo, produkt, produit, producto, goods, style, clothing id, code, 商品, 产品, 宝贝, 款式",
        "name title description desc category type count price qty quantity weight class brand length photos volume "
        "名称 标题 描述 类目 分类 数量 价 金额 属性 总数 种类 img image url view views related feature",
    ),
    "occurred_at": ColumnNames(
        "booked on, start time, started at, appointment date, appointment time, appointment start, appointment at, visit time, visited at, visited on, check in time, check in at, "
        "checked in at, checkin time, checkin at, checkin date, scan time, scanned at, login time, logged in at, session date, class date, donated at, donated on, donation time, gift date, "
        "data, donation date, booking created, order submitted, "
        "订单提交时间, 订单成交时间, ordered, erdat, audat, fkdat, 成交日, "
        "order date, order time, order datetime, order timestamp, order placed at, ordered at, ordered on, order created at, "
        "invoice date, invoice time, purchase date, purchase time, purchase timestamp, purchased at, purchased on, "
        "date of purchase, order purchase timestamp, order date time, sale date, sales date, sold at, sold on, "
        "transaction date, transaction time, transaction timestamp, transaction datetime, trans date, trans time, txn date, txn time, "
        "trxn date, placed at, checkout date, receipt date, bill date, basket date, booking date, booked at, "
        "created at, date created, created, created date, creation date, created date utc, created utc, create time, "
        "t dat, dat, "
        "processed at, payments date, event time, event date, event timestamp, occurred at, happened at, timestamp, datetime, "
        "date time, posting date, document date, 订单时间, 订单日期, 订单成立时间, 订单成立日期, 訂單成立時間, 訂單成立日期, 下单时间, 下单日期, 订单创建时间, 创建时间, "
        "交易时间, 交易日期, 交易创建时间, 成交时间, 成交日期, 购买时间, 购买日期, 消费时间, 消费日期, "
        "销售日期, 销售时间, 发生时间, 开票日期, 訂單時間, 訂單日期, 下單時間, 建立時間, 購買日期, 拍下时间, 日期, 时间, 單據日期, 单据日期",
        "date, time, day, when, order day, paid at, opened, payment date, reservation status date, placed, placed on, ordered, purchased, sold, bestellt, gekauft, fecha, datum, ts, dt, period, ymd, "
        "visit date, purchase, month, week start, date week, log time, shipping limit date, 付款时间, 订单付款时间, 支付时间, 支付完成时间, 付款日期, 支付日期",
        "ship shipped shipping delivery delivered deliver carrier estimated update updated modified due expiry expire "
        "birth dob cancel cancelled canceled refund refunded limit end finish closed completed return returned approved "
        "arrival dow hour registered signup joined last first first_seen since receive fulfilled until start "
        "生日 出生 发货 收货 更新 修改 到期 结束 完成 确认 退款 注册 最近 首次 取消 送达 签收 开始 入会",
    ),
    "unit_price": ColumnNames(
        "unit price, price, price each, item price, price per unit, lineitem price, line item price, unit cost price, selling price, "
        "sale price, sales price, retail price, product price, list price, price unit, unit amount, each price, prix unitaire ht, item cost, "
        "preis, 单价, 价格, 商品价格, 商品单价, 售价, 销售单价, 宝贝单价, 标价, 單價, 價格, 成交单价, 零售价, 商品原价",
        "rate, cost, mrp, msrp, 原价",
        "total shipping tax freight discount before compare customer sum extended net gesamt gesamtpreis point 总 运费 优惠 合计",
    ),
    "revenue": ColumnNames(
        "total incl tax, total including tax, total inc tax, total with tax, total tax included, total incl vat, total including vat, total inc vat, total with vat, "
        "total inc gst, total incl gst, order total incl tax, order total tax incl, order total including tax, grand total incl tax, prix total ttc, "
        "含税总额, 含税金额, 含税总价, 价税合计, 價稅合計, 税込合計, 税込金額, 税込, 合計税込, "
        "netwr, total paid tax incl, donation amount, gesamtpreis, positionssumme, zeilensumme, amount charged, "
        "gross, appointment price, booking price, ticket price, session price, service price, 订单实付, 用户实付, "
        "revenue, amount, total, order total, order amount, order value, total amount, total price, total sales, total paid, total value, "
        "total spent, total spend, total revenue, amount paid, paid amount, payment amount, payment value, grand total, net sales, net amount, net revenue, "
        "net total, net value, line total, line amount, line revenue, line item total, item total, price total, extended price, "
        "sales, sales value, sales amount, sale amount, sale value, spend, monetary, value, dollar value, dollars, gmv, turnover, "
        "basket value, invoice total, invoice amount, transaction amount, transaction value, trans amount, txn amount, tran amount, tot sales, "
        "base grand total, total usd, amount usd, amount spent, purchase amount, gesamt, "
        "金额, 订单金额, 订单总额, 总金额, 总价, 总额, 合计, 实付金额, 实付款, 实付, 实收金额, 实收, 支付金额, 付款金额, 应付金额, 成交金额, "
        "交易金额, 消费金额, 销售额, 销售金额, 买家实际支付金额, 买家实付金额, 订单实付金额, 订单应付金额, 商品金额, 小计, 金額, 訂單金額, 總金額, 實付金額, "
        "收入, 营业额, 商品总价, 行金额, 商品实际成交金额",
        "subtotal, sub total, price, cost, charge, bill, purchase, purchase price, gross sales, gross amount, usd, eur, gbp, cny, rmb, paid, payment, "
        "price gross, price net, netto, nettobetrag, nettosumme, 货款, 买家应付货款, 价格",
        "tax vat shipping freight discount disc commission refund refunded refundable cost profit tip fee outstanding budget credit "
        "limit points point balance unit each per duration growth status count date time id method type pct percent rate "
        "margin before number qty quantity requests request special target visits page month monthly 税 运费 优惠 折扣 退款 成本 利润 积分 单价 邮费 返 数量 时间 方式 红包 状态",
        first="net sales, net amount, net total, net revenue, net value, line total, line amount, line revenue, extended price, line item total, "
        "amount paid, paid amount, total paid, 买家实际支付金额, 买家实付金额, 实付金额, 实付款, 实付, 实收金额, 订单实付金额, 用户实付金额, 订单实付, 商品实际成交金额, 支付金额, 付款金额, 實付金額, order total, grand total, order total amount",
    ),
    "discount": ColumnNames(
        "discount, discount amount, discount value, total discount, discounts, retail disc, coupon disc, coupon match disc, rebate, "
        "coupon discount, promo discount, voucher amount, discount total, cart discount amount, markdown, lineitem discount, base discount amount, "
        "discounts, 优惠总金额, "
        "折扣, 折扣金额, 优惠金额, 优惠, 减免金额, 满减金额, 优惠券金额, 折讓金額, 折扣額, 活动优惠, 店铺优惠, 平台优惠",
        "coupon amount",
        "code type name rate pct percent percentage tax",
    ),
    "refunded": ColumnNames(
        "refunded amount, refund amount, amount refunded, order refund amount, total refunded, refund total, refunded total, total refund, "
        "order refund total, amount refunded total, total refunded amount, refund value, returned amount, return amount, erstattungsbetrag, "
        "montant remboursé, importe reembolsado, refund, 退款金额, 退款总额, 已退款金额, 退款總額, 退货金额, 买家退款金额",
        "refunds",
        "status date time reason id count rate at by method number no tax shipping am le el datum fecha motivo grund",
    ),
    "cancelled_at": ColumnNames(
        "voided at, voided on, void date, date voided, deleted at, deleted on, deletion date, annulled at, "
        "cancelled at, canceled at, cancelled on, canceled on, cancellation date, cancelled date, canceled date, cancel date, cancel time, "
        "cancellation time, date cancelled, date canceled, storniert am, stornodatum, annulé le, annulée le, date annulation, "
        "fecha de cancelación, fecha cancelación, data cancellazione, data de cancelamento, 取消时间, 取消日期, 订单取消时间",
        "",
        "until deadline by reason",
    ),
    "refunded_at": ColumnNames(
        "refunded at, refunded on, refund date, refund time, date refunded, refunded date, time refunded, returned at, returned on, erstattet am, "
        "remboursé le, remboursée le, fecha de reembolso, 退款时间, 退款日期, 退款成功时间, 退款完成时间, 退款時間, 退款日期",
        "",
        "until deadline by reason requested request expected due window 申请 截止",
    ),
    "is_test": ColumnNames(
        "test, is test, test order, is test order, test mode, testbestellung, commande test, 测试, 是否测试, 测试订单, 是否测试订单"
    ),
    "returns.revenue": ColumnNames(
        "refunded amount, refund amount, amount refunded, total refunded, refund total, refund, refunded, returned amount, return amount, "
        "return value, credit, credit amount, 退款金额, 退款总额, 退货金额, 金额, amount, total, value, sum, betrag, montant, importe",
        "price, paid",
        "status date time reason id count rate order fee tax shipping",
    ),
    "returns.occurred_at": ColumnNames(
        "refunded at, refund date, refund time, date refunded, returned at, return date, refund created at, refunded on, returned on, 退款时间, "
        "退款日期, 退货时间, created at, created, date, processed at, occurred at, timestamp, day, time",
        "",
        "order ordered purchase delivery due",
    ),
    "quantity": ColumnNames(
        "kwmeng, purchase quantity, transaction qty, number of items, "
        "quantity, qty, units, number of items, number of units, item quantity, item qty, lineitem quantity, order quantity, ordered quantity, "
        "qty ordered, total qty ordered, quantity ordered, order qty, quantity purchased, units sold, prod qty, num items, item count, items sold, pieces, pcs, "
        "number of cds, unit sales, total quantity, items, sold qty, "
        "数量, 购买数量, 商品数量, 件数, 销售数量, 订购数量, 销量, 宝贝总数量, 商品件数, 數量, 购买件数, 成交数量, 宝贝数量, 商品总件数",
        "count, volume, num, number of, frequency",
        "stock price returned refunded refund canceled cancelled shipped invoiced available sequential installments inventory 库存 退款 退货 种类",
    ),
    "currency": ColumnNames(
        "waerk, currency code, "
        "currency, currency code, order currency, transaction currency, presentment currency, ccy, 币种, 货币, 币别, 幣別, order currency code",
        "",
        "rate",
    ),
    "channel": ColumnNames(
        "channel, sales channel, order channel, marketing channel, medium, source channel, order source, purchase channel, platform, "
        "utm medium, traffic source, media, distribution channel, channel name, booking channel, touchpoint, "
        "渠道, 销售渠道, 订单来源, 来源渠道, 来源, 下单渠道, 购买渠道, 订单渠道, 下单平台, 平台, 推广渠道, 投放渠道, 管道, 通路",
        "source, source name, network, origin, created via",
        "id grouping cost",
    ),
    "store": ColumnNames(
        "store, store id, store name, store no, store number, store code, store nbr, store num, store r, shop, shop id, shop name, branch, branch id, branch name, "
        "outlet, location id, location name, pos location, warehouse store, retail store, "
        "门店, 门店名称, 门店编号, 店铺, 店铺名称, 店铺id, 店铺编号, 门店id, 分店, 网点, 门市, 店鋪",
        "location, site, sales office",
        "type size open sqft city state 类型",
    ),
    "status": ColumnNames(
        "deal stage, opportunity stage, "
        "status, order status, order state, financial status, transaction status, transaction state, invoice status, payment status, state of order, "
        "reservation status, is canceled, is cancelled, canceled, cancelled, item status, sale status, "
        "订单状态, 交易状态, 状态, 单据状态, 訂單狀態, 狀態, 支付状态, 发货状态",
        "stage, fulfillment status, state, return status, returned, refund status, 退款状态, 售后状态",
        "date time code marital civil employment lead marketing contact account subscription patron 时间 婚姻",
    ),
    "products.name": ColumnNames(
        "product name, name, title, product title, item name, description, product description, item description, product desc, article name, display name, "
        "prod name, 商品名称, 商品名, 品名, 产品名称, 宝贝标题, 商品标题, 名称, 标题, 商品全称, 商品描述, 菜品名称, 品項",
        "product type, item, product, desc, sub commodity desc, 商品, 产品",
        "category brand department length customer file seller supplier",
    ),
    "category": ColumnNames(
        "category, categories, product categories, product category, product category name, category name, item category, main category, commodity, commodity desc, department category, product type, class name, product group, "
        "types, collection, section, index name, 类目, 品类, 分类, 商品分类, 商品类目, 类别, 一级类目, 商品类别, 产品类别, 产品分类, 種類, 分類",
        "type, sub category, subcategory, class, tags, group, 二级类目",
        "id code customer",
    ),
    "brand": ColumnNames(
        "brand, brand name, vendor, manufacturer, maker, label, 品牌, 品牌名称, 厂商, 生产商",
        "supplier, manufacturer id, brand id, 供应商",
        "card type ty",
    ),
    "department": ColumnNames(
        "department, department name, dept, division, division name, 部门, 事业部, 品部",
        "aisle, section, department id, 大类",
        "employee",
    ),
    "products.price": ColumnNames(
        "price, unit price, list price, retail price, selling price, sale price, variant price, regular price, product price, msrp, mrp, 价格, 单价, 售价, 零售价, 标价, 销售价, 吊牌价, 單價",
        "amount, rate, 原价, 市场价",
        "cost compare discount special",
    ),
    "products.cost": ColumnNames(
        "cost, unit cost, cost price, purchase price, cost per item, cogs, standard cost, wholesale price, 成本, 成本价, 进价, 进货价, 采购价",
        "",
        "shipping",
    ),
}
