"""A report as a file: its name, its type and its bytes."""

from __future__ import annotations

from typing import Literal

from report import Report

Form = Literal["html", "pdf", "json"]

MIME_TYPES: dict[Form, str] = {"html": "text/html", "pdf": "application/pdf", "json": "application/json"}


def report_file(report: Report, form: Form) -> tuple[str, bytes]:
    """Gives a report as a file, named after the digest of its photo: names of uploads may be private.

    Args:
        report: The report.
        form: What kind of file.

    Returns:
        Name and content.
    """
    content = {"html": report.to_html, "pdf": report.to_pdf, "json": report.to_json}[form]()
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    return f"unmask-{report.inspection.photo.sha256[:8]}.{form}", data
