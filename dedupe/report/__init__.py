"""The quality report: facts of a corpus folder, then views of them."""

from dedupe.report.model import Report
from dedupe.report.write import write_report

__all__ = ["Report", "write_report"]
