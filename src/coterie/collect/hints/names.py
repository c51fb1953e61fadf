"""What columns are usually called, as data: field → names, in English and Chinese; other languages have ``languages``.

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


NAMES: dict[str, ColumnNames] = {
    "customer_id": ColumnNames(
        "customer id, cust id, customer no, cust no, customer number, customer code, customer key, "
        "client id, client number, user id, uid, user, buyer id, buyer username, buyer user name, buyer, member id, "
        "member no, member number, shopper id, patron id, subscriber id, guest id, consumer id, visitor id, party id, "
        "account id, account no, account number, person id, customer ref, customer reference, customerid raw, kdnr, kd nr, "
        "client, cliente id, custid, cid, "
        "cust code, shopper code, buyer no, reviewer id, respondent id, respondent, respondent no, user pseudo id, msno, kunnr, 客户编号, 客户号, 客户id, 客户代码, 客户编码, 会员编号, 会员号, 会员id, 会员代码, 用户编号, 用户id, 用户号, "
        "买家id, 买家编号, 买家会员名, 买家昵称, 买家账号, 顾客编号, 顾客id, 消费者id, 用户标识, 客户标识, 会员标识, 粉丝id, "
        "客戶編號, 會員編號, 會員id, 用戶id, 顧客編號, openid, unionid, buyer user id, username buyer, 下单帐号, 下单账号, distinct id, lead id, requester id, "
        "customer reference id, kunde, 会员卡号码, 买家账号id, 顾客号, 用户名, 昵称, 旺旺, 买家旺旺",
        "customer, customer unique id, id, rec id, record id, 编号, person, member, guest, account, contact id, associated contact ids, 客户, 会员, 用户, 买家, 顾客, visitor, cookie id",
        "name type segment since city state country zip postcode email phone age gender count status group lifetime "
        "address rating review value class category note notes tax tag tags order company region method service seller vendor supplier item product store shop employee agent staff driver product_id session owner manager 姓名 名称 "
        "类型 类别 等级 电话 手机 地址 备注 留言 职业 城市 省份 年龄 性别 数 数量 收货",
    ),
    "crm_id": ColumnNames(
        "customer unique id, unique customer id, master customer id, golden id, crm id, salesforce id, hubspot id, sfdc id, crm客户号, crm编号, dynamics id"
    ),
    "loyalty_card": ColumnNames(
        "loyalty card, loyalty card number, loyalty id, loyalty number, club card, clubcard number, "
        "membership card, member card no, card id, 会员卡号, 会员卡, 卡号, 積分卡號, lylty card nbr, lylty card, frequent flyer number",
        "card no, card number, card nbr, card",
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
    "household_id": ColumnNames(
        "household id, household key, household, hshd num, hshd, hh id, family id, household no, household number, 家庭编号, 家庭id",
        "",
        "size comp composition income type",
    ),
    "order_id": ColumnNames(
        "vbeln, n commande, commande, bestell id, bestellung, auftragsnr, auftrag nr, rechnungsnr, belegnr,  ticket id, id order, donation id, "
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
        "item description, product, item, article, goods, style, clothing id, code, 商品, 产品, 宝贝, 款式",
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
        "date, time, day, when, order day, paid at, opened, payment date, reservation status date, fecha, datum, ts, dt, period, ymd, "
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
        "price gross, price net, 货款, 买家应付货款, 价格",
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
        "status date time reason id count rate at by method number no tax shipping",
    ),
    "cancelled_at": ColumnNames(
        "cancelled at, canceled at, cancelled on, canceled on, cancellation date, cancelled date, canceled date, cancel date, cancel time, "
        "cancellation time, date cancelled, date canceled, storniert am, stornodatum, annulé le, annulée le, date annulation, "
        "fecha de cancelación, fecha cancelación, data cancellazione, data de cancelamento, 取消时间, 取消日期, 订单取消时间",
        "",
        "until deadline by reason",
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
    "customers.name": ColumnNames(
        "name, full name, fullname, customer name, client name, contact name, billing name, display name, person name, member name, account name, "
        "buyer name, user full name, cust name, 姓名, 客户姓名, 客户名称, 会员姓名, 用户姓名, 收货人姓名, 收货人, 联系人, 顾客姓名, 真实姓名, 买家姓名, 會員姓名, 客戶姓名, 名字, 姓名全称",
        "customer, nickname, nick name, 昵称, 名称",
        "first last given sur family company middle user product file 公司",
    ),
    "first_name": ColumnNames(
        "first name, given name, forename, fname, firstname, first, customer first name, billing first name, 名",
        "",
        "order purchase seen visit date",
    ),
    "last_name": ColumnNames(
        "last name, surname, family name, lname, lastname, second name, customer last name, billing last name, 姓, 姓氏",
        "last",
        "order purchase seen visit date login",
    ),
    "gender": ColumnNames("gender, sex, customer gender, 性别, 性別, 客户性别", "", "target count"),
    "birth_date": ColumnNames(
        "birth date, date of birth, dob, birthday, birthdate, birth day, born, born on, customer dob, "
        "生日, 出生日期, 出生年月, 出生年月日, 会员生日, 生日日期",
        "birth, 出生",
        "year",
    ),
    "age": ColumnNames(
        "age, customer age, age years, 年龄, 年齡, 客户年龄",
        "",
        "account group band bucket range class days tenure desc",
    ),
    "address": ColumnNames(
        "address, street address, street, address line 1, address1, address 1, addr, home address, mailing address, billing address, billing address1, default address, "
        "billing street, 地址, 详细地址, 收货地址, 联系地址, 住址, 通讯地址, 詳細地址, 家庭住址, 收货人地址",
        "shipping address, shipping address1, address line",
        "email 2 3 ip mail city state zip country 邮箱 邮件",
    ),
    "city": ColumnNames(
        "city, town, suburb, customer city, billing city, city name, municipality, locality, default address city, 城市, 市, 所在城市, 收货城市, 客户城市",
        "shipping city, ship city",
        "tier type population code id 级别",
    ),
    "region": ColumnNames(
        "region, state, province, county, state province, customer state, billing state, billing province, default address province code, default address province, us state, state code, prefecture, "
        "省份, 省, 所在省份, 收货省份, 地区, 区域, 省市, 所在地区, 客户省份, 大区, province code, 省/直辖市",
        "territory, shipping province, ship state, shipping state, geo, zone, area",
        "order item id",
    ),
    "postcode": ColumnNames(
        "postcode, post code, postal code, zip, zip code, zipcode, billing zip, billing postcode, customer zip code, customer zip code prefix, customer zip, default address zip, pin code, pincode, 邮编, 邮政编码, 郵遞區號, 邮区",
        "ship postal code, shipping zip, shipping postcode",
    ),
    "country": ColumnNames(
        "country, country code, nation, country name, country region, customer country, billing country, default address country code, country of residence, country iso, 国家, 国家地区, 國家, 所在国家, 国籍",
        "ship country, shipping country, nationality, geography, market",
        "of origin dialing",
    ),
    "language": ColumnNames(
        "language, locale, lang, preferred language, language code, customer locale, 语言, 語言, 语种"
    ),
    "joined_at": ColumnNames(
        "joined at, join date, joined, joined on, joining date, date joined, date added, signup date, sign up date, signed up at, signup time, registered at, "
        "registration date, register date, registered on, registration time, enrollment date, enrolment date, enroll date, dt customer, customer since, member since, date registered, "
        "became member on, patronage since date, profile created on, created time, added time, added at, added on, registered, signed up, signup, created at, created on, create date, date created, account created, account created at, optin time, confirm time, first seen at, first seen, onboarding date, subscription date, "
        "创建日期, 建立日期, 注册时间, 注册日期, 入会时间, 入会日期, 加入时间, 开户日期, 开卡日期, 建档时间, 註冊時間, 註冊日期, 创建时间, 成为会员时间, 成为客户时间, 关注时间",
        "first purchase date, first order date, 首次购买时间, 首单时间, created, date",
        "birth order last update purchase next charge close close end consent opt optin activity renewal renews renew expiry expires expire expiration trial due scheduled billing invoice 续费 到期 下次",
    ),
    "updated_at": ColumnNames(
        "updated at, last updated, last update, last changed, modified at, last modified, last modified date, modified time, last modified time, modified date, date modified, update time, updated, changed at, 更新时间, 修改时间, 最后更新时间, 更新日期",
        "",
        "order",
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
    "events.name": ColumnNames(
        "event, event name, event type, action, action name, activity, activity name, activity type, event action, behavior, behavior type, behaviour, interaction, page event, "
        "事件, 事件名称, 事件类型, 行为, 行为类型, 动作, 行為, 用户行为",
        "type, name, operation, action type",
        "id time date campaign product customer user order_id 编号 时间",
    ),
    "event_id": ColumnNames(
        "event id, message id, event uuid, insert id, log id, event key, 事件id, 事件编号, 日志id", "uuid, id"
    ),
    "campaign": ColumnNames(
        "campaign, campaign id, campaign name, campaign title, mailing, mailing id, mailing name, newsletter, utm campaign, campaign code, offer id, offer, promotion id, promotion, broadcast, flow name, "
        "活动, 活动名称, 活动编号, 活动id, 营销活动, 推广计划, 计划名称, 广告计划, 活動名稱, 广告系列, 推广活动",
        "ad name, ad group, ad set name, 单元名称",
        "type count start end budget contacts response cost spend accepted outcome 类型",
    ),
    "campaign_type": ColumnNames(
        "campaign type, type of campaign, campaign kind, mailing type, offer type, 活动类型, 营销类型", "type"
    ),
    "coupon": ColumnNames(
        "coupon, coupon id, coupon code, coupon upc, voucher, voucher code, promo code, promotion code, discount code, 优惠券, 优惠码, 优惠券编号, 券号, 优惠券码, 券码, 優惠券",
        "",
        "disc discount amount match redeemed used count",
    ),
    "offers.name": ColumnNames(
        "offer name, coupon name, coupon title, name, title, description, 优惠券名称, 活动名称, 名称", "label"
    ),
    "value": ColumnNames(
        "value, coupon value, face value, amount off, discount value, discount amount, 面额, 面值, 优惠金额, 券面额",
        "amount, discount",
        "order min max",
    ),
    "starts_on": ColumnNames(
        "starts on, start date, valid from, starts at, from date, begin date, effective date, 开始日期, 开始时间, 生效日期, 有效期开始"
    ),
    "ends_on": ColumnNames(
        "ends on, end date, valid until, valid to, expires at, expiry date, expiration date, to date, 结束日期, 结束时间, 失效日期, 到期时间, 有效期结束"
    ),
    "responses.name": ColumnNames(
        "response, response type, outcome, reaction, 响应, 响应类型", "action, event, status, name", "date time id"
    ),
    "responses.occurred_at": ColumnNames(
        "redemption date, redeemed at, redeemed on, date redeemed, used at, used on, response date, responded at, responded on, response time, redeem date, redemption time, clicked at, click time, click date, opened at, open time, conversion date, converted at, day, "
        "核销时间, 使用时间, 兑换时间, 响应时间, 领取时间, 点击时间",
        "date, time, timestamp, event time, created at, when, 时间, 日期",
        "birth start end expiry due join",
    ),
    "contacts.occurred_at": ColumnNames(
        "contact date, contacted at, contact time, sent at, send time, send date, sent, sent date, date sent, delivered at, mailed at, mailed on, contacted on, mailing date, sent on, 发送时间, 触达时间, 联系时间, 发送日期, 推送时间",
        "date, time, timestamp, created at, start date, 时间, 日期",
        "birth end expiry due join",
    ),
    "purpose": ColumnNames(
        "purpose, consent purpose, consent type, topic, list, 用途, 目的, 授权用途", "type, subject"
    ),
    "consents.channel": ColumnNames("channel, consent channel, medium, contact channel, 渠道, 方式, 触达渠道", "type"),
    "granted": ColumnNames(
        "granted, consent, consented, consent given, opt in, optin, opted in, opt in status, subscribed, subscription status, accepts marketing, accepts email marketing, agreed, permission, email opt in, marketing consent, marketing opt in, consent status, "
        "是否同意, 同意, 授权, 是否授权, 是否订阅, 订阅状态, 营销授权, 同意营销, "
        "unsubscribed, unsubscribe, opted out, opt out, optout, email opt out, do not email, do not contact, abgemeldet, désabonné, désinscrit, "
        "退订, 是否退订, 取消订阅",
        "status, value, email marketing consent state",
        "date time id at source proof 时间",
    ),
    "consents.occurred_at": ColumnNames(
        "consented at, consented on, granted on, opted in on, given at, given on, consent date, consent time, opt in time, optin time, opted in at, granted at, timestamp, date, occurred at, recorded at, 同意时间, 授权时间, 订阅时间",
        "created at, updated at, time, 时间, 日期",
        "birth expiry",
    ),
    "proof": ColumnNames(
        "proof, evidence, consent source, consent text, source url, proof of consent, ip, optin ip, 凭证, 证明, 授权凭证",
        "source, method, 来源",
    ),
    "occurred_on": ColumnNames(
        "start date, date, day, spend date, cost date, reporting date, report date, reporting starts, week, month, date week, week start, period, 日期, 花费日期, 统计日期, 时间, 投放日期, 月份, 数据日期",
        "time, week of, date start",
        "birth end",
    ),
    "amount": ColumnNames(
        "total spent, spend, cost, costs, amount, amount spent, ad spend, media cost, media spend, total spend, total cost, marketing cost, marketing spend, expense, spend usd, amount spent usd, cost usd, budget spent, "
        "花费, 费用, 消耗, 消费, 成本, 投放金额, 投放费用, 广告费, 推广费用, 支出, 花費, 广告花费",
        "budget, total, charge, 金额, 预算",
        "per cpc cpm cpa conversion revenue sales roas",
    ),
    "impressions": ColumnNames(
        "impressions, impression, impr, views, displays, exposures, 展现量, 展示, 曝光, 曝光量, 展示量, 展现, 展示次数, 曝光次数",
        "reach",
        "share rate cost per",
    ),
    "clicks": ColumnNames(
        "clicks, link clicks, click count, 点击, 点击量, 点击数, 点击次数, 點擊", "click", "rate cost per through"
    ),
    "survey": ColumnNames(
        "survey, survey id, survey name, questionnaire, form, 问卷, 问卷名称, 问卷编号, 调查", "campaign, study"
    ),
    "question": ColumnNames(
        "question, question text, question id, item text, statement, 问题, 题目, 问题名称", "title, item"
    ),
    "answer": ColumnNames(
        "answer, response, answer text, comment, comments, feedback, verbatim, review, review text, review comment message, review body, reply, 回答, 答案, 评论, 评价, 评价内容, 反馈, 评论内容, 留言",
        "text, content, body, title, 内容",
        "date time id count",
    ),
    "score": ColumnNames(
        "score, rating, nps, nps score, csat, ces, overall, stars, star rating, review score, satisfaction, satisfaction score, overall rating, grade, 评分, 得分, 分数, 满意度, 打分, 星级, 評分",
        "value, points",
        "credit spending risk churn propensity sentiment fico",
    ),
    "surveys.occurred_at": ColumnNames(
        "answered at, submitted at, response date, review date, review creation date, survey date, submission date, completed at, date submitted, review answer timestamp, created at, timestamp, date, 提交时间, 回答时间, 评价时间, 评论时间, 填写时间",
        "time, start date, recorded date, end date, 时间, 日期",
        "birth",
    ),
    "tickets.event_id": ColumnNames(
        "ticket id, ticket number, ticket no, case id, case number, incident number, issue id, request id, ticket, 工单号, 工单编号, 工单id, 投诉编号",
        "id, number",
    ),
    "subject": ColumnNames(
        "subject, ticket subject, title, summary, case subject, issue, short description, complaint, 主题, 标题, 工单标题, 问题",
        "issue type, product purchased, topic",
        "email",
    ),
    "priority": ColumnNames("priority, ticket priority, severity, urgency, 优先级, 紧急程度"),
    "text": ColumnNames(
        "text, description, body, message, ticket description, content, details, 内容, 描述, 详情, 问题描述",
        "comments, notes",
    ),
    "tickets.category": ColumnNames(
        "category, ticket type, type, issue type, case type, reason, topic, 类别, 类型, 工单类型, 分类",
        "product, subject",
    ),
    "tickets.channel": ColumnNames("channel, ticket channel, case origin, origin, via, 渠道, 来源", "source"),
    "tickets.status": ColumnNames("status, ticket status, case status, state, 状态, 工单状态"),
    "tickets.occurred_at": ColumnNames(
        "opened at, open date, opened, created at, created, date opened, created date, date received, ticket created at, received at, report date, submitted at, date of complaint, 创建时间, 提交时间, 受理时间, 投诉时间, 建单时间",
        "date, time, timestamp, first response time, date of purchase, 时间, 日期",
        "birth closed resolved resolution update updated due",
    ),
}
