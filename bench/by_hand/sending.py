"""Changes of what decides whether, when and to whom something leaves, and of what is kept of it."""

from __future__ import annotations

from by_hand.mutation import Mutation

SENDING = (
    Mutation(
        "exposed at the launch, whatever the quiet hours", "decide/launching.py", "or start\n", "and start\n",
        "tests/decide/test_exposing.py::test_every_arm_is_exposed_when_a_message_could_first_leave",
    ),
    Mutation(
        "two messages of one profile admitted at once", "decide/admission.py", "dict.fromkeys(repeated(asked.t, asked.key, messages), DUPLICATE)", "{}",
        "tests/decide/test_admission.py::test_two_messages_of_one_profile_are_not_admitted_at_once",
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
)  # fmt: skip
