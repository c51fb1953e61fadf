"""Files as people have them: whoever said no in any of them, under whatever name, is not written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.testing.smtp_sink import RunningSink
from tests.workspace.test_refusals import CAMPAIGNS, Shop

# file name, header, the row of who said no, the row of who did not ("" for none)
LISTS = [
    ("unsubscribed", "email", "{mail}", ""),
    ("unsubscribes_2026", "email,unsubscribed_at", "{mail},2026-11-01", ""),
    ("leavers", "Email Address,Unsub Time", "{mail},2026-11-01 10:00:00", "{mail},"),
    ("suppression_list", "email,reason,created", "{mail},unsubscribe,2026-11-01 10:00:00", ""),
    ("bounces", "email,bounce_type,timestamp", "{mail},hard,2026-11-01 10:00:00", "{mail},soft,2026-11-01 10:00:00"),
    (
        "mail-export",
        "email,event,timestamp",
        "{mail},unsubscribe,2026-11-10 10:00:00",
        "{mail},open,2026-11-10 10:00:00",
    ),
    ("blocklist", "address", "{mail}", ""),
    ("mailgun_unsubs", "address,tag,created_at", "{mail},*,2026-11-01T10:00:00Z", ""),
    ("Abmeldungen", "E-Mail,Datum", "{mail},20.11.2026", ""),
    ("désabonnés", "adresse,date", "{mail},20/11/2026", ""),
    ("bajas", "correo,fecha", "{mail},20/11/2026", ""),
    ("退订名单", "邮箱", "{mail}", ""),
    ("注销名单", "邮箱,姓名", "{mail},王", ""),
    ("gdpr_deletions", "email,deleted_at", "{mail},2026-11-01", ""),
    ("Removals", "customer_id,email", "{id},{mail}", ""),
    ("Sperre", "E-Mail,Name", "{mail},P", ""),
    ("à supprimer", "adresse mail", "{mail}", ""),
    ("derecho al olvido", "correo", "{mail}", ""),
    ("黑名单", "邮箱,时间", "{mail},2026-11-01", ""),
    ("audience-status", "Email,Status,Date", "{mail},Unsubscribed,2026-11-10", "{mail},active,2026-11-10"),
    ("audience-state", "email,state", "{mail},unsubscribed", "{mail},subscribed"),
    (
        "brevo",
        "EMAIL,ADDED_TIME,BLACKLISTED,BLACKLISTED_TIME",
        "{mail},2025-01-01,yes,2026-11-01",
        "{mail},2025-01-01,no,",
    ),
    ("why", "email,unsubscribe_reason", "{mail},too many mails", "{mail},"),
]
CUSTOMERS = [
    ("marketing_optout", "yes", "no"), ("Unsubscribed?", "TRUE", "FALSE"), ("isOptedOut", "1", "0"), ("Opt-Out Newsletter", "ja", "nein"),
    ("kein Newsletter", "x", ""), ("Werbesperre", "ja", "nein"), ("refus publicité", "oui", "non"), ("ne pas contacter", "oui", "non"),
    ("no enviar publicidad", "sí", "no"), ("不再接收邮件", "是", "否"), ("是否黑名单", "是", "否"), ("unsubscribed_at", "2026-11-01", ""),
    ("fecha de baja", "01/11/2026", ""), ("取消订阅时间", "2026-11-01", ""), ("status", "unsubscribed", "active"), ("tags", "vip; unsubscribed", "vip"),
    ("Newsletter", "nein", "ja"), ("consentement", "non", "oui"), ("acepta publicidad", "no", "sí"), ("unsubscribe_count", "2", "0"),
]  # fmt: skip
FILES = LISTS + [
    (f"k{place}", f'customer_id,email,name,"{column}"', f'{{id}},{{mail}},P,"{no}"', f'{{id}},{{mail}},P,"{other}"')
    for place, (column, no, other) in enumerate(CUSTOMERS)
]


@pytest.mark.parametrize(
    "files", [pytest.param(FILES[::4], id="every-fourth"), pytest.param(FILES, id="all", marks=pytest.mark.slow)]
)
def test_a_refusal_is_found_in_any_usual_file_and_nobody_else_is_held_back(
    tmp_path: Path, sink: RunningSink, files: list[tuple[str, str, str, str]]
) -> None:
    """Of three people of a file the first two say no, the second of them without ever having said yes."""
    shop = Shop(tmp_path, sink)
    mail = [[f"p{n}x{place}@shop-mail.es" for n in range(3)] for place in range(len(files))]
    number = [[str(7000 + 10 * place + n) for n in range(3)] for place in range(len(files))]
    people = [(number[place][n], mail[place][n]) for place in range(len(files)) for n in range(3)]
    shop.load(
        "customer_id,name,email\n" + "".join(f"{each},P,{address}\n" for each, address in people), "people", "customers"
    )
    agreed = [address for row in mail for address in (row[0], row[2])]
    shop.load(
        "email,channel,granted,occurred_at\n" + "".join(f"{each},email,yes,2026-10-01\n" for each in agreed), "yes"
    )
    shop.load(f"order_id,customer_id,occurred_at,revenue\n1,{people[0][0]},2026-11-20 10:00:00,5\n", "orders", "orders")
    shop.ws.refresh()
    shop.apply(CAMPAIGNS)
    for place, (name, header, no, other) in enumerate(files):
        said = (no, no, other)
        rows = [row.format(mail=mail[place][n], id=number[place][n]) + "\n" for n, row in enumerate(said) if row]
        shop.load(f"{header}\n{''.join(rows)}", name, kind=None)
    written = shop.send()
    told = {f"{place} {files[place][0]} {files[place][1]}": row for place, row in enumerate(mail)}
    assert [name for name, row in told.items() if {row[0], row[1]} & written] == []
    assert [name for name, row in told.items() if row[2] not in written] == []
    shop.ws.close()
