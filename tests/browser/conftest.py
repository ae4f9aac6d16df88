import re

import pytest

from tests.browser.chromium import chromium, find_chromium, open_page
from tests.web.conftest import address, temporary  # noqa: F401 - the same server serves both folders


@pytest.fixture(scope="session")
def browser():
    if find_chromium() is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, address):  # noqa: F811
    page = open_page(browser, address)
    yield page
    page.close()


@pytest.fixture
def requests_seen(page):
    """Addresses that the page asks for from now on, without those that stay in the browser."""
    seen: list[str] = []
    page.on("request", lambda request: None if re.match("data:|blob:", request.url) else seen.append(request.url))
    return seen
