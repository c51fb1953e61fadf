"""What goes wrong is told in Chinese where Chinese is spoken: no English but names and code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticKnownError
from pydantic_core._pydantic_core import list_all_errors

from coterie.cli.complaints import in_words
from coterie.cli.running import run
from coterie.errors import BadDefinition, BadFile, CoterieError, NameClash, StatementFailed, UnknownName
from coterie.words import Sentence, pydantic_says, sentence

ORDERS = "order_id,customer_id,order_date,amount\n1,c1,2024-01-05,20.5\n2,c2,2024-02-05,30.5\n"
RULE = "segments:\n- name: vip\n  rule: {trait: revenue, '>=': %s}\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for name, text in {
        "orders.csv": ORDERS,
        "empty.csv": "",
        "head.csv": "a,b\n",
        "page.csv": "%PDF-1.4",
        "broken.yaml": "segments:\n- name: vip\n   rule: {trait: revenue}\n",
        "misspelt.yaml": RULE.replace("revenue", "recencey") % "5",
        "words.yaml": RULE % "many",
        "field.yaml": "segments:\n- name: vip\n  rul: {}\n",
    }.items():
        (folder / name).write_text(text)
    assert run(["init", str(folder / "shop"), "--lang", "zh"]) == 0
    assert run(["load", str(folder / "orders.csv"), "--yes", "-w", str(folder / "shop")]) == 0
    assert run(["init", str(folder / "bare"), "--lang", "zh"]) == 0
    return folder


SHOP = ("-w", "shop")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["segmnts"], "没有命令 'segmnts'。您是否想用 'segments'", id="misspelt-command"),
        pytest.param(["load"], "缺少参数 'file'", id="missing-argument"),
        pytest.param(["refresh", "--foo"], "没有选项 --foo", id="unknown-option"),
        pytest.param(
            ["init", "x", "--lang", "fr"], "'--lang' 的值无效：'fr' 不在可选值 'en', 'zh' 之中", id="bad-option"
        ),
        pytest.param(["init", "x", "--currency", "euro"], "应为三个大写字母，如 EUR（现为 'euro'）", id="bad-currency"),
        pytest.param(["status", "-w", "nowhere"], "nowhere 不是工作区", id="no-workspace"),
        pytest.param(["load", "none.csv", *SHOP], "没有文件 'none.csv'", id="missing-file"),
        pytest.param(["load", "empty.csv", *SHOP], "empty.csv：文件是空的", id="empty-file"),
        pytest.param(["load", "head.csv", *SHOP], "head.csv：只有表头，没有数据行", id="header-alone"),
        pytest.param(["load", "page.csv", *SHOP], "page.csv：这是 PDF 文档", id="foreign-file"),
        pytest.param(
            ["load", "orders.csv", "--kind", "order", *SHOP], "您是否想用 'orders' 或 'order_lines'？", id="kind"
        ),
        pytest.param(["load", "orders.csv", "--set", "x", *SHOP], "'x' 不是修正", id="correction"),
        pytest.param(["refresh", "-w", "bare"], "还没有可刷新的数据", id="nothing-loaded"),
        pytest.param(["report", "-w", "bare"], "还没有可刷新的数据", id="nothing-to-report"),
        pytest.param(["segments", "show", "vip", *SHOP], "没有名为 'vip' 的细分。已有：暂无。", id="no-segment"),
        pytest.param(["segments", "show", "vip", *SHOP, "--json"], "没有名为 'vip' 的细分", id="no-segment-as-json"),
        pytest.param(["predict", "fit", "ltv", *SHOP], "没有名为 'ltv' 的模型。已有：lifetime-value。", id="no-model"),
        pytest.param(["merges", "undo", "7", *SHOP], "没有编号为 7 的合并", id="no-merge"),
        pytest.param(["apply", "nowhere", *SHOP], "没有文件或文件夹 nowhere", id="no-definitions"),
        pytest.param(
            ["apply", "broken.yaml", *SHOP], "broken.yaml:3：这不是有效的 YAML：这里不能再出现“键: 值”", id="yaml"
        ),
        pytest.param(["apply", "misspelt.yaml", *SHOP], "没有名为 'recencey' 的特征", id="unknown-trait"),
        pytest.param(["apply", "words.yaml", *SHOP], "'many' 不能与数字比较", id="value-of-another-type"),
        pytest.param(
            ["apply", "field.yaml", *SHOP],
            "field.yaml:2：细分 vip.rule：缺少 rule；field.yaml:3：细分 vip.rul：没有名为 'rul' 的字段。您是否想用 'rule'？",
            id="unknown-field",
        ),
    ],
)
def test_a_mistake_is_told_in_chinese(
    workspace: Path,
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("COTERIE_LOCALE", "zh")
    assert run(words) > 0
    told = capsys.readouterr().err
    assert said in told
    assert english(told) == []


def english(told: str) -> list[str]:
    """Words of English that are no names: outside quotes, code, braces, lists of names and file names."""
    sentences = re.sub(
        r"已有：.*?。|`[^`]*`|'[^']*'|\{[^}]*\}|用法：.*|\"error\": \"\w+\"|\"message\"|EUR|zip|zstd|gzip", "", told
    )
    plain = re.sub(r"[\w./:-]*[/._:-][\w./:-]*", "", sentences, flags=re.ASCII)
    names = {
        "CSV",
        "TSV",
        "JSON",
        "Lines",
        "Parquet",
        "Excel",
        "PDF",
        "YAML",
        "Coterie",
        "currency",
        "FIELD",
        "COLUMN",
        "rule",
        "nowhere",
    }
    return [word for word in re.findall(r"[A-Za-z]{3,}", plain) if word not in names and not word.startswith("rec")]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(
            UnknownName("segment", "vpi", ["vip"]),
            "没有名为 'vpi' 的细分。您是否想用 'vip'？已有：vip。",
            id="misspelt",
        ),
        pytest.param(
            UnknownName("segment", "x", [f"s{n:02}" for n in range(15)]),
            "没有名为 'x' 的细分。已有：s00、s01、s02、s03、s04、s05、s06、s07、s08、s09、s10、s11 等（另有 3 个）。",
            id="many-known",
        ),
        pytest.param(
            UnknownName("segment", "x", ["customers"]),
            "没有名为 'x' 的细分。已有：customers。",
            id="a-name-stays-a-name",
        ),
        pytest.param(
            BadDefinition(
                UnknownName(
                    "event", "Order Completed", [], advice="load a file of orders or order lines first"
                ).sentence,
                where="all.yaml:2",
            ),
            "all.yaml:2：没有名为 'Order Completed' 的事件。已有：暂无。请先载入订单或订单明细文件。",
            id="in-a-definition",
        ),
        pytest.param(BadFile("the file is empty", file="a.csv"), "a.csv：文件是空的", id="file"),
        pytest.param(
            BadFile("the line is no JSON object", file="a: b.csv", line=3, column="x", value="y"),
            "a: b.csv 第 3 行、列 'x'、值 'y'：这一行不是 JSON 对象",
            id="a-file-named-like-a-sentence",
        ),
        pytest.param(
            BadFile("the file holds nothing but blank lines", file="a.csv", line=3, column="x"),
            "a.csv 第 3 行、列 'x'：文件里只有空行",
            id="place-in-a-file",
        ),
        pytest.param(
            BadDefinition(
                sentence(
                    "no {kind} named {name!r}; known: {known}",
                    kind=sentence("trait"),
                    name="the file is empty",
                    known="x",
                ),
                where="a.yaml:2",
            ),
            "a.yaml:2：没有名为 'the file is empty' 的特征。已有：x。",
            id="a-value-like-a-sentence",
        ),
        pytest.param(
            NameClash("operator", "top", "a.py", "b.py"),
            "有两个运算组件都叫 'top'：a.py 和 b.py；请给其中一个改名，或卸载它",
            id="clash",
        ),
    ],
)
def test_an_error_is_told_with_its_own_values(fault: CoterieError, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COTERIE_LOCALE", "zh")
    assert in_words(fault) == said


def test_a_long_report_of_the_engine_is_passed_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COTERIE_LOCALE", "zh")
    text = "Conversion Error: " + "could not cast 'a: b; c' to x; in row y. " * 90
    assert in_words(StatementFailed(text)) == text


OF_PROGRAMS = re.compile(
    "JSON input|python|attribute|Recursion|frozen|default factory|iterating|hashable|Data should|Timezone offset|"
    "validating from json|rgument|strict URL|UUID|Fraction|fraction|before the decimal point|URL should have|MISSING|Date should"
)
"""Faults that no definition or setting of ours can have: they are about calls, bytes and objects."""


def test_what_pydantic_says_of_a_definition_is_told_in_chinese() -> None:
    known = {
        each["type"]: each for each in list_all_errors() if not OF_PROGRAMS.search(each["message_template_python"])
    }
    said = {name: _said_of(name, each.get("example_context") or {}) for name, each in known.items()}
    assert len(said) > 60
    assert [name for name, found in said.items() if found.told("zh") == found] == []


def test_what_pydantic_says_is_said_as_it_says_it() -> None:
    for each in list_all_errors():
        if each["type"] not in {"value_error", "assertion_error"}:
            facts = each.get("example_context") or {}
            assert _said_of(each["type"], facts) == PydanticKnownError(each["type"], facts or None).message()


def _said_of(kind: str, facts: dict[str, object]) -> Sentence:
    if kind == "value_error":
        facts = {"error": ValueError("the file is empty")}
    return pydantic_says({"type": kind, "ctx": facts, "msg": "", "loc": (), "input": None})  # type: ignore[arg-type, typeddict-item]
