"""Everything there is to say of a photo in one file: to read, to print, to compute with."""

from explain.inspection import DEFAULT_METHODS
from report.build import Report, build_report

__all__ = ["DEFAULT_METHODS", "Report", "build_report"]
