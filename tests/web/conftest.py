import pytest

from tests.web.serving import running_app


@pytest.fixture(scope="session")
def temporary(tmp_path_factory):
    """Folder of the running page, for uploads and its log."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def address(temporary):
    """Address of a running page."""
    with running_app(temporary=temporary) as address:
        yield address
