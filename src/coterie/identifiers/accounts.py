"""How customer numbers of accounts are told from people's own: several addresses of one domain stand under each."""

from __future__ import annotations

FEWEST_ACCOUNTS = 3
"""So many numbers with several addresses at a domain of their own show what a source's numbers are; fewer may be chance."""


def beside_several_sql(met: str) -> str:
    """SQL of the numbers that stand beside several e-mail addresses: how many, and whether two or more are at a domain of its own.

    ``met`` names a relation of ``namespace, source, key, address``, each once; the columns are ``namespace, source, key,
    beside, is_of_one_domain``. A domain is a number's own where no other number of the source has it.
    """
    return f"""WITH at_domain AS (
            SELECT *, count(*) OVER (PARTITION BY namespace, source, domain) = 1 AS is_own FROM (
                SELECT namespace, source, key, split_part(address, '@', 2) AS domain, count(*) AS n FROM {met} GROUP BY ALL))
        SELECT namespace, source, key, sum(n)::BIGINT AS beside, bool_or(is_own AND n > 1) AS is_of_one_domain
        FROM at_domain GROUP BY ALL HAVING sum(n) > 1"""


def sources_of_accounts_sql(several: str) -> str:
    """SQL of ``namespace, source, numbers``: where the numbers of ``several``, by ``beside_several_sql``, are those of accounts.

    ``FEWEST_ACCOUNTS`` or more, and at least half, have several addresses at a domain of their own. Somebody's own
    number stands beside addresses of several domains, or of one that many share.
    """
    return f"""SELECT namespace, source, count(*) AS numbers FROM {several} GROUP BY ALL
        HAVING count(*) FILTER (is_of_one_domain) >= greatest({FEWEST_ACCOUNTS}, count(*) / 2) ORDER BY ALL"""
