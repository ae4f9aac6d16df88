import re

import pytest

from tests.browser.chromium import open_page


@pytest.fixture
def page(browser, address):
    page = open_page(browser, address)
    yield page
    page.close()


@pytest.fixture
def requests_seen(page):
    """Addresses that the page asks for from now on, without those that stay in the browser."""
    seen: list[str] = []
    page.on("request", lambda request: None if re.match("data:|blob:", request.url) else seen.append(request.url))
    return seen
