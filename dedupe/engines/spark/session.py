"""The session: where Spark runs, and what it must leave as it is."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import unquote

import dedupe
from dedupe import errors
from dedupe.errors import InputFormatError, MissingExtraError, SeedbedError, SettingsError, WorkerError

try:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.storagelevel import StorageLevel
except ImportError:
    raise MissingExtraError("The engine spark needs PySpark: pip install 'seedbed[spark]'") from None

__all__ = ["BATCH", "kept", "spark_session", "told"]

BATCH = 8192  # documents that a worker holds at once: some 50 MB with their texts and sketches
_LOCAL = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}


@contextmanager
def spark_session(master: str | None) -> Iterator[SparkSession]:
    """A session on a cluster; one that runs already (`spark-submit`) is used, and left running.

    Args:
        master: address of the cluster, as Spark writes it; None: as Spark itself is configured.
    Raises:
        SettingsError: there is no Java.
        SeedbedError: any that a worker met on its way, as it would be met here.
        InputFormatError: a file breaks off, or is damaged.
        WorkerError: the cluster cannot be reached, or a step of the work failed for good.
    """
    running = SparkSession.getActiveSession()
    try:
        session = running or _started(master)
        try:
            yield _own(session)
        finally:
            if running is None:
                session.stop()
    except (PySparkException, Py4JError) as error:
        raise _error_of_ours(error) from error


_OURS = re.compile(r"^dedupe\.errors\.(\w+): (.+)$", re.MULTILINE)


_UNREAD = re.compile(r"while reading file (\S+?)\.?\s")


def _error_of_ours(error: Exception) -> SeedbedError:
    """What a worker told Spark, if it is an error that a user may see, as that error."""
    said = str(error)
    if ours := _OURS.search(said):
        name, text = ours.groups()
        return cast(type[SeedbedError], getattr(errors, name))(text)
    if unread := _UNREAD.search(said):
        return InputFormatError(
            f"{unquote(unread[1])}: cannot be read to its end: {told(error)}. "
            f"Fetch or make it again, or leave it out."
        )
    return WorkerError(f"Spark gave up: {told(error)} The log of its executors says more.")


def told(error: Exception) -> str:
    """What Spark says of an error, in a line: the cause, where it is one of Java or of a worker."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    if any(line.startswith("Traceback ") for line in lines):  # of Python, which ends with the error
        return [line for line in lines if not line.startswith((" ", "\t"))][-1]
    causes = [line for line in lines if line.startswith((": ", "Caused by: "))]
    return causes[-1].partition(": ")[2] if causes else lines[0]


def _started(master: str | None) -> SparkSession:
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise SettingsError("The engine spark needs Java 17 or newer: install it, or set JAVA_HOME.")
    builder = SparkSession.builder.appName("seedbed").config("spark.ui.enabled", "false")
    builder = builder.config("spark.log.level", "ERROR").config("spark.ui.showConsoleProgress", "false")
    if master is not None:
        builder = builder.master(master)
    if master is not None and master.startswith("local"):
        for name, value in _LOCAL.items():
            os.environ.setdefault(name, value)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        # Few rows go through Java: optimising it anew in each process costs more than it gives here.
        for side in ("driver", "executor"):
            builder = builder.config(
                f"spark.{side}.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
            )
        builder = builder.config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        # Workers of a checkout that is not installed find it where the driver has it.
        root = str(Path(dedupe.__file__).parents[1])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        builder = builder.config("spark.executorEnv.PYTHONPATH", paths)
    return builder.getOrCreate()


def _own(session: SparkSession) -> SparkSession:
    """Settings of ours, beside those of whoever else uses the same cluster."""
    own = session.newSession()
    own.conf.set("spark.sql.adaptive.enabled", "false")  # numbers follow from places in partitions
    own.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")  # nothing goes through the driver
    own.conf.set("spark.sql.caseSensitive", "true")  # `Text` beside `text` is a column of somebody else's
    own.conf.set("spark.sql.session.timeZone", "UTC")
    own.conf.set("spark.sql.inMemoryColumnarStorage.compressed", "false")  # texts of which few are equal
    own.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
    return own


def kept(frame: DataFrame) -> DataFrame:
    """The same on the disks of the workers; what is lost with one is worked out again."""
    return frame.persist(StorageLevel.DISK_ONLY)
