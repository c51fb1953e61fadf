"""Changes of who is who, and of what rows mean."""

from __future__ import annotations

from by_hand.mutation import Mutation

PEOPLE = (
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
        "a domain that many share is an account's", "identifiers/accounts.py", "count(*) OVER (PARTITION BY namespace, source, domain) = 1", "TRUE",
        "tests/resolve/test_whose_rows.py::test_numbers_of_people_with_several_addresses_join_them",
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
    Mutation(
        "a number of no country loses its plus", "identifiers/forms.py", 'pc.binary_join_element_wise("+", digits, "")', "digits",
        "tests/protect/test_keys_and_addresses.py::test_identities_keep_what_is_no_address_as_it_is",
    ),
    Mutation(
        "a masked number is its digits", "identifiers/forms.py", 'pc.if_else(is_masked(values), values, pc.fill_null(plain(values), ""))', 'pc.fill_null(plain(values), "")',
        "tests/protect/test_keys_and_addresses.py::test_identities_keep_what_is_no_address_as_it_is",
    ),
    Mutation(
        "what is no address keeps its capitals", "identifiers/forms.py", 'pc.utf8_lower(text) if namespace == "email" else text', "text",
        "tests/protect/test_keys_and_addresses.py::test_identities_keep_what_is_no_address_as_it_is",
    ),
    Mutation(
        "a former number with the zero before it is another", "identifiers/forms.py", '(national, ""), (national, "0"),', '(national, ""),',
        "tests/protect/test_former_spellings.py::test_a_no_by_a_former_spelling_holds",
    ),
    Mutation(
        "a former number of one is that of another", "identifiers/forms.py", "places.filter(is_german)])", "places.slice(0, len(twice))])",
        "tests/protect/test_former_spellings.py::test_a_no_by_a_german_number_that_was_taken_for_one_at_home_holds",
    ),
    Mutation(
        "neighbours of one postcode are one person", "identifiers/matchers/numbers.py", "    joins=False,\n", "",
        "tests/resolve/test_resolve.py::test_what_many_customers_share_joins_none",
    ),
    Mutation(
        "a device of three joins them", "identifiers/matchers/numbers.py", "shared_by_at_most=2,", "shared_by_at_most=3,",
        "tests/resolve/test_resolve.py::test_what_many_customers_share_joins_none",
    ),
    Mutation(
        "a blocked value is blocked as it was typed alone", "identifiers/matching.py", "value.strip().lower() for value", "value for value",
        "tests/resolve/test_resolve.py::test_a_workspace_may_block_values_of_its_own",
    ),
    Mutation(
        "a word with a line between is somebody", "identifiers/nobody.py", 'r"[\\s_]+", " "', 'r"[\\s]+", " "',
        "tests/identifiers/test_matchers.py::test_what_names_nobody",
    ),
    Mutation(
        "of two times that a clock shows the second", "domain/clock.py", "tzinfo=ZoneInfo(zone), fold=0)", "tzinfo=ZoneInfo(zone), fold=1)",
        "tests/profile/test_windows.py::test_a_fixed_instant_is_read_by_the_clock_there",
    ),
    Mutation(
        "an offset that is told is not heard", "domain/clock.py", "aware = at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo", "aware = at.replace(tzinfo=ZoneInfo",
        "tests/profile/test_windows.py::test_a_fixed_instant_is_read_by_the_clock_there",
    ),
    Mutation(
        "a record of the instant asked for counts", "profile/given.py", "updated_at < $as_of", "updated_at <= $as_of",
        "tests/profile/test_newest.py::test_what_is_true_at_the_instant_asked_or_later_does_not_count",
    ),
    Mutation(
        "of records of one instant the greater value wins whatever was loaded later", "profile/given.py", "'batch': COALESCE(batch_id, 0), ", "'batch': 0, ",
        "tests/profile/test_newest.py::test_the_newest_wins",
    ),
)  # fmt: skip
