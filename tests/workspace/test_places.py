"""Whatever is wrong in a definition is told with its file and the very line, by the command line and in Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from coterie.cli.running import run
from coterie.errors import CoterieError
from tests.workspace.shop import NOW, filled

RULE = """segments:
- name: fine
  rule: {{trait: orders, '>=': 1}}
- name: lapsed
  label: Lapsed
  rule:
    any:
    - trait: orders
      '>=': 3
    - not:
        all:
        - did: Order Completed
          {}
        - {{trait: orders, '<': 9}}
"""
TRAIT = """traits:
- name: spent
  unit: money
  value:
    event: Order Completed
    {}
"""
TEMPLATE = """templates:
- name: hi
  subject: Hello
  body: |
    <p>Dear reader</p>
    {}
    <p>Bye</p>
"""
CAMPAIGN = """campaigns:
- name: spring2
  audience:
    segments:
    - frequent
    {}
  template: hello
  holdout: 0.1
"""
FAULTS = {
    "a-value-of-another-type": (RULE.format("within: soon  # here"), "segment lapsed.rule.any[1].not.all[0].within"),
    "an-unknown-field": (RULE.format("withn: 30d  # here"), "segment lapsed.rule.any[1].not.all[0].withn"),
    "an-unknown-property": (
        RULE.format("where:\n            catgory: x  # here"),
        "segment lapsed.rule.any[1].not.all[0].where.catgory",
    ),
    "an-unknown-event": (
        RULE.format("at_least: 1").replace("did: Order Completed", "did: Order Complete  # here"),
        "segment lapsed.rule.any[1].not.all[0].did",
    ),
    "an-unknown-trait": (
        RULE.format("at_least: 1").replace("- trait: orders\n", "- trait: ordes  # here\n"),
        "segment lapsed.rule.any[0].trait",
    ),
    "a-comparison-that-cannot-be": (
        RULE.format("at_least: 1").replace("'>=': 3\n", "'>=': many  # here\n"),
        "segment lapsed.rule.any[0].>=",
    ),
    "an-unknown-operator": (
        RULE.format("at_least: 1").replace("'>=': 3\n", "'~': 3  # here\n"),
        "segment lapsed.rule.any[0].~",
    ),
    "an-operator-in-the-long-form": (
        RULE.format("at_least: 1").replace("    any:\n    - trait", "    op: anny  # here\n    of:\n    - trait"),
        "segment lapsed.rule.op",
    ),
    "two-operators-side-by-side": (
        RULE.format("at_least: 1\n          in_list: x  # here"),
        "segment lapsed.rule.any[1].not.all[0].in_list",
    ),
    "a-segment-that-reads-itself": (
        RULE.format("at_least: 1").replace("- trait: orders\n      '>=': 3\n", "- in_segment: lapsed  # here\n"),
        "segment lapsed.rule.any[0].in_segment",
    ),
    "an-unknown-segment": (
        RULE.format("at_least: 1").replace("- trait: orders\n      '>=': 3\n", "- in_segment: laps  # here\n"),
        "segment lapsed.rule.any[0].in_segment",
    ),
    "a-rule-that-is-missing": (
        "segments:\n- name: x\n  rule: {trait: orders, '>': 1}\n- name: y  # here\n",
        "segment y",
    ),
    "a-name-that-cannot-be": (
        "segments:\n- label: A\n  name: Not A Name  # here\n  rule: {trait: orders, '>': 1}\n",
        "segment Not A Name.name",
    ),
    "a-name-given-twice": (
        "segments:\n- {name: x, rule: {trait: orders, '>': 1}}\n- {name: x, rule: {trait: orders, '>': 2}}  # here\n",
        "",
    ),
    "a-key-given-twice": ("segments:\n- name: x\n  rule: {trait: orders, '>': 1}\n  name: y  # here\n", ""),
    "no-yaml": ("segments:\n- name: x\n   rule: {trait: orders}  # here\n", ""),
    "an-unknown-list": ("traits: []\n# a remark\nsegmets:  # here\n- name: x\n", ""),
    "a-list-that-is-none": ("traits: []\nsegments: vip  # here\n", ""),
    "an-item-without-a-name": ("segments:\n- {name: a, rule: {trait: orders, '>': 1}}\n- rule: {}  # here\n", ""),
    "an-unknown-measure": (TRAIT.format("summ: revenue  # here"), "trait spent.value.summ"),
    "a-property-of-a-measure": (TRAIT.format("sum: revenu  # here"), "trait spent.value.sum"),
    "text-that-is-summed": (TRAIT.format("sum: channel  # here"), "trait spent.value.sum"),
    "a-formula": (
        "traits:\n- name: spent\n  value:\n    formula: orders * nonesuch  # here\n",
        "trait spent.value.formula",
    ),
    "traits-that-need-each-other": (
        "traits:\n- name: a1\n  value:\n    formula: b1 + 1\n- name: b1\n  value:\n    formula: a1 + 1  # here\n",
        "trait b1.value.formula",
    ),
    "an-unknown-method": ("segmentations:\n- name: x\n  method: kmeans  # here\n", "segmentation x.method"),
    "tiles-out-of-range": (
        "segmentations:\n- name: rfm\n  method: rfm\n  tiles: 99  # here\n",
        "segmentation rfm.tiles",
    ),
    "a-word-of-a-template": (TEMPLATE.format("<p>{{ profile.citty }}</p> <!--# here-->"), "template hi"),
    "an-unclosed-tag": (
        TEMPLATE.format("<p>{% if profile.city %}</p>").replace("body: |", "body: |  # here"),
        "template hi.body: expected",
    ),
    "a-segment-of-a-campaign": (CAMPAIGN.format("- frequnt  # here"), "campaign spring2"),
    "a-field-of-a-campaign": (
        CAMPAIGN.format("everybdy: true  # here").replace("    segments:\n    - frequent\n", ""),
        "campaign spring2.audience.everybdy",
    ),
    "a-share-of-a-campaign": (
        CAMPAIGN.format("").replace("holdout: 0.1", "holdout: 7  # here"),
        "campaign spring2.holdout",
    ),
    "a-channel": (
        "channels:\n- name: radio\n  label: Radio\n  kind: loud  # here\n  contacts: true\n  reach: 0.1\n  measurability: 0\n  personalization: 0\n  immediacy: 0\n  attention: 0\n",
        "channel radio.kind",
    ),
}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[coterie.Workspace]:
    with coterie.open(filled(tmp_path_factory.mktemp("places") / "shop"), clock=lambda: NOW) as ws:
        yield ws


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if "# here" in line)


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_with_its_line_and_part(full: coterie.Workspace, tmp_path: Path, case: str) -> None:
    text, part = FAULTS[case]
    file = tmp_path / "d.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(CoterieError) as refused:
        full.apply(file)
    said = str(refused.value)
    assert said.startswith(f"{file}:{line_of(text)}: {part}"), said
    assert (refused.value.path, refused.value.line) == (str(file), line_of(text))


def test_every_fault_of_a_definition_has_its_line(full: coterie.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "d.yaml"
    file.write_text("segments:\n- name: x\n  rule: {trait: orders, '>': 1}\n  label: 5\n  family: 6\n", "utf-8")
    with pytest.raises(CoterieError) as refused:
        full.apply(file)
    assert re.findall(r"d\.yaml:(\d+): segment x\.(\w+)", str(refused.value)) == [("4", "label"), ("5", "family")]


def test_json_has_path_and_line(full: coterie.Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, part = FAULTS["a-rule-that-is-missing"]
    (tmp_path / "d.yaml").write_text(text, "utf-8")
    full.close()
    assert run(["apply", str(tmp_path / "d.yaml"), "-w", str(full.folder), "--json"]) == 1
    found = json.loads(capsys.readouterr().err)
    assert (found["path"], found["line"]) == (str(tmp_path / "d.yaml"), line_of(text))
    assert part in found["message"]
