"""Dates with months in words, in several languages, are read alike by the proposal and by the loader."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.collect import propose
from coterie.collect.proposals.dates import template_of
from coterie.collect.values.instants import in_english, read_instant, sql_in_english
from coterie.collect.values.reading import Binder
from coterie.engines import ENGINES
from coterie.settings import WorkspaceSettings
from coterie.workspace import init_workspace, open_workspace

THE_FIFTH = (
    "5 March 2025", "5th March 2025", "March 5, 2025", "March 5th, 2025", "Wednesday, March 5, 2025", "5-Mar-2025", "Mar. 5, 2025", "2025-Mar-05",
    "5. März 2025", "05. Mrz. 2025", "Mittwoch, 5. März 2025", "5.März 2025", "5 mars 2025", "mercredi 5 mars 2025", "5 de marzo de 2025",
    "5 marzo 2025", "5 março 2025", "5 de março de 2025", "5 maart 2025", "2025年三月5日", "5-三月-2025", "05-3月-2025", "2025年3月5日", "5 mrt 2025",
    "5. März 2025 um 14:30 Uhr", "5 mars 2025 à 14h30", "5 de marzo de 2025 a las 14:30", "March 5, 2025 at 2:30 PM", "5 Mar 2025 14:30",
)  # fmt: skip
MONTHS = (
    "Januar janvier enero gennaio janeiro Jän janv ene", "Februar février febrero febbraio fevereiro févr feb", "März mars marzo março",
    "April avril abril aprile avr abr", "Mai mai mayo maggio maio", "Juni juin junio giugno junho", "Juli juillet julio luglio julho juil",
    "August août agosto ago", "September septembre septiembre settembre setembro Sept", "Oktober octobre octubre ottobre outubro okt",
    "November novembre noviembre novembro", "Dezember décembre diciembre dicembre dezembro déc dez dic",
)  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_date_in_words_is_its_day(zone: str) -> None:
    engine = ENGINES["duckdb"](None)
    for text in THE_FIFTH:
        binder = Binder()
        template = template_of(text)
        assert template, text
        value = read_instant(binder.bind(text) + "::VARCHAR", "date", zone, binder.bind, formats=template)
        assert str(engine.query(f"SELECT ({value})::DATE AS d", binder.values)["d"][0]) == "2025-03-05", text
    engine.close()


def test_every_month_is_read_in_every_language() -> None:
    words = [(number, word) for number, several in enumerate(MONTHS, 1) for word in several.split()]
    texts = [f"7. {word} 2025" for _, word in words]
    assert [text for text in texts if template_of(text) is None] == []
    engine, binder = ENGINES["duckdb"](None), Binder()
    sql = sql_in_english("x", binder.bind)
    cases = " UNION ALL ".join(f"SELECT {binder.bind(text)} AS x" for text in (*texts, *THE_FIFTH))
    found = engine.query(f"SELECT x, {sql} AS y FROM ({cases})", binder.values).to_pylist()
    assert {row["x"]: row["y"] for row in found} == {text: in_english(text) for text in (*texts, *THE_FIFTH)}
    for number, word in words:
        binder = Binder()
        text = binder.bind(f"7. {word} 2025") + "::VARCHAR"
        value = read_instant(text, "date", "UTC", binder.bind, formats=str(template_of(f"7. {word} 2025")))
        assert engine.query(f"SELECT month({value}) AS m", binder.values)["m"].to_pylist() == [number], word
    engine.close()


def test_words_are_no_dates() -> None:
    texts = (
        "12 Marine Drive",
        "may contain nuts",
        "3 sets",
        "Order 5 of 2025",
        "Apartment 12",
        "5 Maple 2025 Street",
        "12 out of 20",
    )
    assert [text for text in texts if template_of(text)] == []


def test_a_file_of_german_dates_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "bestellungen.csv"
    rows = "".join(f"{n};K{n % 3};{n % 27 + 1}. {('März', 'April', 'Dez.')[n % 3]} 2025;{n},50\n" for n in range(1, 40))
    file.write_text("Bestellnummer;Kundennummer;Bestelldatum;Betrag\n" + rows, "utf-8")
    found = propose(file).mapping.fields["occurred_at"]
    assert (found.columns, "%d. %b %Y" in (found.date_format or "")) == (("Bestelldatum",), True)
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    ws = open_workspace(tmp_path / "ws")
    assert ws.load(file).refused == 0
    months = ws.query("SELECT DISTINCT month(occurred_at) AS month FROM orders ORDER BY 1").rows()
    assert [each["month"] for each in months] == [3, 4, 12]


@pytest.mark.parametrize("zero", ["0000-00-00", "00-00-0000", "0000-00-00 00:00:00", "00/00/0000"])
def test_the_zero_date_of_databases_is_no_date_and_refuses_nobody(tmp_path: Path, zero: str) -> None:
    file = tmp_path / "people.csv"
    rows = "".join(f"a{n}@x.example,{zero if n % 5 == 0 else f'19{70 + n}-03-0{n % 9 + 1}'}\n" for n in range(25))
    file.write_text("email,birthday\n" + rows, "utf-8")
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    with open_workspace(tmp_path / "ws") as ws:
        assert (ws.load(file).refused, ws.query("SELECT count(birth_date) AS n FROM customer_records")["n"]) == (
            0,
            [20],
        )
