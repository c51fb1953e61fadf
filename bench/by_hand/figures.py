"""Changes of what figures are made of: effects, shares, windows, lifetime values."""

from __future__ import annotations

from by_hand.mutation import Mutation

FIGURES = (
    Mutation(
        "sign of CUPED", "measure/estimators/cuped.py", "treated.mean() - control.mean() - slope", "treated.mean() - control.mean() + slope",
        "tests/measure/test_estimators.py::test_the_past_is_taken_off_with_its_own_sign",
    ),
    Mutation(
        "sign of the adjustment of revenue", "measure/estimators/skewed_means.py", "control.mean() - slope *", "control.mean() + slope *",
        "tests/measure/test_estimators.py::test_the_past_is_taken_off_with_its_own_sign",
    ),
    Mutation(
        "return without margin", "measure/effects.py", "(v * facts.margin - cost)", "(v - cost)",
        "tests/measure/test_families.py::test_amounts_are_scaled_by_the_arm_itself_and_the_return_by_the_margin",
    ),
    Mutation(
        "revenue scaled by the other arm", "measure/effects.py", "_scaled(revenue, treated.n,", "_scaled(revenue, control.n,",
        "tests/measure/test_families.py::test_amounts_are_scaled_by_the_arm_itself_and_the_return_by_the_margin",
    ),
    Mutation(
        "conversions scaled by the other arm", "measure/effects.py", '_scaled(conversion, treated.n, "conv', '_scaled(conversion, control.n, "conv',
        "tests/measure/test_families.py::test_amounts_are_scaled_by_the_arm_itself_and_the_return_by_the_margin",
    ),
    Mutation(
        "Holm dropped", "measure/segment_effects.py", "holm(list(tested.values()))", "list(tested.values())",
        "tests/measure/test_families.py::test_comparisons_are_counted_as_they_were_made",
    ),
    Mutation(
        "Holm's steps dropped", "measure/intervals.py", "(m - rank) * p_values", "p_values",
        "tests/measure/test_estimators.py::test_adjusted_p_values_agree_with_statsmodels",
    ),
    Mutation(
        "Cochran's weights", "measure/scores.py", "sum(away**2 / variance for", "sum(away**2 * variance for",
        "tests/measure/test_scores.py::test_cochrans_q_agrees_with_a_calculation_by_hand",
    ),
    Mutation(
        "arms not corrected together", "measure/effects.py", "together * found.p_value", "found.p_value",
        "tests/measure/test_families.py::test_several_arms_are_compared_with_each_other_and_all_intervals_hold_together",
    ),
    Mutation(
        "the window counts its end", "measure/readout.py", "o.occurred_at < m.exposed_at + $within", "o.occurred_at <= m.exposed_at + $within",
        "tests/measure/test_readout.py::test_a_goal_counts_only_inside_its_window",
    ),
    Mutation(
        "the window leaves out its first moment", "measure/readout.py", "o.occurred_at >= m.exposed_at AND", "o.occurred_at > m.exposed_at AND",
        "tests/measure/test_readout.py::test_a_goal_counts_only_inside_its_window",
    ),
    Mutation(
        "the past counts the moment of exposure", "measure/readout.py", "- $before AND o.occurred_at < m.exposed_at\n", "- $before AND o.occurred_at <= m.exposed_at\n",
        "tests/measure/test_readout.py::test_the_past_ends_before_the_exposure",
    ),
    Mutation(
        "a past contact counts what was bought at its instant", "measure/past_campaigns.py", "b.occurred_at > u.starts_at OR", "b.occurred_at >= u.starts_at OR",
        "tests/measure/test_past_campaigns.py::test_a_window_begins_after_the_contact_and_not_at_its_midnight",
    ),
    Mutation(
        "segments of today", "measure/readout.py", "arg_min(segments, former)", "arg_max(segments, exposed_at)",
        "tests/measure/test_readout.py::test_merged_profiles_keep_the_segment_of_their_older_part",
    ),
    Mutation(
        "what we sent counts as news of orders", "measure/readout.py", "if goal in EVENT_MEANINGS:", "if goal is None:",
        "tests/measure/test_readout.py::test_conversions_that_were_not_loaded_are_told",
    ),
    Mutation(
        "less told as more", "measure/past_findings.py", "if matched.value > 0:", "if matched.value:",
        "tests/measure/test_past_campaigns.py::test_more_and_less_are_said_by_the_sign_and_the_amount_has_none",
    ),
    Mutation(
        "buyers for orders", "allocate/performance.py", "cell.revenue / cell.orders) if", "cell.revenue / cell.buyers) if",
        "tests/allocate/test_counted_apart.py::test_every_share_has_its_own_denominator",
    ),
    Mutation(
        "contacts for people met", "allocate/performance.py", "_share(cell.responders, cell.reached", "_share(cell.responders, cell.contacts",
        "tests/allocate/test_counted_apart.py::test_every_share_has_its_own_denominator",
    ),
    Mutation(
        "return on cost with the cost", "allocate/performance.py", "cell.revenue / cost - 1", "cell.revenue / cost",
        "tests/allocate/test_counted_apart.py::test_return_on_cost_is_what_is_left_of_each_unit_spent",
    ),
    Mutation(
        "lifetime value where one segment has it", "allocate/facts.py", "is_forecast_sound and all(", "is_forecast_sound and any(",
        "tests/allocate/test_counted_apart.py::test_lifetime_value_speaks_where_half_of_each_segment_have_one",
    ),
    Mutation(
        "the oldest lifetime value", "allocate/facts.py", "arg_max(value, coalesce(as_of, $since))", "arg_min(value, coalesce(as_of, $since))",
        "tests/allocate/test_counted_apart.py::test_lifetime_value_speaks_where_half_of_each_segment_have_one",
    ),
    Mutation(
        "an answer at the end of its window", "allocate/facts.py", "r.occurred_at < m.occurred_at + $within", "r.occurred_at <= m.occurred_at + $within",
        "tests/allocate/test_counted_apart.py::test_an_answer_comes_from_its_contact_until_its_window_ends",
    ),
    Mutation(
        "contacts dearer than the customer", "allocate/principles.py", "max(min(fit, left), 0.0)", "max(fit, 0.0)",
        "tests/allocate/test_matrix.py::test_no_more_than_what_is_left_of_the_value_counts_though_the_attention_fits",
    ),
    Mutation(
        "cost by exposures", "measure/effects.py", "facts.cost_per_contact * contacted", "facts.cost_per_contact * reading.exposed",
        "tests/measure/test_families.py::test_contacts_that_were_counted_cost_and_fixed_cost_is_shared_by_the_arms",
    ),
    Mutation(
        "fixed cost once an arm", "measure/effects.py", "facts.fixed_cost * reading.exposed / max(audience, 1)", "facts.fixed_cost",
        "tests/measure/test_families.py::test_contacts_that_were_counted_cost_and_fixed_cost_is_shared_by_the_arms",
    ),
    Mutation(
        "money of a pair turned", "measure/effects.py", 'x="spend_before") for name in (other, arm)]', 'x="spend_before") for name in (arm, other)]',
        "tests/measure/test_families.py::test_several_arms_are_compared_with_each_other_and_all_intervals_hold_together",
    ),
    Mutation(
        "a segment without variance", "measure/scores.py", "if 0 < c[0] + t[0] < c[1] + t[1]]", "if 0 < c[0] + t[0] <= c[1] + t[1]]",
        "tests/measure/test_scores.py::test_a_segment_in_which_all_or_none_converted_is_no_comparison",
    ),
    Mutation(
        "weights of the common effect", "measure/scores.py", "c[1] * t[1] / (c[1] + t[1])", "c[1] + t[1]",
        "tests/measure/test_scores.py::test_the_common_effect_weighs_segments_as_mantel_and_haenszel_do",
    ),
    Mutation(
        "means that few values make", "measure/intervals.py", "if abs(skewness) > _MOST_SKEWED_MEAN:", "if skewness < -_MOST_SKEWED_MEAN:",
        "tests/measure/test_estimators.py::test_a_mean_that_few_values_make_has_no_interval_whichever_way_they_lie",
    ),
    Mutation(
        "sign of the covariance of a ratio", "measure/intervals.py", "bottom[0] - reach * shared", "bottom[0] + reach * shared",
        "tests/measure/test_estimators.py::test_bounds_of_a_ratio_are_where_the_difference_from_it_is_just_told_from_0",
    ),
    Mutation(
        "which arm a skewed difference leans against", "measure/moments.py",
        "shrunk[1] ** 3 / treated.n**2 - shrunk[0] ** 3 / control.n**2", "shrunk[0] ** 3 / control.n**2 - shrunk[1] ** 3 / treated.n**2",
        "tests/measure/test_estimators.py::test_a_difference_leans_against_the_smaller_arm_of_a_skewed_amount",
    ),
    Mutation(
        "orders of later worth more", "predict/intervals.py", "np.exp(-rate * time) * model", "np.exp(rate * time) * model",
        "tests/predict/test_bgnbd.py::test_orders_of_later_are_worth_less_by_the_yearly_rate",
    ),
    Mutation(
        "the future counts", "profile/windows.py", "end = min(end, instant_of(self.before, zone))", "end = instant_of(self.before, zone)",
        "tests/profile/test_windows.py::test_a_window_has_these_bounds_in_oslo",
    ),
    Mutation(
        "a list keeps people out", "segment/operators/groups.py", "yield from ((name, not is_in) for name, is_in in self.of.leaning())", "yield from self.of.leaning()",
        "tests/decide/test_frozen_laws.py::test_a_frozen_segment_keeps_nobody_out_whatever_the_rule_is_written_like",
    ),
    Mutation(
        "months by the clock of Greenwich", "profile/windows.py", "return to_utc(shift(to_local(at, zone), duration, times), zone)", "return shift(at, duration, times)",
        "tests/profile/test_windows.py::test_a_window_has_these_bounds_in_oslo",
    ),
    Mutation(
        "today by the clock of Greenwich", "profile/windows.py", "first = period_start(to_local(as_of, zone), period)", "first = period_start(as_of, period)",
        "tests/profile/test_windows.py::test_today_is_that_of_the_clock_there",
    ),
    Mutation(
        "orders of one worth in a total of money", "predict/intervals.py", "of_counts * _unlike(spends)", "of_counts",
        "tests/predict/test_lifetime_value.py::test_a_total_of_money_varies_by_how_unlike_orders_are",
    ),
    Mutation(
        "the picture begins a week early", "predict/holdout.py", "is_holdout=number > first", "is_holdout=number >= first",
        "tests/predict/test_lifetime_value.py::test_the_picture_of_the_holdout_counts_what_its_sentence_counts",
    ),
    Mutation(
        "the picture goes on from what was expected", "predict/holdout.py", "float(so_far[first] + foretold", "float(expected[first] + foretold",
        "tests/predict/test_lifetime_value.py::test_the_picture_of_the_holdout_counts_what_its_sentence_counts",
    ),
    Mutation(
        "one currency without a rate is several", "collect/loading/currencies.py", "if len(used) < 2 or", "if len(used) < 1 or",
        "tests/collect/test_currencies_told.py::test_currencies_without_a_rate_are_told_by_the_load",
    ),
)  # fmt: skip
