"""Changes that an earlier suite did not notice, each with the test that now does."""

from __future__ import annotations

from by_hand.figures import FIGURES
from by_hand.mutation import Mutation
from by_hand.orders import ORDERS
from by_hand.people import PEOPLE
from by_hand.sending import SENDING

__all__ = ["HAND", "Mutation"]

HAND = (*FIGURES, *SENDING, *PEOPLE, *ORDERS)
