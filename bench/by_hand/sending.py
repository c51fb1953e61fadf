"""Changes of what decides whether, when and to whom something leaves, and of what is kept of it."""

from __future__ import annotations

from by_hand.mutation import Mutation

SENDING = (
    Mutation(
        "one more than the throttle lets", "decide/admission.py", "gone >= throttle.messages", "gone > throttle.messages",
        "tests/decide/test_first_instants.py::test_no_more_leave_in_a_time_whatever_was_waited_for",
    ),
    Mutation(
        "a throttle of the whole launch alone", "decide/timing.py", "axis=0) + spans", "axis=0)",
        "tests/decide/test_first_instants.py::test_no_span_holds_more_than_the_throttle_and_nobody_waits_without_need",
    ),
    Mutation(
        "a missed time however late", "decide/recurring.py", " and now - found.due <= repeats.late else", " else",
        "tests/decide/test_recurring.py::test_a_time_that_was_missed_is_made_up_for_within_reason",
    ),
    Mutation(
        "approved whatever was changed since", "decide/approving.py", "if is_same[name]", "if is_same",
        "tests/workspace/test_campaign_times.py::test_a_campaign_to_many_waits_for_a_second_person_and_for_every_change_again",
    ),
    Mutation(
        "a launch that failed for now is given up", "workspace/campaign_wheel.py", 'if "tries" not in job.detail or', 'if "tries" in job.detail or',
        "tests/workspace/test_campaign_times.py::test_while_another_sends_it_is_tried_again_and_not_given_up",
    ),
    Mutation(
        "who wrote it approves it", "decide/approving.py", "if by in authors:", "if by not in authors:",
        "tests/workspace/test_campaign_times.py::test_a_campaign_to_many_waits_for_a_second_person_and_for_every_change_again",
    ),
    Mutation(
        "exposed at the launch, whatever the quiet hours", "decide/timing.py", "timezone) or at)", "timezone) and at)",
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
        "a block on every channel ends with one on one", "store/suppressions.py", '(row["address_key"], row["channel"]), [])', '(row["address_key"], ""), [])',
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
        "campaigns that leave together by the terms of the first", "decide/admission.py", "in_turns([message for message in claimed if message.message_id not in asleep])", "[[message for message in claimed if message.message_id not in asleep]]",
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
    Mutation(
        "who is refused stands for those at their address", "decide/audience.py", "rows, addresses = rows[is_open[rows]], addresses[is_open[rows]]", "rows, addresses = rows, addresses",
        "tests/decide/test_plan_and_launch.py::test_of_those_who_share_an_address_the_lowest_stands",
    ),
    Mutation(
        "who shares a phone is left out of e-mail", "decide/audience.py", 'pc.starts_with(flat, f"{namespace}:")', 'pc.starts_with(flat, "")',
        "tests/decide/test_plan_and_launch.py::test_of_those_who_share_an_address_the_lowest_stands",
    ),
    Mutation(
        "who shares with one left out is left out", "decide/audience.py", "shares[rows[taken[addresses] & yields[rows]]] = True", "shares[rows[yields[rows]]] = True",
        "tests/decide/test_plan_and_launch.py::test_of_those_who_share_an_address_the_lowest_stands",
    ),
    Mutation(
        "who shares an address is looked for once", "decide/audience.py", "    while len(rows):", "    if len(rows):",
        "tests/decide/test_plan_and_launch.py::test_of_those_who_share_an_address_the_lowest_stands",
    ),
    Mutation(
        "an address of nobody knows when is the newest", "decide/audience.py", "i.first_seen_at DESC NULLS LAST", "i.first_seen_at DESC NULLS FIRST",
        "tests/decide/test_plan_and_launch.py::test_the_newest_address_is_written_to",
    ),
    Mutation(
        "of two addresses seen together the first loaded is written to", "decide/audience.py", "i.identifier_id DESC", "i.identifier_id",
        "tests/decide/test_plan_and_launch.py::test_the_newest_address_is_written_to",
    ),
    Mutation(
        "who has no address has a bad one", "decide/audience.py", 'pc.if_else(has_some, "bad_address", "no_address")', 'pc.if_else(has_some, "no_address", "bad_address")',
        "tests/decide/test_plan_and_launch.py::test_meant_is_reachable_plus_refused",
    ),
    Mutation(
        "who is left out is told so whatever was found before", "decide/audience.py", 'is_new = pc.and_(_whole(chosen), pc.is_null(_whole(people["reason"])))', "is_new = _whole(chosen)",
        "tests/decide/test_plan_and_launch.py::test_meant_is_reachable_plus_refused",
    ),
    Mutation(
        "campaigns of one salt draw apart", "decide/audience.py", "campaign.salt or campaign.name", "campaign.name",
        "tests/decide/test_plan_and_launch.py::test_campaigns_of_one_salt_have_the_same_people_in_their_arms",
    ),
    Mutation(
        "a person written to before gets one at another address", "decide/renewing.py", "for key in (message.profile_id, *own))", "for key in own)",
        "tests/decide/test_turns.py::test_of_one_occurrence_a_person_and_an_address_get_one_message",
    ),
    Mutation(
        "of two at one address both are written to", "decide/renewing.py", "for key in (message.profile_id, message.address_key)}", "for key in (message.profile_id,)}",
        "tests/decide/test_turns.py::test_of_one_occurrence_a_person_and_an_address_get_one_message",
    ),
    Mutation(
        "of two messages to a person both go", "decide/renewing.py", "for key in (message.profile_id, message.address_key)}", "for key in (message.address_key,)}",
        "tests/decide/test_turns.py::test_of_one_occurrence_a_person_and_an_address_get_one_message",
    ),
    Mutation(
        "a no is put after the oldest yes alone", "protect/consent.py", 'aggregate([("effective_at", "max")])', 'aggregate([("effective_at", "min")]).rename_columns(["identity", "effective_at_max"])',
        "tests/protect/test_permission.py::test_a_no_that_was_heard_later_outlasts_a_yes_that_a_clock_dated_after_it",
    ),
    Mutation(
        "a no of a clock ahead counts from its date", "protect/consent.py", '"effective_at": pc.min_element_wise(occurred_at, pa.scalar(latest, pa.timestamp("us"))),', '"effective_at": occurred_at,',
        "tests/protect/test_permission.py::test_a_word_of_a_clock_ahead_counts_from_when_it_was_recorded",
    ),
    Mutation(
        "what a source said is said again", "protect/consent.py", "[each not in known for each in said]", "[True for _ in said]",
        "tests/protect/test_proof.py::test_what_a_source_said_is_said_once_and_what_differs_is_another_word",
    ),
    Mutation(
        "a word of another source is the same word", "protect/consent.py", '"occurred_at", "source", "text_hash"]', '"occurred_at", "text_hash"]',
        "tests/protect/test_proof.py::test_what_a_source_said_is_said_once_and_what_differs_is_another_word",
    ),
    Mutation(
        "a word for another purpose is the same word", "protect/consent.py", '_SAID = ["identity", "purpose", "channel",', '_SAID = ["identity", "channel",',
        "tests/protect/test_proof.py::test_what_a_source_said_is_said_once_and_what_differs_is_another_word",
    ),
    Mutation(
        "of several channels that are named the first is meant", "protect/consent.py", "for c in channels_meant(channel, is_yes=yes)]", "for c in channels_meant(channel, is_yes=yes)[:1]]",
        "tests/protect/test_permission.py::test_a_no_in_any_usual_word_holds",
    ),
    Mutation(
        "statements of two files are one", "protect/consent.py", ", last + 1)", ", 1)",
        "tests/protect/test_permission.py::test_a_row_is_one_statement_about_everybody_it_names",
    ),
    Mutation(
        "who waits for a row to be read waits for ever", "protect/consent.py", "        if t.unread.all() == wanted:\n", "        if t.unread.all():\n",
        "tests/protect/test_permission.py::test_who_is_named_by_a_row_that_could_not_be_read_waits",
    ),
    Mutation(
        "a number in a consent is dialled nowhere", "protect/consent.py", 'identities_of(text("namespace", None), text("value", None), country)', 'identities_of(text("namespace", None), text("value", None), "")',
        "tests/protect/test_proof.py::test_a_number_is_dialled_in_the_country_that_is_told",
    ),
    Mutation(
        "an entry of the log that follows another is taken for one that follows this", "store/audit.py", 'row["previous_hash"] != previous or ', "",
        "tests/store/test_sealing.py::test_an_entry_of_a_copy_that_went_another_way_is_found",
    ),
    Mutation(
        "a ledger of before has begun here", "workspace/fence.py", "if found is None and is_empty:", "if found is None:",
        "tests/workspace/test_fence_notes.py::test_a_ledger_that_was_written_in_has_not_begun_here",
    ),
    Mutation(
        "a service is owed without a contract", "protect/permission.py", 'is_owed = basis == "contract" and purpose in SERVICE_PURPOSES', "is_owed = purpose in SERVICE_PURPOSES",
        "tests/protect/test_permission.py::test_a_service_under_a_contract_is_owed_in_spite_of_a_no_to_marketing",
    ),
    Mutation(
        "who said no and is blocked is told of the no alone", "protect/permission.py", 'return pc.if_else(suppressed, "suppressed", refused)', 'return pc.if_else(pc.is_null(refused), pc.if_else(suppressed, "suppressed", None), refused)',
        "tests/protect/test_permission.py::test_suppression_outranks_everything",
    ),
    Mutation(
        "the code of an entry does not cover the one before it", "store/audit.py", '["audit", str(row["previous_hash"]), *', '["audit", *',
        "tests/store/test_sealing.py::test_an_entry_of_a_copy_that_went_another_way_is_found",
    ),
    Mutation(
        "an end of the log that is as long is the right one", "store/audit.py", "head.audit == (number, code) else", "head.audit[0] == number else",
        "tests/store/test_sealing.py::test_an_entry_of_a_copy_that_went_another_way_is_found",
    ),
    Mutation(
        "the values of a row are sealed without their columns", "store/sealed.py", '(f"{json.dumps(name)}, ", is_fraction)', '("", is_fraction)',
        "tests/store/test_sealing.py::test_a_value_that_was_moved_to_another_column_is_found",
    ),
    Mutation(
        "of the noes of an identifier the first is asked", "protect/standing.py", 'np.where(place < 0, 0, np.searchsorted(sorted_no, place, side="right") - first)', 'np.where(place < 0, 0, np.minimum(np.searchsorted(sorted_no, place, side="right") - first, 1))',
        "tests/protect/test_permission.py::test_a_row_is_one_statement_about_everybody_it_names",
    ),
    Mutation(
        "an unsubscription is of the first identifier", "protect/preferences.py", "        for identity in message.identities\n    ]\n    count", "        for identity in message.identities[:1]\n    ]\n    count",
        "tests/decide/test_admission.py::test_an_unsubscription_stops_its_purpose_for_the_person",
    ),
    Mutation(
        "a page of the log begins with the end of the one before", "store/audit.py", "AUDIT.c.audit_id > after", "AUDIT.c.audit_id >= after",
        "tests/store/test_audit.py::test_the_newest_are_told_first_and_page_by_page",
    ),
    Mutation(
        "who has not confirmed may be written to", "protect/permission.py", 'refused = pc.if_else(pa.array(unconfirmed), "consent_unconfirmed", refused)\n', "pass\n",
        "tests/protect/test_permission.py::test_a_row_is_one_statement_about_everybody_it_names",
    ),
    Mutation(
        "a campaign that leaves is the beginning of all", "store/exposures.py", "is_of(EXPOSURES, *origin), EXPOSURES.c.exposed_at < at", "EXPOSURES.c.exposed_at < at",
        "tests/decide/test_exposing.py::test_the_window_waits_for_the_first_message_and_for_no_later_one",
    ),
    Mutation(
        "a later no in a spelling of before is left out where an earlier one was said", "protect/respelling.py", '_SAME = ("purpose", "channel", "state", "effective_at", "expires_at")', '_SAME = ("purpose", "channel", "state", "expires_at")',
        "tests/protect/test_former_spellings.py::test_an_address_in_a_spelling_of_earlier_is_said_again_once_as_it_is_spelt_now",
    ),
    Mutation(
        "a number that is blocked is dialled nowhere", "protect/suppression.py", "keys = sorted(set(address_keys(key, identities_of(namespaces, values, country)).to_pylist()))", 'keys = sorted(set(address_keys(key, identities_of(namespaces, values, "")).to_pylist()))',
        "tests/protect/test_former_spellings.py::test_a_block_of_a_number_is_of_the_country_in_which_it_is_dialled",
    ),
    Mutation(
        "who was exposed is exposed again", "store/exposures.py", "skip_known=True", "skip_known=False",
        "tests/store/test_repositories.py::test_who_was_exposed_once_is_exposed_as_they_were",
    ),
    Mutation(
        "identities of the launch are forgotten", "decide/renewing.py", 'every = kept | found.get(row["message_id"], set())', 'every = found.get(row["message_id"], set()) or kept',
        "tests/decide/test_renewing.py::test_an_identifier_that_is_no_longer_theirs_is_still_asked",
    ),
    Mutation(
        "who holds an address today is not asked", "decide/renewing.py", "pairs = pa.concat_tables([meant, _holding(engine, queued, country)])", "pairs = meant",
        "tests/decide/test_renewing.py::test_who_holds_the_address_now_is_asked_too",
    ),
    Mutation(
        "whom a message was meant for is asked at its address alone", "decide/renewing.py", "pairs = pa.concat_tables([meant, _holding(engine, queued, country)])", "pairs = _holding(engine, queued, country)",
        "tests/decide/test_renewing.py::test_a_person_whose_address_nobody_holds_any_more_is_asked_by_the_others",
    ),
    Mutation(
        "a profile of another number is the old one", "decide/renewing.py", 'if (every, person) != (kept, row["profile_id"]):', "if every != kept:",
        "tests/decide/test_renewing.py::test_a_profile_of_another_number_is_noticed_though_its_identifiers_are_the_same",
    ),
    Mutation(
        "a no to marketing silences receipts", "protect/permission.py", "if self.is_service else found", "if not self.is_service else found",
        "tests/protect/test_preferences.py::test_a_no_to_marketing_leaves_what_a_contract_owes_by_whichever_way_all_are_read",
    ),
    Mutation(
        "STOP after a link's no is told before", "protect/stopping.py", "PERSON_WIDE - {NO_MARKETING}", "PERSON_WIDE",
        "tests/deliver/test_blocks_in_every_order.py::test_a_stop_beside_what_says_less_outlasts_a_link",
    ),
    Mutation(
        "a link takes back all that was said", "store/suppressions.py", 'elif lifts_links_alone(row["source"]):', "elif False:",
        "tests/deliver/test_blocks_in_every_order.py::test_who_is_blocked_and_for_what_is_what_a_person_would_say",
    ),
    Mutation(
        "a bounce beside a no is not kept", "deliver/taking.py", 'BOUNCED not in self._t.suppressions.active(channel, [hashed])["reason"].to_pylist()', "not self._t.suppressions.active(channel, [hashed]).num_rows",
        "tests/deliver/test_blocks_in_every_order.py::test_who_is_blocked_and_for_what_is_what_a_person_would_say",
    ),
    Mutation(
        "a STOP that a link answers", "protect/stopping.py", ' and not lifts_links_alone(row["source"])', "",
        "tests/deliver/test_blocks_in_every_order.py::test_a_stop_told_late_is_not_answered_by_a_link",
    ),
    Mutation(
        "what joins a run leaves behind it", "deliver/turn.py", "    admit_joined,\n    admit_due,", "    admit_due,\n    admit_joined,",
        "tests/deliver/test_joining.py::test_the_room_of_a_turn_is_theirs_first_and_no_more_is_taken_than_there_is",
    ),
    Mutation(
        "what joins is taken for lost while it is on its way", "deliver/joining.py", "if origin not in self._begun]", "]",
        "tests/deliver/test_joining.py::test_what_is_on_its_way_when_more_joins_is_not_taken_for_lost",
    ),
    Mutation(
        "a run lasts as long as somebody joins", "deliver/turn.py", "if next_at is None or next_at > turn.now:", "if False:",
        "tests/deliver/test_joining.py::test_a_run_ends_when_its_own_is_done_however_much_joins",
    ),
    Mutation(
        "STOP at the very instant of a lift", "protect/stopping.py", "any(since > at for since in lifted)", "any(since >= at for since in lifted)",
        "tests/protect/test_preferences.py::test_an_answer_is_answered_by_what_was_lifted_after_it",
    ),
    Mutation(
        "domains of few are not asked", "protect/permission.py", "(flat, parents) if is_whole else _with_domains(flat, parents)", "(flat, parents)",
        "tests/protect/test_whole_domains.py::test_whom_a_domain_is",
    ),
    Mutation(
        "domains of everybody are not asked", "protect/permission.py", 'if is_whole and (_name_domains(said["identity"]) or _name_domains(unread)):', "if is_whole and _name_domains(unread):",
        "tests/protect/test_whole_domains.py::test_whom_a_domain_is",
    ),
    Mutation(
        "a domain is nobody's, so its no is dropped", "collect/loading/consents.py", "(pc.and_not(each, named) for each in (nobody, unusable))", "(nobody, unusable)",
        "tests/collect/test_consents_in_files.py::test_a_list_of_refusals_may_name_whole_domains",
    ),
)  # fmt: skip
