"""An attribute of a product that another trait names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny
from sqlglot import exp

from coterie.domain.meanings import LINE
from coterie.errors import BadDefinition
from coterie.profile.measures import Measure
from coterie.profile.plan import Plan
from coterie.profile.rows import column
from coterie.profile.stages import column_table
from coterie.profile.values import Value
from coterie.words import Sentence, sentence


class Lookup(Measure):
    """A column of ``products`` for the product whose id ``by`` yields, such as the name of the favorite product.

    The product's ``name`` is called ``product_name`` here, as on purchased lines. NULL for a product that no file of products holds.
    """

    main: ClassVar[str] = "property"
    op: Literal["lookup"] = "lookup"
    property: str = Field(
        description="The column of products: product_name, category, brand, department, price, cost or a further one."
    )
    by: SerializeAsAny[Measure] = Field(
        description="What yields the id of the product, such as {favorite: product_id, event: Product Purchased}."
    )

    def compiled(self, plan: Plan) -> Value:
        """A scalar subquery on the product id."""
        with plan.at("lookup"):
            found = plan.catalog.property_of(LINE, self.property, plan.where)
            if found.table != "products":
                raise BadDefinition(
                    sentence("{name!r} belongs to the purchase, not to the product", name=self.property),
                    where=plan.where,
                )
        with plan.at("by"):
            wanted = self.by.compiled(plan)
        matched = exp.EQ(this=column("product_id", "products"), expression=exp.cast(wanted.sql, "VARCHAR"))
        inner = (
            exp.select(exp.Max(this=column(found.column, "products"))).from_(column_table("products")).where(matched)
        )
        return Value(exp.Subquery(this=inner), found.type)

    def children(self) -> Iterator[Measure]:
        """What names the product."""
        yield self.by

    def words(self) -> Sentence:
        """Such as ``name of favorite product``."""
        return sentence("{property} of {measure}", property=sentence(self.property), measure=self.by.words())
