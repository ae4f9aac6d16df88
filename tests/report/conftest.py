"""Reports by the shipped detector: of one face, of three, and of none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from model import Detector, load_detector
from report import Report, build_report
from tests.report.reading import Page
from tests.web import photos

MADE_AT = datetime(2026, 11, 21, 21, 20, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture(scope="session")
def detector() -> Detector:
    return load_detector()


@pytest.fixture(scope="session")
def make_report(detector: Detector) -> Callable[..., Report]:
    """`build_report` by the shipped detector at a fixed time."""
    return lambda source, **options: build_report(source, **{"detector": detector, "made_at": MADE_AT, **options})


@pytest.fixture(scope="session")
def one_face(make_report: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory) -> Report:
    return make_report(photos.one_face(tmp_path_factory.mktemp("one") / "photo.jpg"))


@pytest.fixture(scope="session")
def three_faces(make_report: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory) -> Report:
    return make_report(photos.three_faces(tmp_path_factory.mktemp("three") / "photo.jpg"))


@pytest.fixture(scope="session")
def no_face(make_report: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory) -> Report:
    return make_report(photos.no_face(tmp_path_factory.mktemp("none") / "photo.png"))


@pytest.fixture(scope="session")
def page(three_faces: Report) -> Page:
    """The page of the report with three faces."""
    return Page(three_faces.to_html())
