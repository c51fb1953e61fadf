"""YAML that is meant to hurt is refused in a sentence, with its line where it has one."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.laws import by_day

from coterie.documents import parse_document
from coterie.errors import BadDefinition
from coterie.run.definition_files import read_definitions

RULE = '{trait: revenue, ">": 1}'


def nested(depth: int) -> str:
    return "segments:\n- name: d\n  rule: " + "{all: [" * depth + RULE + "]}" * depth + "\n"


def laughing(levels: int) -> str:
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


HOSTILE = {
    "500-deep": (nested(500), "nested deeper than 100"),
    "60-deep": (nested(60), "nested deeper than 100"),
    "100000-deep": ("segments: " + "[" * 100_000, "nested deeper than 100"),
    "self": ("segments:\n- name: d\n  rule: &a {all: [*a]}\n", "names what it stands in"),
    "alias-bomb": (laughing(12), "aliases make far too much"),
    "twice": (
        f"segments:\n- name: d\n  rule: {RULE}\n  rule: {RULE}\n",
        r"the key 'rule' stands here twice(.|\n)*line 4",
    ),
    "twice-at-the-top": (
        "segments: []\ntraits: []\nsegments: []\n",
        r"the key 'segments' stands here twice(.|\n)*line 3",
    ),
    "40000-open-ones": ("segments: " + "{" * 40_000, "nested deeper than 100"),
    "indented": ("\n".join(" " * n + "a:" for n in range(3_000)), "nested deeper than 100"),
    "digits": (nested(0).replace("1}", "9" * 5_000 + "}"), "a number of more than 100 signs(.|\n)*line 3"),
    "sixties": (nested(0).replace("1}", ":".join(["59"] * 5_000) + "}"), "a number of more than 100 signs"),
    "bytes": ("# " + "x" * 6_000_000, "more than 5 MB"),
    "20000-segments": (
        "segments:\n" + "".join(f"- {{name: s{n}, rule: {RULE}}}\n" for n in range(20_000)),
        "200,000 values",
    ),
    "2001-segments": (
        "segments:\n" + "".join(f"- {{name: s{n}, rule: {RULE}}}\n" for n in range(2_001)),
        "2,000 definitions",
    ),
    "month-13": ("segments:\n- name: d\n  rule: {trait: x, '=': 2026-13-01}\n", "a value that cannot be"),
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path, text, words):
    file = tmp_path / "d.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadDefinition, match=words):
        read_definitions(file)


def test_what_people_write_is_read_as_yaml_has_it():
    text = "base: &b {x: 1, y: 2}\nmore: [{<<: *b, y: 3}, *b]\nwhen: 2026-01-02\n"
    assert parse_document(text)[0] == yaml.safe_load(text)
    assert parse_document("") == (None, None)
    assert read_definitions.__doc__


def test_a_pipe_is_not_waited_for(tmp_path):
    pipe = tmp_path / "d.yaml"
    os.mkfifo(pipe)
    with pytest.raises(BadDefinition, match="a folder, pipe or device"):
        read_definitions(pipe)


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30))


TEMPLATES = [
    pytest.param("{% if a %}" * 12_000 + "x" + "{% endif %}" * 12_000, id="tags"),
    pytest.param("{% for a in b %}" * 3_000 + "x" + "{% endfor %}" * 3_000, id="loops"),
    pytest.param("{{ a" + " | upcase" * 20_000 + " }}", id="filters"),
    pytest.param("<div>" * 60_000 + "x" + "</div>" * 60_000, id="html"),
    pytest.param("<svg>" * 50_000, id="unclosed"),
    pytest.param("<table><tr><td>" * 30_000, id="tables"),
    pytest.param(("<div>" * 999 + "<applet>" + "</div>" * 999) * 30, id="closed-in-vain"),
    pytest.param("<!--><b>" * 30_000 + "-->", id="no-comment"),
    pytest.param(
        "<mjml><mj-body><mj-section><mj-column><mj-text>" + "<b>" * 90_000 + "</mj-text></mj-column></mj-section>"
        "</mj-body></mjml>",
        id="html-in-mjml",
    ),
    pytest.param(
        "<mjml><mj-body>" + "<mj-section>" * 12_000 + "</mj-section>" * 12_000 + "</mj-body></mjml>", id="mjml"
    ),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that takes none of them."""
    import coterie

    folder = coterie.init(tmp_path_factory.mktemp("hostile") / "shop")
    coterie.open(folder).close()
    return folder


@pytest.mark.parametrize("body", by_day(TEMPLATES, "filters", "html", "no-comment", "mjml"))
def test_a_hostile_template_is_refused_in_a_sentence(shop: Path, tmp_path: Path, body: str):
    file = tmp_path / "t.yaml"
    file.write_text(yaml.safe_dump({"templates": [{"name": "t", "subject": "s", "body": body}]}), "utf-8")
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from coterie.cli import main; main()",
            "apply",
            str(file),
            "-w",
            str(shop),
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_bounded,
        timeout=120,
    )
    assert run.returncode == 1, run.stderr[-500:]
    assert run.stderr.startswith("Not done:"), run.stderr[-500:]
    assert "Traceback" not in run.stderr
