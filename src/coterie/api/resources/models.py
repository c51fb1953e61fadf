"""Models and what they say."""

from __future__ import annotations

from coterie.api.resources.shared import Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows, shape
from coterie.workspace import LifetimeValueModel
from coterie.workspace.records import ModelExplained

ROUTES = Routes("models", "Models that give people numbers.")


@ROUTES.get(
    "/models",
    "predict list",
    answer=items(
        rows(
            "kind:text name:text number:integer fitted_at:instant as_of:instant profiles:integer made_by:text author:text "
            "validation:text?"
        )
    ),
)
def list_fits(call: Call) -> object:
    """Every fit that was kept: when and by whom, on what, and how it stood the test."""
    return call.ws.predict.fits()


@ROUTES.get("/models/{name}/explanation", "predict show", answer=shape(ModelExplained))
def explain_model(call: Call, name: Name) -> object:
    """What the newest fit of a model says, in sentences and tables: what it expects, how sure that is, what its parameters mean."""
    return call.ws.predict.explain(name, lang=call.lang)


@ROUTES.get("/models/{name}", "predict show", answer=shape(LifetimeValueModel))
def show_model(call: Call, name: Name) -> object:
    """The newest fit of a model."""
    return call.ws.predict.show(name)
