"""Who said no in a file of customers is known, in whatever column, language or word it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

ANN, BO, CY, DI = (f"{name}@post.example" for name in ("ann", "bo", "cy", "di"))

CASES = {
    # header and rows of ann, bo, cy, di; who refused; who allowed
    "mautic": (("Do Not Email",), ("TRUE", "FALSE", "", "1"), "ann di", ""),
    "camel": (("doNotEmail",), ("1", "0", "true", "false"), "ann cy", ""),
    "salesforce": (("Email Opt Out", "Do Not Call"), ("0,1", "1,0", "0,0", "0,0"), "bo", ""),
    "dynamics": (("Do not allow Bulk Emails",), ("Allow", "Do Not Allow", "Allow", "Do Not Allow"), "bo di", ""),
    "hubspot": (("Opted out of email: Marketing Information",), ("true", "false", "", "true"), "ann di", ""),
    "brevo": (("EMAIL_BLACKLISTED", "SMS_BLACKLISTED"), ("0,0", "1,0", "0,0", "1,1"), "bo di", ""),
    "german": (("Werbesperre",), ("Ja", "Nein", "", "ja"), "ann di", ""),
    "german answers": (("Einwilligung Werbung",), ("erteilt", "widerrufen", "keine", "ja"), "bo", "ann di"),
    "german words": (("Newsletter",), ("Ja", "Nein", "abgemeldet", "ja"), "bo cy", "ann di"),
    "french": (("Désabonné",), ("Oui", "Non", "oui", ""), "ann cy", ""),
    "spanish": (("Acepta publicidad",), ("Sí", "No", "", "sí"), "bo", "ann di"),
    "chinese": (("是否退订",), ("是", "否", "", "是"), "ann di", ""),
    "dates": (("unsubscribed_at",), ("", "2026-02-03 10:00:00", "", "2026-02-04 10:00:00"), "bo di", ""),
    "spanish dates": (("Fecha de baja",), ("", "03/02/2026", "", "23/02/2026"), "bo di", ""),
    "german dates": (("Abmeldedatum",), ("", "03.02.2026", "", "23.02.2026"), "bo di", ""),
    "both": (("is_subscribed", "unsubscribed_at"), ("true,", "false,2026-02-03", "true,2026-02-03", "true,"), "bo cy", "ann cy di"),
    "status": (("Status",), ("active", "unsubscribed", "unreachable", "blocklisted"), "bo di", ""),
    "subscription status": (("Status",), ("Subscribed", "Unsubscribed", "Bounced", "Active"), "bo cy", "ann"),
    "enabled is no yes": (("status",), ("enabled", "disabled", "enabled", "blocklisted"), "bo di", ""),
    "half understood": (("Consent",), ("yes", "no", "perhaps", "no"), "bo di", "ann"),
    "polish": (("Zgoda marketingowa",), ("tak", "nie", "", "nie"), "bo di", "ann"),
    "portuguese": (("Aceita marketing",), ("sim", "não", "", "não"), "bo di", "ann"),
    "dutch": (("Nieuwsbrief",), ("ja", "nee", "", "nee"), "bo di", "ann"),
    "turkish": (("Ticari ileti izni",), ("evet", "hayır", "", "HAYIR"), "bo di", "ann"),
    "finnish": (("Markkinointilupa",), ("kyllä", "ei", "", "ei"), "bo di", "ann"),
    "czech": (("Souhlas s marketingem",), ("ano", "ne", "", "ne"), "bo di", "ann"),
    "hungarian": (("Hírlevél",), ("igen", "nem", "", "nem"), "bo di", "ann"),
    "russian": (("Согласие на рассылку",), ("да", "нет", "", "нет"), "bo di", "ann"),
    "greek": (("Συγκατάθεση marketing",), ("ναι", "όχι", "", "όχι"), "bo di", "ann"),
    "japanese": (("メルマガ",), ("希望する", "希望しない", "", "希望しない"), "bo di", "ann"),
    "korean": (("광고 수신동의",), ("동의", "거부", "", "거부"), "bo di", "ann"),
    "codes": (("subscriber_status",), ("1", "3", "2", "0"), "di", "ann"),
    "dutch no": (("Uitgeschreven",), ("nee", "ja", "", "ja"), "bo di", ""),
    "wanted": (("Werbung",), ("gewünscht", "nicht gewünscht", "", "unerwünscht"), "bo di", "ann"),
}  # fmt: skip


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    return open_workspace(tmp_path / "ws")


def _said(ws: Workspace, *states: str) -> set[str]:
    with ws._stand.ledger.reading() as t:
        rows = t.consents.of(f"email:{each}" for each in (ANN, BO, CY, DI)).to_pylist()
    heard = {"email", "*"}
    return {row["identity"][6:].partition("@")[0] for row in rows if row["state"] in states and row["channel"] in heard}


@pytest.mark.parametrize("name", sorted(CASES))
def test_who_refused_is_known_from_a_file_of_customers(tmp_path: Path, ws: Workspace, name: str) -> None:
    columns, answers, refused, allowed = CASES[name]
    rows = [f"{who},{n},{answer}" for n, (who, answer) in enumerate(zip((ANN, BO, CY, DI), answers, strict=True))]
    names = ["Ann", "Bo", "Cy", "Di"]
    text = "\n".join(
        [f"Email,First Name,{','.join(columns)}", *(r.replace(f",{n},", f",{names[n]},") for n, r in enumerate(rows))]
    )
    file = tmp_path / "contacts.csv"
    file.write_text(text + "\n", "utf-8")
    result = ws.load(file)
    assert (result.kind, result.accepted) == ("customers", 4)
    assert _said(ws, "denied") == set(refused.split())
    assert _said(ws, "granted") == set(allowed.split())


@pytest.mark.parametrize(("column", "words", "waiting", "silent"), [
    pytest.param("Email status", ("Subscribed", "double opt-in pending", "non-subscribed", "lead"), "bo cy", "di", id="no-refusal-in-it"),
    pytest.param("Status", ("Subscribed", "Pending", "Unsubscribed", "Bounced"), "bo", "", id="pending-among-answers"),
    pytest.param("Type", ("Active", "Unconfirmed", "Unsubscribed", "Junk"), "bo", "ann", id="active-is-no-answer"),
    pytest.param("Status", ("active", "pending", "unsubscribed", "lead"), "", "ann bo di", id="pending-among-other-things"),
    pytest.param("Typ", ("abonniert", "nicht abonniert", "nicht bestätigt", "abgemeldet"), "bo cy", "", id="german"),
    pytest.param("状态", ("已订阅", "未订阅", "待确认", "已退订"), "bo cy", "", id="chinese"),
])  # fmt: skip
def test_a_subscription_that_waits_is_known_in_any_status(
    tmp_path: Path, ws: Workspace, column: str, words: tuple[str, ...], waiting: str, silent: str
) -> None:
    """Nobody is written to on it, whatever the ground; what tells of other things than a subscription says nothing."""
    people = [ANN, BO, CY, DI]
    rows = "".join(f"{who},{word}\n" for who, word in zip(people, words, strict=True))
    (tmp_path / "people.csv").write_text(f"email,{column}\n{rows}", "utf-8")
    with ws:
        ws.load(tmp_path / "people.csv")
        assert _said(ws, "unconfirmed") == set(waiting.split())
        assert _said(ws, "granted", "denied", "withdrawn", "unconfirmed") == {"ann", "bo", "cy", "di"} - set(
            silent.split()
        )


def test_what_is_not_understood_holds_back(tmp_path: Path, ws: Workspace) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(f"Email,Name,Consent\n{ANN},Ann,yes\n{BO},Bo,perhaps\n{CY},Cy,yes\n{DI},Di,no\n")
    consents = ws.load(file).further[0]
    assert (consents.accepted, consents.refused) == (3, 1)


@pytest.mark.parametrize("column", ["Zgoda marketingowa", "Newsletter abonniert", "Marketing status", "メルマガ"])
def test_two_words_that_nobody_knows_hold_back_under_a_name_that_speaks(
    tmp_path: Path, ws: Workspace, column: str
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(f"Email,Name,{column}\n{ANN},Ann,foo\n{BO},Bo,bar\n{CY},Cy,foo\n{DI},Di,bar\n", "utf-8")
    consents = ws.load(file).further[0]
    assert (consents.kind, consents.accepted, consents.refused) == ("consents", 0, 4)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("newsletter_language", "de en de en"),
        ("Newsletter topic", "tea cups tea cups"),
        ("newsletter name", "a b a b"),
        ("newsletter clicks", "3 4 3 4"),
    ],
)
def test_what_a_letter_is_about_is_no_answer(tmp_path: Path, ws: Workspace, column: str, words: str) -> None:
    file = tmp_path / "contacts.csv"
    rows = "".join(f"{who},{word}\n" for who, word in zip((ANN, BO, CY, DI), words.split(), strict=True))
    file.write_text(f"Email,{column}\n{rows}")
    assert ws.load(file).further == ()


@pytest.mark.parametrize(
    "name", ["opt-out list 2026.csv", "unsubscribed.csv", "do-not-contact.csv", "Abmeldungen.csv", "退订名单.csv"]
)
def test_a_list_that_is_called_so_holds_refusals(tmp_path: Path, ws: Workspace, name: str) -> None:
    file = tmp_path / name
    file.write_text(f"Email\n{ANN}\n{BO}\n")
    ws.load(file)
    assert _said(ws, "denied") == {"ann", "bo"}


@pytest.mark.parametrize(
    ("rows", "held", "told"),
    [
        ([ANN, "*@firm.example", "@shop.example"], {ANN, "*@firm.example", "*@shop.example"}, "2 rows name whole domains (email *@firm.example, email @shop.example)"),
        (["*@firm.example"], {"*@firm.example"}, "1 row names a whole domain (email *@firm.example): a no holds everybody there back"),
        ([f"{BO}; *@firm.example"], {BO, "*@firm.example"}, ""),
    ],
)  # fmt: skip
def test_a_list_of_refusals_may_name_whole_domains(
    tmp_path: Path, ws: Workspace, rows: list[str], held: set[str], told: str
) -> None:
    file = tmp_path / "unsubscribed.csv"
    file.write_text("\n".join(["Email", *rows]) + "\n")
    result = ws.load(file)
    assert (result.kind, result.accepted) == ("consents", len(rows))
    with ws._stand.ledger.reading() as t:
        asked = [f"email:{each}" for each in (ANN, BO, CY, "*@firm.example", "*@shop.example", "*@post.example")]
        said = t.consents.of(asked).to_pylist()
    assert {row["identity"].removeprefix("email:") for row in said if row["state"] == "denied"} == held
    notes = [str(note) for note in result.notes]
    assert told in " ".join(notes)
    assert not any("nobody (" in note for note in notes)


@pytest.mark.parametrize(
    "name", ["contacts.csv", "without unsubscribed.csv", "kunden ohne Abmeldungen.csv", "not unsubscribed.csv"]
)
def test_other_lists_hold_none(tmp_path: Path, ws: Workspace, name: str) -> None:
    file = tmp_path / name
    file.write_text(f"Email\n{ANN}\n{BO}\n")
    assert ws.load(file).further == ()


def test_orders_that_say_so_are_heard(tmp_path: Path, ws: Workspace) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,email,date,amount,newsletter\n"
        f"1,{ANN},2026-01-02,10,yes\n2,{BO},2026-01-03,20,no\n3,{CY},2026-01-04,30,no\n4,{DI},2026-01-05,40,yes\n"
    )
    ws.load(file)
    assert (_said(ws, "denied"), _said(ws, "granted")) == ({"bo", "cy"}, {"ann", "di"})


def test_every_address_of_a_cell_is_refused(tmp_path: Path, ws: Workspace) -> None:
    file = tmp_path / "consents.csv"
    file.write_text(f'email,channel,granted\n"{ANN}; {BO}",email,no\n"Cy <{CY}>, Di <{DI}>",email,no\n')
    ws.load(file, kind="consents")
    assert _said(ws, "denied") == {"ann", "bo", "cy", "di"}


def test_a_customer_with_several_addresses_has_the_first(tmp_path: Path, ws: Workspace) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(f'id,name,email\n1,Ann,"{ANN}; {BO}"\n2,Cy,{CY} / {DI}\n')
    assert ws.load(file).mapping.fields["email"].columns == ("email",)
    ws.refresh()
    assert ws.profiles.show(f"email:{ANN}")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (("USER_SUPPRESSED", "HARD_BOUNCE", "whatever"), "ann bo cy"),
        (("complaint", "odd", ""), "ann bo cy"),
    ],
)
def test_a_list_of_refusals_holds_everybody_whatever_its_reasons(
    tmp_path: Path, ws: Workspace, words: tuple[str, ...], refused: str
) -> None:
    file = tmp_path / "suppressions.csv"
    rows = zip((ANN, BO, CY), words, strict=True)
    file.write_text("Email,Reason\n" + "".join(f"{who},{word}\n" for who, word in rows))
    ws.load(file)
    assert _said(ws, "denied") == set(refused.split())


def test_who_says_nothing_was_not_here_already(tmp_path: Path, ws: Workspace) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("email,doNotEmail\na@x.example,1\nb@x.example,0\nc@x.example,false\nd@x.example,TRUE\n", "utf-8")
    first = ws.load(file)
    for each in (first, *first.further):
        assert (each.accepted, each.unchanged) == (4, 0)
    assert [each.unchanged for each in ws.load(file).further] == [4]


def test_an_answer_inside_a_record_is_heard(tmp_path: Path, ws: Workspace) -> None:
    file = tmp_path / "orders.jsonl"
    people = ((ANN, "subscribed"), (BO, "unsubscribed"), (CY, "subscribed")) * 3
    file.write_text(
        "\n".join(
            f'{{"id": {n}, "created_at": "2026-09-0{n}T10:00:00Z", "total_price": "10.50", "financial_status": "paid", '
            f'"customer": {{"id": {n % 3}, "email": "{who}", "email_marketing_consent": {{"state": "{state}"}}}}}}'
            for n, (who, state) in enumerate(people, start=1)
        ),
        "utf-8",
    )
    result = ws.load(file)
    assert [(each.kind, each.accepted) for each in (result, *result.further)] == [("orders", 9), ("consents", 9)]
