import pytest

from tests.web.serving import running_app


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Address of a running page."""
    with running_app(temporary=tmp_path_factory.mktemp("app")) as address:
        yield address
