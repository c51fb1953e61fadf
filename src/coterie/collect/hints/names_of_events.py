"""What columns of what people do and are told are usually called, as ``names`` has it: events, campaigns, consents, surveys, tickets."""

from __future__ import annotations

from coterie.collect.hints.names import ColumnNames

EVENTS: dict[str, ColumnNames] = {
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
        "survey, survey id, survey name, questionnaire, form, 问卷, 问卷名称, 问卷编号, 调查",
        "campaign, study",
    ),
    "question": ColumnNames(
        "question, question text, question id, item text, statement, 问题, 题目, 问题名称",
        "title, item",
    ),
    "answer": ColumnNames(
        "answer, response, answer text, comment, comments, feedback, verbatim, review, review text, review comment message, review body, reply, 回答, 答案, 评论, 评价, 评价内容, 反馈, 评论内容, 留言",
        "kommentar, commentaire, comentario, comentarios, 建议, 意见, text, content, body, title, 内容",
        "date time id count",
    ),
    "score": ColumnNames(
        "score, rating, nps, nps score, csat, ces, overall, stars, star rating, review score, satisfaction, satisfaction score, overall rating, grade, nps 0 10, 推荐度, 推荐意愿, 评分, 得分, 分数, 满意度, 打分, 星级, 評分",
        "value, points",
        "credit spending risk churn propensity sentiment fico",
    ),
    "surveys.occurred_at": ColumnNames(
        "answered at, submitted at, response date, review date, review creation date, survey date, submission date, completed at, date submitted, review answer timestamp, created at, timestamp, date, 提交时间, 回答时间, 评价时间, 评论时间, 填写时间",
        "time, start date, recorded date, end date, datum, zeitstempel, beantwortet am, eingereicht am, fecha, marca temporal, horodateur, 时间, 日期",
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
