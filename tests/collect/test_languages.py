"""Headers in fourteen languages name what they name in English."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from coterie.collect import propose
from coterie.collect.hints.languages import IN_LANGUAGES, in_languages
from coterie.collect.hints.words import NAMES, misspelt_fit, name_fit, words_of

PEOPLE = ("customer_id", "first_name", "last_name", "email", "phone", "birth_date", "postcode", "city", "gender")
ORDERS = ("order_id", "customer_id", "occurred_at", "revenue", "status")
LINES = ("order_id", "customer_id", "occurred_at", "product_id", "quantity", "unit_price")
HEADERS = {
    "de": (
        "Kundennummer;Vorname;Nachname;E-Mail-Adresse;Mobilnummer;Geburtsdatum;PLZ;Ort;Geschlecht",
        "Bestellnummer;Kundennummer;Bestelldatum;Gesamtbetrag;Status",
        "Bestellnummer;Kundennummer;Bestelldatum;Artikelnummer;Menge;Einzelpreis",
    ),
    "fr": (
        "Numéro client;Prénom;Nom;Adresse e-mail;Téléphone;Date de naissance;Code postal;Ville;Sexe",
        "Numéro de commande;Numéro client;Date de commande;Montant total;Statut",
        "Numéro de commande;Numéro client;Date de commande;Référence produit;Quantité;Prix unitaire",
    ),
    "es": (
        "Número de cliente;Nombre;Apellidos;Correo electrónico;Teléfono móvil;Fecha de nacimiento;Código postal;Ciudad;Sexo",
        "Número de pedido;Número de cliente;Fecha de pedido;Importe total;Estado",
        "Número de pedido;Número de cliente;Fecha de pedido;Referencia;Cantidad;Precio unitario",
    ),
    "it": (
        "Codice cliente;Nome;Cognome;Email;Cellulare;Data di nascita;CAP;Città;Sesso",
        "Numero ordine;Codice cliente;Data ordine;Totale;Stato",
        "Numero ordine;Codice cliente;Data ordine;Codice prodotto;Quantità;Prezzo unitario",
    ),
    "pt": (
        "Código do cliente;Nome;Sobrenome;E-mail;Celular;Data de nascimento;CEP;Cidade;Sexo",
        "Número do pedido;Código do cliente;Data do pedido;Valor total;Status",
        "Número do pedido;Código do cliente;Data do pedido;Código do produto;Quantidade;Preço unitário",
    ),
    "nl": (
        "Klantnummer;Voornaam;Achternaam;E-mailadres;Telefoonnummer;Geboortedatum;Postcode;Woonplaats;Geslacht",
        "Ordernummer;Klantnummer;Besteldatum;Totaalbedrag;Status",
        "Ordernummer;Klantnummer;Besteldatum;Artikelnummer;Aantal;Stuksprijs",
    ),
    "sv": (
        "Kundnummer;Förnamn;Efternamn;E-post;Mobilnummer;Födelsedatum;Postnummer;Ort;Kön",
        "Ordernummer;Kundnummer;Orderdatum;Totalbelopp;Status",
        "Ordernummer;Kundnummer;Orderdatum;Artikelnummer;Antal;Pris",
    ),
    "pl": (
        "Numer klienta;Imię;Nazwisko;Adres e-mail;Telefon;Data urodzenia;Kod pocztowy;Miasto;Płeć",
        "Numer zamówienia;Numer klienta;Data zamówienia;Kwota;Status",
        "Numer zamówienia;Numer klienta;Data zamówienia;Kod produktu;Ilość;Cena jednostkowa",
    ),
    "ru": (
        "Номер клиента;Имя;Фамилия;Электронная почта;Телефон;Дата рождения;Индекс;Город;Пол",
        "Номер заказа;Номер клиента;Дата заказа;Сумма;Статус",
        "Номер заказа;Номер клиента;Дата заказа;Артикул;Количество;Цена",
    ),
    "tr": (
        "Müşteri no;Adı;Soyadı;E-posta;Cep telefonu;Doğum tarihi;Posta kodu;Şehir;Cinsiyet",
        "Sipariş no;Müşteri no;Sipariş tarihi;Toplam tutar;Durum",
        "Sipariş no;Müşteri no;Sipariş tarihi;Ürün kodu;Adet;Birim fiyat",
    ),
    "ja": (
        "顧客番号;名;姓;メールアドレス;電話番号;生年月日;郵便番号;市区町村;性別",
        "注文番号;顧客番号;注文日;合計金額;ステータス",
        "注文番号;顧客番号;注文日;商品コード;数量;単価",
    ),
    "ko": (
        "고객번호;이름;성;이메일;휴대폰번호;생년월일;우편번호;도시;성별",
        "주문번호;고객번호;주문일자;총금액;주문상태",
        "주문번호;고객번호;주문일자;상품코드;수량;단가",
    ),
    "zh": (
        "客户编号;名;姓;电子邮箱;手机号;出生日期;邮编;城市;性别",
        "订单号;客户编号;下单时间;订单金额;订单状态",
        "订单号;客户编号;下单时间;商品编码;数量;单价",
    ),
    "zh-TW": (
        "會員編號;名;姓氏;電子郵件;手機;生日;郵遞區號;城市;性別",
        "訂單編號;會員編號;訂單日期;訂單金額;訂單狀態",
        "訂單編號;會員編號;訂單日期;商品編號;數量;單價",
    ),
}
KINDS = {"customers": PEOPLE, "orders": ORDERS, "order_lines": LINES}


def _rows(kind: str) -> list[str]:
    chosen, rows = random.Random(4), []
    for n in range(90):
        order = n // 3 if kind == "order_lines" else n
        day, price = f"2025-0{1 + order % 9}-{1 + order % 28:02d}", f"{chosen.uniform(5, 90):.2f}"
        rows.append(
            {
                "customers": f"K{n:05d};Anna;Berg;a{n}@example.com;+4917{10000000 + n * 37};19{60 + n % 40}-05-1{n % 9};{10115 + n};Berlin;{'FM'[n % 2]}",
                "orders": f"B{n:06d};K{n % 30:05d};{day};{price};paid",
                "order_lines": f"B{order:06d};K{order % 20:05d};{day};P{n % 40:04d};{1 + n % 4};{price}",
            }[kind]
        )
    return rows


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_header_in_another_language_is_read(tmp_path: Path, language: str, kind: str) -> None:
    header = HEADERS[language][list(KINDS).index(kind)]
    file = tmp_path / "file.csv"
    file.write_text("\n".join([header, *_rows(kind), ""]), "utf-8")
    mapping = propose(file).mapping
    assert mapping.kind == kind
    found = {field: mapped.columns for field, mapped in mapping.fields.items() if mapped.columns}
    assert found == {field: (column,) for field, column in zip(KINDS[kind], header.split(";"), strict=True)}


def test_a_newsletter_answered_in_words_is_no_campaign_and_the_file_is_of_people(tmp_path: Path) -> None:
    header = "Mitgliedsnummer;Vorname;Nachname;E-Mail;Telefon;Geburtsdatum;Eintritt;Vertrag;Newsletter"
    said = ("ja", "nein", "nein - abgemeldet", "ja")
    rows = [
        f"M{n:05d};Jörg;Groß;j{n}@example.de;+4917{10000000 + n};1{n % 9}.05.1970;0{1 + n % 9}.03.2020;Basis;{said[n % 4]}"
        for n in range(60)
    ]
    file = tmp_path / "members.csv"
    file.write_text("\n".join([header, *rows, ""]), "utf-8")
    mapping = propose(file).mapping
    assert mapping.kind == "customers"
    assert {"customer_id", "phone", "joined_at"} <= set(mapping.fields)


@pytest.mark.parametrize(
    "left", ["Abmeldedatum", "Abgemeldet am", "Date de désinscription", "Fecha de baja", "Afmelddatum", "Uitschrijfdatum",
             "Data cancellazione iscrizione", "Data rezygnacji", "Дата отписки", "退会日", "退订时间", "Avregistreringsdatum"]
)  # fmt: skip
@pytest.mark.parametrize("field", ["joined_at", "occurred_at", "birth_date", "updated_at"])
def test_a_day_of_leaving_is_never_taken_for_one_of_joining(left: str, field: str) -> None:
    assert max(name_fit("customers", field, left), misspelt_fit("customers", field, left)) < 0.6


def test_no_name_stands_both_among_english_and_chinese_ones_and_among_those_of_other_languages() -> None:
    def spelt(names: str) -> set[str]:
        return {"".join(words_of(name)) for name in names.split(",") if name.strip()}

    twice = {
        field: both
        for field, names in NAMES.items()
        if (both := spelt(f"{names.usual},{names.loose}") & spelt(in_languages(field)))
    }
    assert twice == {}
    assert {field for fields in IN_LANGUAGES.values() for field in fields} <= set(NAMES)
