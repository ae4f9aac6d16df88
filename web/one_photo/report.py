"""What happens when a report is asked for."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from explain.inspection import DEFAULT_METHODS
from model.detector import Detector
from report import build_report
from web import states
from web.downloads import download
from web.errors import require_upload, with_cards
from web.operation.requests import saw
from web.progress import follow
from web.report_files import MIME_TYPES, Form, report_file
from web.warmup import Warmup

# The components that it fills, by name, in the order of its outputs.
OUTPUTS = ("file", "reported")
# Of the work, for the progress bar: what is left is drawing.
_FINDINGS_SHARE = 0.8


def build_make_report(warmup: Warmup, form: Form) -> Callable[[str | None, str], Iterator[list[str]]]:
    """Builds the function behind a button that asks for a report.

    Args:
        warmup: Where the detector comes from.
        form: What kind of file.

    Returns:
        A generator function from an uploaded file and the method shown, a key of `METHODS`, to values for `OUTPUTS`:
        the file as `web.downloads` describes it, and what to say meanwhile. It never raises.
    """

    def make_report(path: str | None, method: str) -> Iterator[list[str]]:
        yield from with_cards("report", _make_report(path, method, form, warmup), lambda card: ["", card])

    return make_report


def _make_report(path: str | None, method: str, form: Form, warmup: Warmup) -> Iterator[list[str]]:
    path, detector = require_upload(path), warmup.detector()
    file = yield from follow(
        lambda report: _write(path, method, form, detector, report),
        lambda share: ["", states.progress_bar("Writing the report", share)],
    )
    yield [file, ""]


def _write(path: str, method: str, form: Form, detector: Detector, report: Callable[[float], object]) -> str:
    made = build_report(
        path,
        methods=dict.fromkeys((*DEFAULT_METHODS, method)),
        detector=detector,
        report=lambda share: report(_FINDINGS_SHARE * share),
    )
    saw(made.inspection)
    name, data = report_file(made, form)
    return download(name, f"data:{MIME_TYPES[form]};base64,{base64.b64encode(data).decode('ascii')}")
