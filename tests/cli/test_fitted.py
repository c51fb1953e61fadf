"""A fitted model is told with where its numbers come from and how sure they are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from coterie.cli.models import told
from coterie.cli.running import run
from coterie.engines import open_warehouse
from coterie.predict import LifetimeValueModel, fit_lifetime_value
from coterie.predict.telling import MEANINGS
from coterie.workspace import Frame
from coterie.workspace.telling import model_explained
from tests.predict.conftest import days_ago, write_orders

END = datetime(2026, 1, 1)


@pytest.fixture(scope="module")
def model() -> LifetimeValueModel:
    draw = np.random.default_rng(0)
    people = np.repeat(np.arange(1, 301), draw.geometric(0.4, 300))
    engine = open_warehouse(None)
    write_orders(engine, people, days_ago(END, draw.uniform(1, 400, len(people))), draw.gamma(3, 10, len(people)) + 1)
    found = fit_lifetime_value(engine, as_of=END)
    engine.close()
    assert isinstance(found, LifetimeValueModel)
    return found


def test_a_fitted_model_is_told_with_its_source_its_freshness_and_how_sure_it_is(model: LifetimeValueModel) -> None:
    found = told(model_explained(model, "UTC", "en"))
    assert "From the orders of 300 customers" in str(found["finding"])
    assert "as of 2026-01-01" in str(found["finding"])
    assert "stayed inside their range" in str(found["how sure"])
    rows = found["forecasts of each customer's orders on the holdout"]
    assert isinstance(rows, Frame)
    assert rows[0]["forecast"] == "the model"
    assert len(rows) == 1 + len(model.holdout.baselines)  # type: ignore[union-attr]


def test_every_parameter_is_explained(model: LifetimeValueModel) -> None:
    assert set(model.parameters) == set(MEANINGS)


def test_a_model_without_a_sharp_maximum_says_what_that_means(model: LifetimeValueModel) -> None:
    for converged in (False, True):
        found = model_explained(model.model_copy(update={"converged": converged}), "UTC", "en")
        assert ("sharp maximum" in str(found.likelihood)) is not converged


def test_what_cannot_be_fitted_is_said_with_what_it_needs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder, file = tmp_path / "shop", tmp_path / "orders.csv"
    file.write_text("order_id,customer_id,order_date,total\nX1,C1,2026-02-01,10\nX2,C2,2026-02-03,10\n", "utf-8")
    assert run(["init", str(folder), "--json"]) == 0
    assert run(["load", str(file), "--kind", "orders", "--yes", "-w", str(folder), "--json"]) == 0
    capsys.readouterr()
    assert run(["predict", "fit", "lifetime-value", "-w", str(folder)]) == 0
    assert "Not known: only 2 in all ever placed an order. Needed: 100 customers." in capsys.readouterr().out
