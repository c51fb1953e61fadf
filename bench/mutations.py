"""Does the suite notice when the code is wrong? Mutations made by hand, and by chance.

Run: python bench/mutations.py [seconds]. The mutations by hand are those that a first suite did not notice, each with
the test that now does. For as many seconds as given, mutations by chance follow (a comparison, sign, operator or number
changed, in SQL too) in the rooms named below, against the tests of their room and the examples of their file. What survives is printed; docs/explanation/mutations.md
lists those that were looked at, with the reason why they may. Sources are copied; nothing here is touched.
"""

from __future__ import annotations

import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = Path("src/coterie")
ROOMS = ("measure", "allocate", "decide", "protect", "deliver", "predict")


@dataclass(frozen=True)
class Mutation:
    """A change of one place, and the test that must fail by it."""

    name: str
    file: str
    old: str
    new: str
    test: str


HAND = (
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
        "exposed at the launch, whatever the quiet hours", "decide/launching.py", "or start\n", "and start\n",
        "tests/decide/test_exposing.py::test_every_arm_is_exposed_when_a_message_could_first_leave",
    ),
    Mutation(
        "two messages of one profile admitted at once", "decide/admission.py", "dict.fromkeys(repeated(asked.t, asked.key, messages), DUPLICATE)", "{}",
        "tests/decide/test_admission.py::test_two_messages_of_one_profile_are_not_admitted_at_once",
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
        "customers without a yes", "protect/permission.py", 'if basis == "soft_opt_in" and "is_customer"', 'if basis == "soft_opt_in" or "is_customer"',
        "tests/protect/test_permission.py::test_the_legal_basis_says_what_silence_means",
    ),
    Mutation(
        "a blocked address that is no identifier", "protect/permission.py",
        'return pc.or_(pc.is_in(own, value_set=active["address_key"].combine_chunks()), named)', "return named",
        "tests/protect/test_permission.py::test_a_blocked_address_is_not_written_to_though_it_is_no_identifier_of_the_person",
    ),
    Mutation(
        "whom else a refusal names", "protect/permission.py", "every = pa.concat_tables([rows, whole, answers])", "every = pa.concat_tables([rows, answers])",
        "tests/protect/test_permission.py::test_a_no_to_marketing_about_several_is_not_answered_by_a_yes_of_one_to_a_survey",
    ),
    Mutation(
        "rows numbered as statements", "protect/standing.py", 'pc.negate(rows["consent_id"])', 'rows["consent_id"]',
        "tests/protect/test_permission.py::test_rows_that_stand_alone_are_no_part_of_a_statement_beside_them",
    ),
    Mutation(
        "a row that names one address", "protect/standing.py", "weights=is_address) > 0", "weights=is_address) > 1",
        "tests/protect/test_permission.py::test_a_row_is_one_statement_about_everybody_it_names",
    ),
    Mutation(
        "whoever was refused was contacted", "decide/admission.py", "t.touches.add(_touches(admitted, now))", "t.touches.add(_touches(messages, now))",
        "tests/decide/test_admission.py::test_a_no_between_launch_and_send_is_heard",
    ),
    Mutation(
        "the future counts", "profile/windows.py", "end = min(end, instant_of(self.before, zone))", "end = instant_of(self.before, zone)",
        "tests/profile/test_windows.py::test_a_window_has_these_bounds_in_oslo",
    ),
    Mutation(
        "what touches one of two who were told apart", "resolve/graph.py",
        "touched == 1]], clusters[outer[touched == 2]]", "touched == 1]], clusters[outer[touched == 1]]",
        "tests/resolve/test_unmerge.py::test_what_touches_one_of_the_two_stays_when_what_touches_both_is_let_go",
    ),
    Mutation(
        "a household of one is its member", "resolve/edges.py", "(NOT r.is_group OR $groups_are_people)", "($groups_are_people OR TRUE)",
        "tests/resolve/test_resolve.py::test_a_household_of_one_is_a_group_too_where_every_source_knows_its_people",
    ),
    Mutation(
        "what is tried is kept", "engines/duckdb.py", "                raise _Undone", "                pass",
        "tests/engines/test_duckdb.py::test_what_is_tried_is_undone_and_the_next_may_write",
    ),
    Mutation(
        "a journal that the disk need not confirm", "store/journal.py", "synchronous = FULL", "synchronous = OFF",
        "tests/store/test_journal.py::test_the_disk_confirms_every_commit",
    ),
    Mutation(
        "a journal left amid a commit", "store/journal.py", "            self._let_go()\n            raise _in_words", "            raise _in_words",
        "tests/store/test_journal.py::test_after_a_commit_that_failed_midway_nothing_of_it_is_there_and_the_next_goes_in",
    ),
    Mutation(
        "a block on every channel ends with one on one", "store/suppressions.py", ".group_by(_ROWS.address_key, _ROWS.channel)", ".group_by(_ROWS.address_key)",
        "tests/store/test_repositories.py::test_a_block_on_every_channel_outlasts_the_lifting_of_one_on_one",
    ),
    Mutation(
        "more on their way than the provider is wide", "deliver/sending.py", "most_on_way(self._provider.width) - len(self._on_way)", "most_on_way(self._provider.width)",
        "tests/deliver/test_on_its_way.py::test_no_more_are_on_their_way_than_the_provider_is_wide",
    ),
    Mutation(
        "the first answer of two is not heard first", "store/outbox.py", "for outcome in reversed(rest)}", "for outcome in rest}",
        "tests/store/test_outbox.py::test_two_answers_told_at_once_are_heard_one_after_the_other",
    ),
    Mutation(
        "a refusal of an earlier try closes a later one", "store/outbox.py", "tried is not None and tried <= outcome.occurred_at", "tried is not None",
        "tests/store/test_outbox.py::test_a_refusal_believed_late_closes_what_it_put_back_and_nothing_else",
    ),
    Mutation(
        "a no is as old as the clock of its sender says", "protect/consent.py", "None if is_heard_now else now)", "now)",
        "tests/collect/intake/test_refusals_heard.py::test_a_no_outlasts_the_yes_before_it_until_the_next",
    ),
    Mutation(
        "a domain that many share is an account's", "identifiers/accounts.py", "count(*) OVER (PARTITION BY namespace, source, domain) = 1", "TRUE",
        "tests/resolve/test_whose_rows.py::test_numbers_of_people_with_several_addresses_join_them",
    ),
    Mutation(
        "what came back after a campaign was cancelled", "decide/admission.py", "stopped = [origin for origin in asked if _cancelled(origin) in facts]", "stopped = []",
        "tests/decide/test_admission.py::test_messages_that_come_back_after_their_campaign_was_cancelled_go_no_more",
    ),
    Mutation(
        "one cancelled, all cancelled", "decide/admission.py", 'return f"cancelled:{origin.name}" if origin.kind == "campaign" else f"cancelled {origin}"', 'return "cancelled"',
        "tests/decide/test_admission.py::test_messages_that_come_back_after_their_campaign_was_cancelled_go_no_more",
    ),
    Mutation(
        "campaigns that leave together by the terms of the first", "decide/admission.py", "for turn in in_turns(claimed):", "for turn in [list(claimed)]:",
        "tests/decide/test_admission.py::test_campaigns_that_leave_together_go_each_by_its_own_terms",
    ),
    Mutation(
        "two profiles of one identifier in one turn", "decide/renewing.py", "keys = (message.profile_id, message.address_key, *message.identities)", "keys = (message.profile_id, message.address_key)",
        "tests/decide/test_turns.py::test_nobody_is_twice_in_a_turn_and_order_is_kept",
    ),
    Mutation(
        "quiet hours by another clock", "decide/launching.py", '"timezone": plan.timezone}', '"timezone": "UTC"}',
        "tests/decide/test_admission.py::test_quiet_hours_are_those_of_the_clock_at_the_launch",
    ),
    Mutation(
        "a ledger used elsewhere is sent from", "workspace/fence.py", "elif note is None and _REGISTERED not in facts:", "elif note is None:",
        "tests/workspace/test_fence_notes.py::test_a_ledger_that_was_used_and_is_not_known_here_is_fenced_until_it_is_released",
    ),
    Mutation(
        "what was due is dropped where it was to be sent", "workspace/fence.py", 'if past_due == "drop" else 0', "if past_due else 0",
        "tests/workspace/test_fence_notes.py::test_messages_that_were_due_are_sent_or_dropped_as_is_said",
    ),
    Mutation(
        "a ledger of nobody taken for that of the warehouse", "workspace/fence.py", "if wanted and found != wanted:", "if wanted and found and found != wanted:",
        "tests/workspace/test_fence_notes.py::test_an_emptied_ledger_and_one_of_nobody_are_not_taken_for_that_of_the_warehouse",
    ),
    Mutation(
        "a list keeps people out", "segment/operators/groups.py", "yield from ((name, not is_in) for name, is_in in self.of.leaning())", "yield from self.of.leaning()",
        "tests/decide/test_frozen_laws.py::test_a_frozen_segment_keeps_nobody_out_whatever_the_rule_is_written_like",
    ),
    Mutation(
        "a domain of examples in capitals is the own one", "settings/signing.py", 'host.lower().rstrip(".")', 'host.rstrip(".")',
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "a domain that ends as that of an example is taken for it", "settings/signing.py", 'host.endswith(f".{ours}")', "host.endswith(ours)",
        "tests/workspace/test_gates.py::test_what_may_be_true_is_plausible",
    ),
    Mutation(
        "a sender of a host without a domain", "settings/signing.py", "len(labels) < 2 or ", "",
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "a sender of a domain that there cannot be", "settings/signing.py", "labels[-1] not in _NOWHERE and ", "",
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "signs are a postal address", "settings/signing.py", "[letter for letter in text if letter.isalnum()]", "list(text)",
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "one word is a postal address", "settings/signing.py", "is_chinese or len(text.split()) > 1", "True",
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "what is to be done is a postal address", "settings/signing.py", "(to-?do|tbd|tba|x{3,}|lorem|your)", "(your)",
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "a short address in Chinese is none", "settings/signing.py", "{True: 4, False: 8}", "{True: 8, False: 8}",
        "tests/workspace/test_gates.py::test_what_may_be_true_is_plausible",
    ),
    Mutation(
        "a link to files leads somewhere", "settings/signing.py", 'if parts.scheme not in ("http", "https"):', "if not parts.scheme:",
        "tests/workspace/test_gates.py::test_who_writes_must_be_set_and_plausible",
    ),
    Mutation(
        "an address by number leads nowhere", "settings/signing.py", "return ipaddress.ip_address(host).is_global", "return ipaddress.ip_address(host) is None",
        "tests/workspace/test_gates.py::test_what_may_be_true_is_plausible",
    ),
    Mutation(
        "a workspace without facts sends", "workspace/brakes.py", "if newest is None or newest < oldest:", "if newest is not None and newest < oldest:",
        "tests/workspace/test_gates.py::test_facts_are_as_old_as_the_newest_that_was_true_by_now_and_where_there_are_none_nothing_leaves",
    ),
    Mutation(
        "facts as old as they may be are too old", "workspace/brakes.py", "newest < oldest:", "newest <= oldest:",
        "tests/workspace/test_gates.py::test_facts_are_as_old_as_the_newest_that_was_true_by_now_and_where_there_are_none_nothing_leaves",
    ),
    Mutation(
        "facts of tomorrow make those of today fresh", "workspace/brakes.py", "occurred_at <= $now AND source", "source",
        "tests/workspace/test_gates.py::test_facts_are_as_old_as_the_newest_that_was_true_by_now_and_where_there_are_none_nothing_leaves",
    ),
    Mutation(
        "the oldest kind of facts says how fresh all are", "workspace/brakes.py", "SELECT max(newest) AS newest FROM", "SELECT min(newest) AS newest FROM",
        "tests/workspace/test_gates.py::test_facts_are_as_old_as_the_newest_that_was_true_by_now_and_where_there_are_none_nothing_leaves",
    ),
    Mutation(
        "facts of no source are our own", "workspace/brakes.py", "source IS DISTINCT FROM 'coterie'", "source <> 'coterie'",
        "tests/workspace/test_gates.py::test_facts_are_as_old_as_the_newest_that_was_true_by_now_and_where_there_are_none_nothing_leaves",
    ),
    Mutation(
        "what we sent makes facts fresh", "workspace/brakes.py", " AND source IS DISTINCT FROM 'coterie'", "",
        "tests/workspace/test_gates.py::test_what_we_sent_ourselves_makes_no_fact_fresh",
    ),
    Mutation(
        "a refresh as old as it may be is too old", "workspace/brakes.py", "if stand.as_of < oldest\n", "if stand.as_of <= oldest\n",
        "tests/workspace/test_gates.py::test_an_old_refresh_sends_nothing",
    ),
    Mutation(
        "a copy on another machine sends", "workspace/fence.py", 'note["machine"] != here["machine"] or ', "",
        "tests/workspace/test_fence_notes.py::test_a_ledger_is_where_and_as_far_as_its_note_says",
    ),
    Mutation(
        "a ledger that went another way is the one that is noted", "workspace/fence.py", ' or (code or "") != note["code"]', "",
        "tests/workspace/test_fence_notes.py::test_a_ledger_is_where_and_as_far_as_its_note_says",
    ),
    Mutation(
        "a ledger that came further than its note is another", "workspace/fence.py", 't.audit.code_at(int(str(note["audit"])))', "self.ledger.stand().code",
        "tests/workspace/test_fence_notes.py::test_a_ledger_is_where_and_as_far_as_its_note_says",
    ),
    Mutation(
        "a note follows the ledger back", "workspace/fence.py", 'if note is None or stand.tick > int(str(note["tick"])):', "if True:",
        "tests/workspace/test_fence_notes.py::test_a_note_follows_the_ledger_forward_and_never_back",
    ),
    Mutation(
        "a note that was lost is not made anew", "workspace/fence.py", "if note is None or stand.tick >", "if note is not None and stand.tick >",
        "tests/workspace/test_fence_notes.py::test_a_note_follows_the_ledger_forward_and_never_back",
    ),
    Mutation(
        "the dots of any domain that begins as Gmail do not count", "identifiers/matchers/email.py", "@(gmail|googlemail)\\.com$", "@(gmail|googlemail)\\.",
        "tests/identifiers/test_matchers.py::test_emails",
    ),
    Mutation(
        "the dots of any domain that ends as Gmail do not count", "identifiers/matchers/email.py", 'r"@(gmail|googlemail)', 'r"(gmail|googlemail)',
        "tests/identifiers/test_matchers.py::test_emails",
    ),
    Mutation(
        "a comma typed for a dot leaves the address of another", "identifiers/matchers/email.py", ' and not re.search(rf"[^\\s,;][,;]{re.escape(found[0])}", text, re.IGNORECASE)', "",
        "tests/identifiers/test_matchers.py::test_emails",
    ),
    Mutation(
        "an apostrophe within an address leaves the address of another", "identifiers/text.py", "(?<=\\w)['’](?=\\w)", "(?!)",
        "tests/identifiers/test_matchers.py::test_emails",
    ),
    Mutation(
        "an international domain in capitals is none", "identifiers/matchers/email.py", "uts46=True", "uts46=False",
        "tests/identifiers/test_matchers.py::test_emails",
    ),
    Mutation(
        "a name that ends as a robot's is one", "identifiers/matchers/email.py", '_ROBOT = r"^(no', '_ROBOT = r"(no',
        "tests/identifiers/test_matchers.py::test_what_names_somebody",
    ),
    Mutation(
        "a robot with a sign in its name is somebody", "identifiers/matchers/email.py", "^(no-?_?\\.?reply|", "^(noreply|",
        "tests/identifiers/test_matchers.py::test_what_names_nobody",
    ),
    Mutation(
        "a host without a domain has mailboxes", "identifiers/matchers/email.py", "@([^.]+|(.+", "@((.+",
        "tests/identifiers/test_matchers.py::test_what_names_nobody",
    ),
    Mutation(
        "an address that was made up is somebody's", "identifiers/matchers/email.py", "blocked=frozenset(_MADE_UP.split()),", "",
        "tests/identifiers/test_matchers.py::test_what_names_nobody",
    ),
    Mutation(
        "digits that are hidden are left out", "identifiers/matchers/phone.py", "text = pc.if_else(pc.match_substring_regex(text, _MASKED), None, text)\n", "text = text\n",
        "tests/identifiers/test_matchers.py::test_phones",
    ),
    Mutation(
        "a number of one digit is somebody's where numbers are short", "identifiers/matchers/phone.py", '{{6,}}"', '{{9,}}"',
        "tests/identifiers/test_matchers.py::test_phones",
    ),
    Mutation(
        "a number without its area is whole where its country is told", "identifiers/matchers/phone.py", "phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE", "phonenumbers.is_possible_number(number)",
        "tests/identifiers/test_matchers.py::test_phones",
    ),
    Mutation(
        "a whole number that begins as its country's code loses it", "identifiers/matchers/phone.py", ' or phonenumbers.ndd_prefix_for_region(country, True) != "0"', "",
        "tests/identifiers/test_matchers.py::test_phones",
    ),
    Mutation(
        "a number dialled with its area lacks it", "identifiers/matchers/phone.py", 'not text.startswith(("+", "0"))', 'not text.startswith("+")',
        "tests/identifiers/test_matchers.py::test_phones",
    ),
    Mutation(
        "a number with its country lacks its area", "identifiers/matchers/phone.py", 'not text.startswith(("+", "0"))', 'not text.startswith("0")',
        "tests/identifiers/test_matchers.py::test_phones",
    ),
    Mutation(
        "words for nobody are looked for without their signs alone", "identifiers/nobody.py", "pc.or_(pc.is_in(text, value_set=words), pc.is_in(bare, value_set=words))", "pc.is_in(bare, value_set=words)",
        "tests/identifiers/test_matchers.py::test_what_names_nobody",
    ),
)  # fmt: skip


def survives(mutation: Mutation, folder: Path) -> bool:
    """Whether its test still passes with the mutation in a copy of the sources."""
    file = folder / SOURCE / mutation.file
    text = file.read_text("utf-8")
    if mutation.old not in text:
        sys.exit(f"{mutation.name}: {mutation.old!r} stands no more in {mutation.file}")
    file.write_text(text.replace(mutation.old, mutation.new, 1), "utf-8")
    try:
        return _passes(folder, [mutation.test], 600)
    finally:
        file.write_text(text, "utf-8")


def _passes(folder: Path, tests: list[str], seconds: float) -> bool:
    given = {**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    laws = [
        "--hypothesis-profile",
        "searching",
        "--hypothesis-seed",
        "0",
    ]  # as many examples as laws have, and the same ones
    chosen = ["-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", *laws]
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *chosen, *tests], cwd=ROOT, env=given, capture_output=True, timeout=seconds, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False  # an endless loop is noticed too
    if run.returncode not in (0, 1):
        sys.exit(f"{tests}: pytest ended with {run.returncode}\n{run.stdout.decode()[-2000:]}")
    return run.returncode == 0


def _keeps_examples(folder: Path, file: Path) -> bool:
    """Whether the examples in the docstrings of a file still come out."""
    module = ".".join(file.relative_to(folder / "src").with_suffix("").parts)
    asked = f"import doctest, {module}, sys; sys.exit(doctest.testmod(sys.modules[{module!r}]).failed > 0)"
    given = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return (
        subprocess.run(
            [sys.executable, "-c", asked], env=given, capture_output=True, timeout=600, check=False
        ).returncode
        == 0
    )


COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
REPLACED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


IN_SQL = re.compile(r"(?<= )(<=|>=|<|>|\+|-)(?= [\w${(])")
"""A comparison or sign in a statement."""
OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "-": "+"}


def _in_sql(node: ast.AST) -> bool:
    """Whether a text looks like a statement, or part of one, that compares."""
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return bool(IN_SQL.search(text)) and bool(re.search(r"\b(SELECT|WHERE|AND|FILTER|CASE|JOIN)\b", text))


def places(tree: ast.AST) -> Iterator[ast.AST]:
    """What can be mutated, docstrings and types apart."""
    for node in ast.walk(tree):
        is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if (
            is_number
            or (isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED)
            or (isinstance(node, ast.BinOp) and type(node.op) in REPLACED)
            or isinstance(node, ast.BoolOp)
            or _in_sql(node)
        ):
            yield node


def mutate(node: ast.AST, chosen: random.Random) -> None:
    """Change one node where it stands; of a statement one of its comparisons or signs."""
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARED[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp):
        node.op = REPLACED[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        node.value = node.value + 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = chosen.choice(list(IN_SQL.finditer(node.value)))
        node.value = node.value[: found.start()] + OTHER[found.group()] + node.value[found.end() :]


def by_chance(folder: Path, seconds: float, seed: int) -> tuple[int, list[str]]:
    """How many mutations were made until time was up, and those that survived."""
    chosen, until, survivors, made = random.Random(seed), time.monotonic() + seconds, [], 0
    files = [file for room in ROOMS for file in sorted((folder / SOURCE / room).rglob("*.py"))]
    while time.monotonic() < until:
        file = chosen.choice(files)
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        found = list(places(tree))
        if not found:
            continue
        node = chosen.choice(found)
        before = ast.unparse(node)
        mutate(node, chosen)
        file.write_text(ast.unparse(tree), "utf-8")
        room = file.relative_to(folder / SOURCE).parts[0]
        try:
            made += 1
            if _keeps_examples(folder, file) and _passes(folder, [f"tests/{room}"], 600):
                place = f"{file.relative_to(folder)}:{node.lineno}"  # type: ignore[attr-defined]
                survivors.append(f"{place}: {before} → {ast.unparse(node)}")
                print("survived", survivors[-1], flush=True)
        finally:
            file.write_text(text, "utf-8")
    return made, survivors


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1800
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
        survivors = []
        for mutation in HAND:
            lives = survives(mutation, folder)
            survivors += [mutation.name] if lives else []
            print(
                f"{'SURVIVED' if lives else 'caught'}: {mutation.name} ({mutation.file}) by {mutation.test}", flush=True
            )
        made, alive = by_chance(folder, seconds, seed=int(time.time()) // 86400)
        print(f"by chance: {made} made, {len(alive)} survived")
    if survivors:
        sys.exit(f"not noticed: {', '.join(survivors)}")


if __name__ == "__main__":
    main()
