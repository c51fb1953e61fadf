"""Changes of what stands of orders, of days near an instant, and of what is told of numbers and names."""

from __future__ import annotations

from by_hand.mutation import Mutation

ORDERS = (
    Mutation(
        "pieces come back whole whatever part of the money does", "collect/settling.py", "row.quantity * rest / row.amount)", "row.quantity)",
        "tests/collect/test_settling.py::test_pieces_that_were_told_before_come_back_once",
    ),
    Mutation(
        "what was told before is no void", "collect/settling.py", "        row.void += wanted - rest\n", "",
        "tests/collect/test_settling.py::test_the_greatest_of_what_is_told_of_one_order_came_back",
    ),
    Mutation(
        "lines that tell a return are not the ones it is of", "collect/settling.py", "key=lambda each: not each.told", "key=lambda each: bool(each.told)",
        "tests/collect/test_settling.py::test_of_several_lines_those_that_tell_a_return_themselves_are_the_ones_it_is_of",
    ),
    Mutation(
        "what is beyond an order is no void", "collect/settling.py", "    row.void += wanted\n\n", "    pass\n\n",
        "tests/collect/test_settling.py::test_what_could_be_taken_off_nothing_is_told_and_what_was_beyond_an_order_is_not",
    ),
    Mutation(
        "a second row of an order takes its place", "collect/settling.py", "by_order.setdefault(sale.order, []).append(sale)", "by_order.setdefault(sale.order, [sale])",
        "tests/collect/test_settling.py::test_a_return_is_taken_off_all_lines_of_its_product_in_its_order",
    ),
    Mutation(
        "rows of nobody are one buyer's", "collect/settling.py", "        if sale.buyer is not None:\n            by_buyer", "        if True:\n            by_buyer",
        "tests/collect/test_settling.py::test_what_nobody_returned_is_taken_off_no_sale_of_nobody",
    ),
    Mutation(
        "a return of the same kind of file was told before", "collect/settling.py", "same = (buyer, row.amount, not row.is_of_refunds, is_named)", "same = (buyer, row.amount, row.is_of_refunds, is_named)",
        "tests/collect/test_settling.py::test_a_return_told_by_both_kinds_of_file_counts_once",
    ),
    Mutation(
        "a return told once is told for ever", "collect/settling.py", "                self.waiting[same] -= 1\n", "",
        "tests/collect/test_settling.py::test_a_return_told_by_both_kinds_of_file_counts_once",
    ),
    Mutation(
        "a return of a known order is not remembered as such", "collect/settling.py", "self.waiting[buyer, row.amount, row.is_of_refunds, named is not None] += 1", "self.waiting[buyer, row.amount, row.is_of_refunds, False] += 1",
        "tests/collect/test_settling.py::test_a_return_told_by_both_kinds_of_file_counts_once",
    ),
    Mutation(
        "a named return is told by a named one", "collect/settling.py", "for is_named in (False,) if named else (False, True):", "for is_named in (False, True):",
        "tests/collect/test_settling.py::test_a_return_told_by_both_kinds_of_file_counts_once",
    ),
    Mutation(
        "days with one kind of file alone tell the same", "collect/settling.py", "if by_rows == by_refunds)", "if by_rows >= by_refunds)",
        "tests/collect/test_settling.py::test_a_return_told_by_both_kinds_of_file_counts_once",
    ),
    Mutation(
        "a return of other money is taken off", "collect/settling.py", "sale.left > 0 and sale.currency == row.currency and", "sale.left > 0 and",
        "tests/collect/test_settling.py::test_a_return_is_of_the_money_it_came_back_in",
    ),
    Mutation(
        "a return is taken off a later sale", "collect/settling.py", " and sale.occurred_at.date() <= row.occurred_at.date()", "",
        "tests/collect/test_settling.py::test_a_return_is_taken_off_the_order_that_it_names_or_one_of_its_buyer",
    ),
    Mutation(
        "a return is not taken off a sale of its own day", "collect/settling.py", "sale.occurred_at.date() <= row.occurred_at.date()", "sale.occurred_at.date() < row.occurred_at.date()",
        "tests/collect/test_settling.py::test_a_return_is_taken_off_the_order_that_it_names_or_one_of_its_buyer",
    ),
    Mutation(
        "one that has that much left is no better", "collect/settling.py", "(s.left == wanted, s.left >= wanted, s.occurred_at", "(s.left == wanted, s.occurred_at",
        "tests/collect/test_settling.py::test_a_return_is_taken_off_the_order_that_it_names_or_one_of_its_buyer",
    ),
    Mutation(
        "two returns of an instant are two states", "collect/settling.py", "            if until != at:\n", "            if True:\n",
        "tests/collect/test_settling.py::test_an_order_is_less_from_the_instant_of_each_return_and_not_at_it",
    ),
    Mutation(
        "a state goes on for ever", "collect/settling.py", "until = dated[place + 1][0] if place + 1 < len(dated) else None", "until = None",
        "tests/collect/test_settling.py::test_an_order_is_less_from_the_instant_of_each_return_and_not_at_it",
    ),
    Mutation(
        "an order of which nothing is left stands for nothing", "collect/settling.py", "ON t.rowid = s.key WHERE s.taken < t.revenue", "ON t.rowid = s.key WHERE s.taken <= t.revenue",
        "tests/collect/test_settling.py::test_a_return_is_taken_off_the_order_that_it_names_or_one_of_its_buyer",
    ),
    Mutation(
        "pieces below none", "collect/settling.py", "greatest(t.quantity - s.quantity, 0)", "(t.quantity - s.quantity)",
        "tests/collect/test_settling.py::test_pieces_come_back_as_the_money_does_and_never_more_than_there_were",
    ),
    Mutation(
        "the last return says since when an order is less", "collect/settling.py", "min(stands_from) AS at FROM {states}", "max(stands_from) AS at FROM {states}",
        "tests/collect/test_settling.py::test_an_order_is_less_from_the_instant_of_each_return_and_not_at_it",
    ),
    Mutation(
        "returns of fallen orders count", "collect/settling.py", "UPDATE orders SET undone = 0 WHERE", "UPDATE orders SET undone = undone WHERE",
        "tests/workspace/test_money.py::test_a_cancelled_order_never_stood_in_any_room",
    ),
    Mutation(
        "lines outlive their order", "collect/settling.py", "l.stands_until IS NULL OR l.stands_until > g.at)", "l.stands_until > g.at)",
        "tests/collect/test_settling.py::test_lines_stand_as_long_as_their_order_and_no_longer",
    ),
    Mutation(
        "lines of an order that stands in part end", "collect/settling.py", "HAVING NOT bool_or(stands)", "HAVING TRUE",
        "tests/collect/test_settling.py::test_lines_stand_as_long_as_their_order_and_no_longer",
    ),
    Mutation(
        "lines end with the first of the order's states", "collect/settling.py", "SELECT order_id, max(until) AS at", "SELECT order_id, min(until) AS at",
        "tests/collect/test_settling.py::test_lines_stand_as_long_as_their_order_and_no_longer",
    ),
    Mutation(
        "revisions of lines outlive their order", "collect/settling.py", "DELETE FROM {revisions} WHERE stands_until <= stands_from", "DELETE FROM {revisions} WHERE FALSE",
        "tests/collect/test_settling.py::test_lines_that_came_back_in_part_end_with_their_order",
    ),
    Mutation(
        "a refund that names an order has no buyer", "collect/settling.py", "{table}.undoes = s.order_id AND {table}.identifier_id IS NULL", "FALSE",
        "tests/collect/test_settling.py::test_a_refund_is_of_whom_and_where_its_order_was",
    ),
    Mutation(
        "a refund has no channel", "collect/settling.py", "SET channel = coalesce({table}.channel, s.channel)", "SET channel = {table}.channel",
        "tests/collect/test_settling.py::test_a_refund_is_of_whom_and_where_its_order_was",
    ),
    Mutation(
        "a refund is of the channel of its order whatever it says", "collect/settling.py", "SET channel = coalesce({table}.channel, s.channel)", "SET channel = coalesce(s.channel, {table}.channel)",
        "tests/collect/test_settling.py::test_a_row_that_says_where_it_came_back_keeps_that",
    ),
    Mutation(
        "an order is as late as its last line", "collect/derive.py", "min(occurred_at) AS occurred_at", "max(occurred_at) AS occurred_at",
        "tests/collect/test_settling.py::test_orders_of_lines_are_their_sum_of_their_first_instant_and_what_came_back_later_a_return",
    ),
    Mutation(
        "an order stands while all its lines do", "collect/derive.py", "CASE WHEN bool_or(status = 'completed') THEN 'completed'", "CASE WHEN bool_and(status = 'completed') THEN 'completed'",
        "tests/collect/test_settling.py::test_an_order_stands_while_any_of_its_lines_does",
    ),
    Mutation(
        "lines of loaded orders make orders", "collect/derive.py", "WHERE NOT coalesce(is_derived, FALSE)) loaded", "WHERE FALSE) loaded",
        "tests/collect/test_settling.py::test_orders_of_lines_are_their_sum_of_their_first_instant_and_what_came_back_later_a_return",
    ),
    Mutation(
        "a line of the instant of its order came back later", "collect/derive.py", "l.occurred_at > placed_at", "l.occurred_at >= placed_at",
        "tests/collect/test_settling.py::test_orders_of_lines_are_their_sum_of_their_first_instant_and_what_came_back_later_a_return",
    ),
    Mutation(
        "a later purchase of an order is a return", "collect/derive.py", "WHERE l.revenue < 0 AND l.occurred_at", "WHERE l.occurred_at",
        "tests/collect/test_settling.py::test_orders_of_lines_are_their_sum_of_their_first_instant_and_what_came_back_later_a_return",
    ),
    Mutation(
        "returns of an order are one whenever they were", "collect/derive.py", 'by="order_id, occurred_at"', 'by="order_id"',
        "tests/collect/test_settling.py::test_orders_of_lines_are_their_sum_of_their_first_instant_and_what_came_back_later_a_return",
    ),
    Mutation(
        "an order of lines is of the last of its people", "collect/derive.py", "arg_min(profile_id, identifier_id)", "arg_max(profile_id, identifier_id)",
        "tests/collect/test_settling.py::test_an_order_of_lines_of_several_people_is_of_who_was_named_first",
    ),
    Mutation(
        "orders of lines are kept though their lines changed", "collect/derive.py", 'engine.execute("DELETE FROM orders WHERE is_derived")', "pass",
        "tests/collect/test_settling.py::test_orders_of_lines_follow_their_lines",
    ),
    Mutation(
        "cancelled lines are undone of an order that stands", "collect/derive.py", "ELSE sum(undone) FILTER (status <> 'cancelled' OR revenue < 0) END", "ELSE sum(undone) END",
        "tests/workspace/test_money.py::test_a_cancelled_line_is_no_part_of_what_was_sold",
    ),
    Mutation(
        "a cancelled line makes a returned order cancelled", "collect/derive.py", "WHEN bool_or(status = 'returned') THEN 'returned'\n         WHEN bool_or(status = 'cancelled') THEN 'cancelled'", "WHEN bool_or(status = 'cancelled') THEN 'cancelled'",
        "tests/workspace/test_money.py::test_a_cancelled_line_is_no_part_of_what_was_sold",
    ),
    Mutation(
        "a cancelled order is gross", "domain/meanings.py", "OR (status = 'returned' AND revenue >= 0)\"", "OR (status IN ('cancelled', 'returned') AND revenue >= 0)\"",
        "tests/workspace/test_money.py::test_a_cancelled_order_never_stood_in_any_room",
    ),
    Mutation(
        "a date of cancellation waits for the status", "collect/values/meaning.py", "[*undone[:1], *at_an_instant, *undone[1:], *partly]", "[*undone, *at_an_instant, *partly]",
        "tests/workspace/test_money.py::test_a_cancelled_order_never_stood_in_any_room",
    ),
    Mutation(
        "of a day both kinds count, the rows do not", "collect/settling.py", "            return row.is_of_refunds\n        for", "            return not row.is_of_refunds\n        for",
        "tests/collect/test_settling.py::test_a_return_told_by_both_kinds_of_file_counts_once",
    ),
    Mutation(
        "a sale of exactly that much is no better", "collect/settling.py", "key=lambda s: (s.left == wanted, s.left >= wanted,", "key=lambda s: (s.left >= wanted,",
        "tests/collect/test_settling.py::test_a_return_is_taken_off_the_order_that_it_names_or_one_of_its_buyer",
    ),
    Mutation(
        "what was undone before is forgotten", "collect/settling.py", "CAST(coalesce(t.undone, 0) + s.taken AS", "CAST(s.taken AS",
        "tests/collect/test_settling.py::test_the_greatest_of_what_is_told_of_one_order_came_back",
    ),
    Mutation(
        "a status that undid an order is asked of no return", "collect/settling.py", 'HAVING NOT bool_or({_SOLD})"', 'HAVING NOT bool_or(TRUE)"',
        "tests/workspace/test_money.py::test_a_cancelled_order_never_stood_in_any_room",
    ),
    Mutation(
        "rates that change settle nothing anew", "collect/settling.py", "'-' || coalesce(sum(hash(occurred_on, currency, rate)::HUGEINT), 0)", "'-'",
        "tests/collect/test_settling.py::test_settling_is_done_anew_where_rates_change_or_people_turn_out_to_be_one",
    ),
    Mutation(
        "people who are merged settle nothing anew", "collect/settling.py", "sum(hash(order_id, profile_id, revenue, occurred_at)::HUGEINT)", "sum(hash(order_id, revenue, occurred_at)::HUGEINT)",
        "tests/collect/test_settling.py::test_settling_is_done_anew_where_rates_change_or_people_turn_out_to_be_one",
    ),
    Mutation(
        "in_last counts the moment itself", "segment/operators/dated.py", "exp.LT(this=at.copy(), expression=end)", "exp.LTE(this=at.copy(), expression=end)",
        "tests/segment/test_dated.py::test_instants_are_near_by_the_clock_on_the_wall",
    ),
    Mutation(
        "in_last leaves out its first moment", "segment/operators/dated.py", "exp.and_(exp.GTE(this=at, expression=start)", "exp.and_(exp.GT(this=at, expression=start)",
        "tests/segment/test_dated.py::test_instants_are_near_by_the_clock_on_the_wall",
    ),
    Mutation(
        "erasures of before are forgotten outside", "workspace/fence.py", "known = _noted_erased(number) | erased", "known = erased",
        "tests/workspace/test_fence_notes.py::test_who_was_erased_is_noted_outside_and_told_to_a_ledger_of_before",
    ),
    Mutation(
        "an erasure that is noted and known later is unknown", "workspace/fence.py", "if key not in known or known[key] < at}", "if key not in known}",
        "tests/workspace/test_fence_notes.py::test_who_was_erased_is_noted_outside_and_told_to_a_ledger_of_before",
    ),
    Mutation(
        "what is known as of the same instant is unknown", "workspace/fence.py", "known[key] < at}", "known[key] <= at}",
        "tests/workspace/test_fence_notes.py::test_who_was_erased_is_noted_outside_and_told_to_a_ledger_of_before",
    ),
    Mutation(
        "a broken note stops the opening", "workspace/fence.py", "    except (OSError, ValueError, TypeError, AttributeError):\n        return {}", "    except (OSError,):\n        return {}",
        "tests/workspace/test_fence_notes.py::test_a_note_of_erasures_that_cannot_be_read_stops_nothing",
    ),
    Mutation(
        "older_than counts its moment", "segment/operators/dated.py", "exp.LT(this=at, expression=before)", "exp.LTE(this=at, expression=before)",
        "tests/segment/test_dated.py::test_instants_are_near_by_the_clock_on_the_wall",
    ),
    Mutation(
        "a date is compared with the clock in UTC", "segment/operators/dated.py", 'plan.local_as_of if value.type == "date" else plan.as_of', "plan.as_of",
        "tests/segment/test_dated.py::test_dates_are_near_by_the_days_of_the_zone",
    ),
    Mutation(
        "days of an instant are those of UTC", "segment/operators/dated.py", '"UTC" if value.type == "date" else plan.zone', '"UTC"',
        "tests/segment/test_dated.py::test_instants_are_near_by_the_clock_on_the_wall",
    ),
    Mutation(
        "an anniversary is of one day more", "segment/operators/anniversary.py", "for ahead in range(self.value)]", "for ahead in range(self.value + 1)]",
        "tests/segment/test_dated.py::test_a_yearly_day_comes_up",
    ),
    Mutation(
        "today is no anniversary", "segment/operators/anniversary.py", "timedelta(days=ahead) for ahead in range(self.value)]", "timedelta(days=ahead + 1) for ahead in range(self.value)]",
        "tests/segment/test_dated.py::test_a_yearly_day_comes_up",
    ),
    Mutation(
        "29 February comes every four years alone", "segment/operators/anniversary.py", "            keys.add(229)\n", "            pass\n",
        "tests/segment/test_dated.py::test_a_yearly_day_comes_up",
    ),
    Mutation(
        "29 February is on the 28th of leap years too", "segment/operators/anniversary.py", " and (d + timedelta(days=1)).month == 3", "",
        "tests/segment/test_dated.py::test_a_yearly_day_comes_up",
    ),
    Mutation(
        "an anniversary is by the clock in UTC", "segment/operators/anniversary.py", "plan.local_as_of + timedelta", "plan.as_of + timedelta",
        "tests/segment/test_dated.py::test_a_yearly_day_comes_up",
    ),
    Mutation(
        "an instant's day is that of UTC", "segment/operators/anniversary.py", 'value.sql if value.type == "date" else language.local_sql(value.sql, plan.zone)', "value.sql",
        "tests/segment/test_dated.py::test_an_instant_recurs_on_its_day_of_the_zone",
    ),
    Mutation(
        "days of a date are those of the zone", "segment/operators/dated.py", 'zone = "UTC" if value.type == "date" else plan.zone', "zone = plan.zone",
        "tests/segment/test_dated.py::test_dates_are_near_by_the_days_of_the_zone",
    ),
    Mutation(
        "a service needs a yes on a page about a person", "decide/audience.py", "_BASES[purpose in SERVICE_PURPOSES]", "_BASES[0]",
        "tests/decide/test_purposes_open.py::test_a_service_needs_no_yes_and_marketing_does",
    ),
    Mutation(
        "a list is taken for a name", "workspace/given.py", "    if not words or _is_of(words, given):\n        return\n", "    if True:\n        return\n",
        "tests/workspace/test_given.py::test_what_is_no_name_and_no_list_of_names_is_refused_in_words",
    ),
    Mutation(
        "elements of a list are not looked at", "workspace/given.py", "return not isinstance(given, list | tuple | set | frozenset) or all(isinstance(each, str | int) for each in given)", "return True",
        "tests/workspace/test_given.py::test_what_is_no_name_and_no_list_of_names_is_refused_in_words",
    ),
)  # fmt: skip
