import pytest
from gradio_client import Client


@pytest.fixture(scope="package")
def client(address, tmp_path_factory):
    return Client(address, verbose=False, download_files=str(tmp_path_factory.mktemp("client")))


@pytest.fixture(scope="package")
def refusal(client):
    """What an endpoint answers when it refuses."""

    def ask(endpoint: str, **arguments) -> str:
        with pytest.raises(Exception) as caught:
            client.predict(api_name=endpoint, **arguments)
        return str(caught.value)

    return ask
