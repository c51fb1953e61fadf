"""A template says what is wrong with it, and renders the same words in HTML and text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from coterie.compose import (
    Context,
    RenderRefused,
    TemplateDefinition,
    check_template,
    compile_template,
    render_many,
    render_one,
)
from coterie.compose.filters import PrintedPlace
from coterie.domain import Rendered
from coterie.errors import BadDefinition, UnknownName

MJML = """
<mjml><mj-head><mj-style>.loud { color: red; }</mj-style></mj-head><mj-body>
  {% if segments.vip %}<mj-section><mj-column>
    <mj-text>Dear {{ profile.first_name }}, <b class="loud">thank you</b>.</mj-text>
    {% for number in (1..2) %}<mj-button href="https://shop.example/{{ profile.first_name }}">Gift {{ number }}</mj-button>{% endfor %}
  </mj-column></mj-section>{% else %}<mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section>{% endif %}
</mj-body></mjml>
"""


def template(**changed: object) -> TemplateDefinition:
    return TemplateDefinition.model_validate({"name": "t", "subject": "Hi", "body": "<p>Hi</p>"} | changed)


def shown(context: Context | None = None, **changed: object) -> Rendered:
    return render_one(compile_template(template(**changed)), context or Context())


def test_mjml_is_finished_once_and_filled_in_for_each_person() -> None:
    compiled = compile_template(template(body=MJML, subject="For {{ profile.first_name }}"))
    vip = render_one(compiled, Context(traits={"first_name": "Zoë & co"}, segments=frozenset(["vip"])))
    other = render_one(compiled, Context(traits={"first_name": "Ann"}))
    assert vip.subject == "For Zoë & co"
    assert "Dear Zoë &amp; co" in vip.html
    assert "https://shop.example/Zo%C3%AB%20%26%20co" in vip.html
    assert 'style="color: red;"' in vip.html
    assert vip.html.count("Gift") == 2
    assert "mj-" not in vip.html.split("<body")[1].replace("mj-column-per-100", "").replace("mj-outlook-group-fix", "")
    assert "Dear" not in other.html
    assert "{" not in vip.text
    assert "Dear Zoë & co, thank you." in vip.text
    assert "Gift 1 (https://shop.example/Zo%C3%AB%20%26%20co)" in vip.text


def test_mjml_asks_nobody_for_fonts() -> None:
    assert "googleapis" not in shown(body=MJML).html


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        pytest.param({"name": "Ann"}, "Ann", id="given"),
        pytest.param({}, "friend", id="missing"),
        pytest.param({"name": None}, "friend", id="null"),
        pytest.param({"name": ""}, "friend", id="empty"),
        pytest.param({"name": float("nan")}, "friend", id="not-a-number"),
        pytest.param({"name": 0}, "0", id="zero-is-a-value"),
        pytest.param({"name": False}, "false", id="false-is-a-value"),
        pytest.param({"name": Decimal("12.5000")}, "12.5", id="exact-numbers-lose-idle-zeros"),
        pytest.param({"name": 3.0}, "3", id="whole-floats-read-as-whole"),
    ],
)
def test_defaults_stand_in_for_what_is_missing(traits: dict[str, object], said: str) -> None:
    made = shown(Context(traits=traits), body="<p>[{{ profile.name }}]</p>", defaults={"name": "friend"})
    assert f"[{said}]" in made.html
    assert f"[{said}]" in made.text


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        pytest.param({"body": "{{ profile.frst_name }}"}, UnknownName, "did you mean 'first_name'", id="trait"),
        pytest.param({"subject": "{{ profile.frst_name }}"}, UnknownName, "first_name", id="trait-in-the-subject"),
        pytest.param({"defaults": {"nme": 1}}, UnknownName, "no trait named 'nme'", id="default-of-no-trait"),
        pytest.param({"body": "{% if segments.vpi %}x{% endif %}"}, UnknownName, "did you mean 'vip'", id="segment"),
        pytest.param({"body": "{{ first_name }}"}, UnknownName, "template variable", id="bare-name"),
        pytest.param({"body": "{{ campaign.budget }}"}, UnknownName, "budget", id="part-of-a-campaign"),
        pytest.param({"body": "{{ profile.first_name | shout }}"}, UnknownName, "filter named 'shout'", id="filter"),
        pytest.param({"body": "{{ profile[campaign.name] }}"}, BadDefinition, "as a whole", id="computed-name"),
        pytest.param({"body": "{{ profile }}"}, BadDefinition, "as a whole", id="everything-at-once"),
        pytest.param({"body": "{% if profile.first_name %}x"}, BadDefinition, "body", id="unclosed-tag"),
        pytest.param({"body": "{% include 'secrets' %}"}, BadDefinition, "include", id="include"),
        pytest.param({"body": "{% render 'secrets' %}"}, BadDefinition, "render", id="render"),
        pytest.param(
            {"body": "<mjml><mj-body><mj-buton/></mj-body></mjml>"}, UnknownName, "mj-button", id="mjml-element"
        ),
        pytest.param({"body": "<mjml><mj-body>"}, BadDefinition, "MJML", id="unclosed-mjml"),
        pytest.param(
            {"body": "<mjml><mj-body><mj-include path='/etc/passwd'/></mj-body></mjml>"},
            BadDefinition,
            "MJML",
            id="file",
        ),
        pytest.param({"body": "<a href={% if a %}'x'{% endif %}>"}, BadDefinition, "inside the tag", id="tag-in-a-tag"),
        pytest.param({"body": "<a {{ campaign.name }}>"}, BadDefinition, "outside quotes", id="value-as-attribute"),
        pytest.param({"body": "<p style='color:{{ campaign.name }}'>"}, BadDefinition, "style", id="value-in-a-style"),
        pytest.param(
            {"body": "<style>{{ campaign.name }}</style>"}, BadDefinition, "style sheet", id="in-a-style-sheet"
        ),
        pytest.param({"body": "<script>1</script>"}, BadDefinition, "script", id="script"),
        pytest.param({"body": "<p onclick='x()'>"}, BadDefinition, "onclick", id="event-attribute"),
        pytest.param({"body": "<a href='javascript:x()'>"}, BadDefinition, "javascript", id="script-link"),
        pytest.param({"body": "<a href='&#106;avascript:x()'>"}, BadDefinition, "not one", id="script-link-hidden"),
        pytest.param(
            {"body": "<a href='java{{ campaign.name }}'>"}, BadDefinition, "could become anything", id="split"
        ),
        pytest.param({"body": "<iframe src='https://x.example'>"}, BadDefinition, "iframe", id="frame"),
        pytest.param({"body": "{{ 1 | divided_by: 0 }}"}, BadDefinition, "without traits", id="fails-for-everybody"),
        pytest.param({"subject": "{{ profile.first_name }}"}, BadDefinition, "subject is empty", id="empty-subject"),
    ],
)
def test_what_is_wrong_is_said_before_anybody_gets_it(changed: dict[str, object], kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        check_template(template(**changed), traits=["first_name", "city"], segments=["vip"])


def test_every_language_is_checked() -> None:
    bad = template(languages={"zh": {"body": "{{ profile.nmae }}"}})
    with pytest.raises(UnknownName, match="nmae"):
        check_template(bad, traits=["name"], segments=[])


def test_traits_without_a_default_are_pointed_out() -> None:
    good = template(body="{{ profile.first_name }} {{ profile.city }}", defaults={"city": "town"})
    advice = check_template(good, traits=["first_name", "city"], segments=[])
    assert advice == ["profile.first_name has no default in the template; people who lack it see nothing there"]


@pytest.mark.parametrize("subject", ["a\nBcc: x@y.z", "a\0b", "=?utf-8?q?x?=", "a\u2028b", "a\x85b", ""])
def test_a_subject_is_one_plain_line(subject: str) -> None:
    with pytest.raises(ValidationError):
        template(subject=subject)


@pytest.mark.parametrize(
    ("spoken", "found"),
    [
        pytest.param("zh", "zh", id="exact"),
        pytest.param("zh-Hans-CN", "zh", id="narrower"),
        pytest.param("ZH_CN", "zh", id="other-spelling"),
        pytest.param("fr", "en", id="unknown"),
        pytest.param(None, "en", id="none"),
    ],
)
def test_people_read_their_language(spoken: str | None, found: str) -> None:
    both = template(languages={"zh": {"subject": "你好"}})
    assert both.variant(spoken)[0] == found
    made = render_one(
        compile_template(both, spoken), Context(sender_name="Shop", unsubscribe_url="https://x.example/u")
    )
    assert ("退订" in made.text, "Unsubscribe" in made.text) == (found == "zh", found == "en")


def test_the_footer_names_the_sender_and_the_way_out() -> None:
    context = Context(sender_name="Tea <Co>", postal_address="1 High St", unsubscribe_url="https://x.example/u/1")
    made = shown(context)
    assert "Sent by Tea &lt;Co&gt;, 1 High St" in made.html
    assert '<a href="https://x.example/u/1"' in made.html
    assert "Sent by Tea <Co>, 1 High St\nUnsubscribe: https://x.example/u/1\n" in made.text
    own = shown(context, body="<p><a href='{{ unsubscribe_url }}'>Stop</a></p>")
    assert own.html.count("https://x.example/u/1") == 1
    assert "Unsubscribe" not in shown(context, kind="transactional").html


def test_the_preheader_is_in_the_page_but_not_in_the_text() -> None:
    made = shown(Context(traits={"n": "<b>"}), preheader="Only for {{ profile.n }}")
    assert "Only for &lt;b&gt;" in made.html
    assert "Only for" not in made.text


def test_a_given_text_part_is_used() -> None:
    assert shown(text="Plain {{ campaign.name }}", context=Context(campaign="A&B")).text.startswith("Plain A&B")


def test_rows_may_be_repeated_in_a_table() -> None:
    made = shown(body="<table>{% for row in (1..3) %}<tr><td>row {{ row }}</td></tr>{% endfor %}</table>")
    assert made.html.count("<tr>") == made.html.count("</tr>") == 3
    assert made.text.startswith("row 1\nrow 2\nrow 3\n")


def test_one_who_cannot_be_rendered_does_not_hold_up_the_others() -> None:
    compiled = compile_template(template(subject="{{ 6 | divided_by: profile.n }}"))
    made = render_many(compiled, [Context(traits={"n": n}) for n in (2, 0, 3)])
    assert [m.subject if isinstance(m, Rendered) else type(m) for m in made] == ["3", RenderRefused, "2"]


def test_money_dates_and_user_html() -> None:
    traits = {
        "spent": Decimal("1234.5"),
        "since": "2024-02-29",
        "note": "<b>hi</b><script>x</script><a href='javascript:1'>k</a>",
    }
    made = shown(
        Context(traits=traits),
        body="<p>{{ profile.spent | money: 'GBP' }} {{ profile.since | date: '%d %B %Y' }} {{ profile.note | html }}</p>",
    )
    assert "£1,234.50 29 February 2024 <b>hi</b>" in made.html
    assert "script" not in made.html
    assert "£1,234.50 29 February 2024 hi" in made.text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ profile.spent | money }}", "€12.50"),
        ("{{ profile.spent | money: 'GBP' }}", "£12.50"),
        ("{{ 'now' | date: '%Y-%m-%d %H:%M' }}", "2026-12-01 07:30"),
        ("{{ 'today' | date }}", "2026-12-01"),
        ("{{ profile.at | date: '%Y-%m-%d %H:%M' }}", "2026-03-02 04:00"),
        ("{{ '2026-03-01T20:00:00+00:00' | date }}", "2026-03-02"),
        ("{{ profile.day | date }}", "2026-03-01"),
        ("{{ '2026-03-01' | date: '%H' }}", "00"),
        ("{{ 'soon' | date }}", "soon"),
    ],
)
def test_money_and_dates_are_those_of_the_business(body: str, expected: str) -> None:
    traits = {"spent": 12.5, "at": datetime(2026, 3, 1, 20), "day": date(2026, 3, 1)}
    place = PrintedPlace("EUR", "Asia/Shanghai", datetime(2026, 11, 30, 23, 30))
    made = shown(Context(traits=traits, place=place), subject=body)
    assert made.subject == expected
