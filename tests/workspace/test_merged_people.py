"""People who turn out to be one after the launch get one message."""

from __future__ import annotations

import pytest

import coterie
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from tests.laws import by_day
from tests.workspace.shop import DEFINITIONS, NOW, filled

SAME = "customer_id,email\nC4,c4@shop.example\nC4,c5@shop.example\n"


@pytest.mark.parametrize(
    "sent_before", by_day([pytest.param(0, id="nobody-yet"), pytest.param(1, id="one-has-it")], "one-has-it")
)
def test_of_two_who_were_merged_after_the_launch_one_is_written_to(tmp_path, sent_before):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "customers.csv").write_text(SAME, "utf-8")
    with running_sink(tmp_path) as sink:
        settings = WorkspaceSettings(smtp=SmtpSettings(port=sink.port, is_sink=True))
        made = filled(tmp_path / "shop", DEFINITIONS.replace("holdout: 0.25", "holdout: 0"), settings)
        with coterie.open(made, clock=lambda: NOW) as ws:
            ws.campaigns.send("spring", limit=sent_before)
            ws.load(tmp_path / "more" / "customers.csv", kind="customers")
            foreseen = ws.campaigns.send("spring", dry_run=True)
            result = ws.campaigns.send("spring")
            assert result.refused == foreseen.refused
        reached = [line["recipients"][0].partition("@")[0] for line in sink.accepted()]
    assert len({"c4", "c5"} & set(reached)) == 1
    assert len(reached) == len(set(reached)) == result.sent + sent_before
    assert result.refused["duplicate_person"] == 1
