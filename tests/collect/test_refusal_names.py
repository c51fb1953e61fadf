"""A yes under a column that asks who said no is a no, however the column is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.collect.hints.permission_names import speaks_of_consent
from coterie.domain.consenting import ANSWERS, asks_for_refusal, lists_refusals, refuses, said_in_a_status, spelt
from coterie.settings import WorkspaceSettings
from coterie.workspace import init_workspace, open_workspace

PHRASES = (
    "opt out", "opted out", "unsubscribed", "do not email", "do not contact", "no newsletter", "blacklisted", "consent withdrawn",
    "marketing excluded", "email suppressed", "kein Newsletter", "keine Werbung", "Widerspruch Werbung", "Newsletter abbestellt",
    "Werbesperre", "désabonné", "ne pas contacter", "pas de publicité", "refus publicité", "no enviar publicidad", "no desea correo",
    "fecha de baja", "lista Robinson",
)  # fmt: skip
SHAPES = (
    str, str.upper, str.title, lambda words: words.replace(" ", "_"), lambda words: words.replace(" ", "-"),
    lambda words: "".join(word[:1].upper() + word[1:] for word in words.split()), lambda words: f"{words}?",
    lambda words: f"is_{words.replace(' ', '_')}", lambda words: f"customer {words}", lambda words: f"{words} (email)",
    lambda words: f"{words}_flag", lambda words: f" {words} ", lambda words: f'"{words}"', lambda words: f"{words}_at",
)  # fmt: skip


@given(st.sampled_from(PHRASES), st.sampled_from(SHAPES))
def test_a_refusal_is_seen_in_any_spelling_of_a_name(phrase, shape):
    assert asks_for_refusal(shape(phrase))


@pytest.mark.parametrize(
    "name",
    [
        "是否退订",
        "退订时间",
        "拒收邮件",
        "不接收短信",
        "黑名单",
        "已取消订阅",
        "marketing_optout",
        "OptOutEmail",
        "hasoptedoutofemail",
        "DNC",
        *(
            "Stop Email",
            "Never contact",
            "NotMailable",
            "Does not want email",
            "Email not allowed",
            "Marketing disabled",
            "Exclude",
        ),
        *(
            "E-Mail nicht erlaubt",
            "Werbung untersagt",
            "Newsletter gekündigt",
            "keine Zusendung",
            "Kontakt nicht erwünscht",
        ),
        *(
            "Ne souhaite pas recevoir",
            "N'accepte pas les emails",
            "Refuse les emails",
            "Rechaza publicidad",
            "Non contattare",
        ),
        *("不要联系", "不允许推送", "禁止营销", "停止发送", "Não enviar", "メール拒否"),
    ],
)
def test_a_refusal_is_seen_in(name):
    assert asks_for_refusal(name)


@pytest.mark.parametrize(
    "name",
    [
        "subscribed", "opt_in", "Accepts Marketing", "newsletter", "consent", "unsubscribe_link", "unsubscribe_url", "order_status",
        "cancelled", "campaign_stop_date", "email", "contact_name", "Widerrufsrecht akzeptiert", "temporada baja", "return_refused",
        "Liefersperre", "blocked_amount", "No. of orders", "是否订阅", "订阅时间", "outlet", "stockout", "no_of_contacts", "Not delivered", "Recibir ofertas",
        "exclusive", "不同渠道", "Kontakt erlaubt", "是否接受短信邮件",
    ],
)  # fmt: skip
def test_no_refusal_is_seen_in(name):
    assert not asks_for_refusal(name)


@pytest.mark.parametrize(
    "name",
    ["unsubscribed.csv", "Unsubscribes_2026-11.csv.gz", "opt-outs.xlsx", "suppression list.csv", "bounces.csv", "blocklist.txt",
     "Abmeldungen.csv", "désabonnés.csv", "bajas.csv", "退订名单.csv", "黑名单.xlsx", "robinsonliste.csv", "lista negra.csv", "liste noire.csv",
     "Werbeverweigerer.xlsx", "exclusion_list.csv", "liste d'exclusion.csv", "Rückläufer 2026.csv", "禁发名单.csv"],
)  # fmt: skip
def test_a_file_is_called_a_list_of_refusals(name):
    assert lists_refusals(name)


CALLED = (
    "leavers", "Leavers_2026", "newsletter leavers", "removals", "removal list", "removed", "removed contacts", "to remove", "people to remove",
    "gdpr_deletions", "GDPR deletions 2026", "deletions", "deletion requests", "deleted contacts", "delete requests", "erasures", "erasure requests",
    "right to be forgotten", "forget me", "opted out", "opted_out", "OptedOut", "opt-outs", "do not mail", "do_not_mail", "DoNotMail", "dnm",
    "donotcontact", "donotemail", "no mail", "nomail", "never mail", "unsubs", "unsubscribers", "blocked", "blocked emails", "blocks",
    "blocked list", "banned", "ban list", "kill list", "stop list", "stops list", "goneaways", "gone aways", "deceased", "mps",
    "mailing preference service", "tps", "withdrawn", "withdrawn consents", "revocations", "revoked consents", "objected", "opposed", "dead emails",
    "bad emails", "invalid emails", "undelivered", "quitters", "lost consent", "consent withdrawn", "not interested", "no consent",
    "exits newsletter", "left the list", "left list", "Sperre", "Sperren", "Sperrliste", "Sperrungen", "Werbesperre", "Werbesperren", "gesperrt",
    "Gesperrte Kunden", "Widerruf", "Widerrufe", "Widerrufer", "Widersprüche", "Abmelder", "Abgemeldete", "Abmeldungen", "Austritte", "Ausgetretene",
    "Ausgetragene", "Abbesteller", "Löschungen", "Löschliste", "Löschanträge", "DSGVO Löschungen", "Löschbegehren", "gelöschte Kontakte",
    "zu löschen", "Negativliste", "Robinson", "Verstorbene", "Nicht anschreiben", "nicht mehr mailen", "keine Werbung", "Kontaktsperre",
    "Kontaktsperren", "Mailsperre", "Unzustellbare", "Abgänge Newsletter", "Einwilligung entzogen", "entzogene Einwilligungen", "désinscrits",
    "desinscrits", "désinscriptions", "désinscription", "désabonnements", "désabonnés", "oppositions", "opposition", "liste d'opposition", "opposés",
    "retraits", "retraits consentement", "à supprimer", "suppressions RGPD", "supprimés", "suppressions", "effacements", "droit à l'oubli",
    "bloqués", "ne plus contacter", "ne pas contacter", "liste rouge", "radiés", "radiations", "décédés", "résiliés newsletter", "désactivés",
    "à ne pas contacter", "blacklistés", "exclus", "liste des exclus", "bajas", "baja", "bajas_2026", "bajas voluntarias", "dados de baja",
    "dados_de_baja", "eliminados", "eliminaciones", "borrados", "supresiones", "derecho al olvido", "exclusiones", "excluidos", "oposiciones",
    "oposición", "bloqueados", "no contactar", "lista de exclusión", "lista Robinson", "cancelados newsletter", "desuscritos", "desuscripciones",
    "revocados", "revocaciones", "fallecidos", "rechazados", "retirados", "退订名单", "退订", "取消订阅名单", "黑名单", "注销名单", "已注销用户", "注销用户", "删除名单", "删除请求",
    "移除名单", "勿扰名单", "免打扰", "拒收名单", "退出名单", "屏蔽名单", "失效邮箱", "无效邮箱", "停发名单", "撤回同意", "不再联系", "拉黑", "封禁名单", "投诉名单", "已故", "禁止联系", "停止联系名单",
    "abuse reports", "fbl", "feedback loop emails", "spamtraps", "unreachables", "purge list", "scrub_list", "to_delete", "to unsubscribe", "remove me",
    "unregistered", "deregistered", "nocontact", "no thanks", "stop", "stopliste", "liste_stop", "dsr deletions", "gdpr removals", "Sperrkunden",
    "Postausschluss", "Austragungen", "ungültige Adressen", "tote E-Mails", "à exclure", "adresses invalides", "correos inválidos", "suppr",
)  # fmt: skip
OTHERS = (
    "customers", "orders", "leads", "members", "retirees", "believers", "cleavers", "achievers", "new removals company", "deliveries", "consents",
    "clients", "kunden", "adressen", "contacts", "newsletter", "subscribers", "abonnenten", "clientes", "altas", "altas y bajas", "returns",
    "refunds", "cancellations", "stores", "products", "Kündigungen", "stops", "block a customers", "blockbuster", "street blocks",
    "left handed customers", "not churned", "without leavers", "temporada baja", "Sperrgut", "Sperrmüll", "Liefersperre", "Kundenliste",
    "lost customers", "winback", "churned", "inactive", "dormant", "登录用户", "客户名单", "未退订", "会员", "订单", "注销前客户", "exits", "departures", "departements",
    "retrait magasin", "retraits en magasin", "removable goods", "partis", "bad weather", "mps players", "ohne Sperrliste", "sin bajas",
    "sans désinscrits", "opposite sex", "excluded from tax", "exclusive",
    "nonstop", "store stops", "trap", "to deliver", "purged stock levels", "scrubs", "tote bags", "cleanup services",
)  # fmt: skip


@pytest.mark.parametrize("name", CALLED)
def test_a_list_of_who_left_or_is_to_be_forgotten_is_called_so_in_five_languages(name):
    assert lists_refusals(f"{name}.csv")
    assert lists_refusals(f"{name.replace(' ', '_').title()}_2026-11-30.xlsx")


@pytest.mark.parametrize("name", OTHERS)
def test_no_list_of_them_is_seen_in(name):
    assert not lists_refusals(f"{name}.csv")


@pytest.mark.parametrize(
    "name",
    [
        "customers.csv",
        "orders.csv",
        "newsletter_subscribers.csv",
        "returns.csv",
        "consents.csv",
        "exclusive customers.csv",
        "bus stops.csv",
    ],
)
def test_a_file_is_not(name):
    assert not lists_refusals(name)


@pytest.mark.parametrize(
    "name",
    [
        "Recibir ofertas", "Comunicaciones comerciales", "Acepta comunicaciones", "Recevoir les offres", "Accord marketing", "Autorise prospection",
        "Angebote erhalten", "Kontakt erlaubt", "Zustimmung Marketing", "Mailing", "Darf kontaktiert werden", "Receives emails", "wants_offers",
        "May we contact you?", "Keep me informed", "Contactable", "是否接受短信邮件", "允许推送", "愿意接收优惠", "邮件许可", "Nieuwsbrief", "メルマガ",
        "Contact OK?", "Marketing status", "Souhlas s marketingem", "Hírlevél", "Ticari ileti izni", "Acord marketing",
    ],
)  # fmt: skip
def test_a_permission_is_asked_by(name):
    assert speaks_of_consent(name)
    assert not asks_for_refusal(name)


@pytest.mark.parametrize(
    "name",
    [
        "Email address", "Mailing address", "Contact", "Kontaktperson", "Marketing channel", "last_contacted", "Email sent", "offers_redeemed",
        "Ware erhalten", "date received", "Promo code", "can_pay", "may_sales", "联系电话", "接收时间", "是否收货", "活动名称", "permissions level",
    ],
)  # fmt: skip
def test_no_permission_is_asked_by(name):
    assert not speaks_of_consent(name)


@given(st.sampled_from(sorted(ANSWERS)))
def test_a_status_never_makes_a_yes_of_what_is_none_and_always_a_no_of_a_refusal(word):
    said = said_in_a_status(word)
    assert said != "granted" or ANSWERS[word] == "granted"
    assert said == "denied" or not refuses(word)


@pytest.mark.parametrize("word", ["-1", "- 1", "−1", " -1.0"])
def test_a_number_below_zero_is_no_yes(word):
    assert spelt(word) not in ANSWERS


@pytest.mark.parametrize(
    ("column", "cells", "states"),
    [
        pytest.param("newsletter", ("nein", "ja"), ["denied", "granted"], id="an-answer-under-a-name-that-speaks"),
        pytest.param("do_not_email", ("x", ""), ["denied"], id="a-mark"),
        pytest.param("baja", ("sí", "no"), ["denied"], id="a-refusal-of-one-word"),
        pytest.param("opt_out_date", ("2026-11-01", ""), ["denied"], id="a-day"),
        pytest.param("退订时间", ("2026-11-01", ""), ["denied"], id="a-day-in-chinese"),
        pytest.param("suppressed", ("yes", "no"), ["denied"], id="a-block"),
        pytest.param("recibir_ofertas", ("no", "sí"), ["denied", "granted"], id="a-permission-in-spanish"),
    ],
)
def test_a_list_of_consents_may_say_it_under_any_such_name(tmp_path, column, cells, states):
    file = tmp_path / "said.csv"
    rows = "".join(f"p{n}@post.example,email,{cell}\n" for n, cell in enumerate(cells))
    file.write_text(f"email,channel,{column}\n{rows}", "utf-8")
    with open_workspace(init_workspace(tmp_path / "ws", WorkspaceSettings(country="ES"))) as ws:
        ws.load(file, kind="consents")
        with ws._stand.ledger.reading() as t:
            assert [row["state"] for row in t.consents.between(1, 9).sort_by("identity").to_pylist()] == states
