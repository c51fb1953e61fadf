"""What columns that describe a person are usually called, as ``names`` has it."""

from __future__ import annotations

from coterie.collect.hints.names import ColumnNames

PEOPLE: dict[str, ColumnNames] = {
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
}
