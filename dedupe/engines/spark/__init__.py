"""A cluster: Spark moves the data through the functions that one machine uses, and keeps it at every step.

Nothing else in the project imports PySpark, and this package only where it is asked for (extra `[spark]`).
"""

from __future__ import annotations

from dedupe.engines.spark.cleaning import cleaned
from dedupe.engines.spark.duplicates import SparkDuplicates
from dedupe.engines.spark.reading import articles, by_id
from dedupe.engines.spark.session import spark_session

__all__ = ["SparkDuplicates", "articles", "by_id", "cleaned", "spark_session"]
