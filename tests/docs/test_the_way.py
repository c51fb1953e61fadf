"""The order of the way: the stages of each room stand in lists, and the page tells them as they run."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from coterie.collect.loading.load import JUDGING, WRITING
from coterie.decide.admission import GATES
from coterie.decide.launching import LAUNCHING
from coterie.decide.planning import PLANNING
from coterie.deliver.turn import TURN
from coterie.run.refreshing import BRINGING, REFRESHING
from coterie.segment.refresh import COMPUTING

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "the-way.md").read_text("utf-8")
LISTS = {
    "One order line": (JUDGING, WRITING),
    "One trait": (BRINGING, REFRESHING, COMPUTING),
    "One e-mail": (PLANNING, LAUNCHING, TURN, GATES),
}


def test_each_stage_stands_once_in_the_lists_and_says_what_it_does():
    stages = [*chain.from_iterable(chain.from_iterable(LISTS.values()))]
    assert len({stage.__name__ for stage in stages}) == len(stages)
    assert [stage.__name__ for stage in stages if not stage.__doc__] == []


@pytest.mark.parametrize("title", LISTS)
def test_the_page_lists_the_stages_in_the_order_in_which_they_run(title):
    told = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    expected = [f"{n}. `{stage.__name__}`" for stages in LISTS[title] for n, stage in enumerate(stages, 1)]
    assert re.findall(r"^\d+\. `\w+`", told, re.MULTILINE) == expected


def test_the_page_names_places_that_there_are():
    named = {
        place
        for row in re.findall(r"^\|[^|]*\|([^|]*)\|", PAGE, re.MULTILINE)
        for place in re.findall(r"`([\w/.]+)`", row)
    }
    assert len(named) > 15
    assert {place for place in named if not (ROOT / "src" / "coterie" / place).exists()} == set()
