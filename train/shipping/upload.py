"""Puts a prepared folder on the Hugging Face Hub, when the user asks for it in so many words."""

from __future__ import annotations

from train.shipping.repository import Prepared


class UploadError(RuntimeError):
    """An upload that can't be done; the message says what to do. It never holds the token."""


def require_access(repository: str | None) -> None:
    """Checks, without touching the network, that an upload has a place to go and somebody to answer for it.

    Args:
        repository: What should be OWNER/NAME.

    Raises:
        UploadError: If it is not, `huggingface_hub` is not installed, or nobody is logged in.
    """
    if not repository or repository.count("/") != 1:
        raise UploadError(f"--upload needs --repository OWNER/NAME. Received: {repository!r}")
    try:
        from huggingface_hub import get_token
        from huggingface_hub.errors import HFValidationError
        from huggingface_hub.utils import validate_repo_id
    except ImportError as error:
        raise UploadError("--upload needs the package huggingface_hub: pip install -r requirements-dev.txt") from error
    try:
        validate_repo_id(repository)
    except HFValidationError as error:
        raise UploadError(f"--repository: {error}") from error
    if not get_token():
        raise UploadError(
            "nobody is logged in to the Hugging Face Hub. Run `hf auth login` with a token that may write, or set "
            "HF_TOKEN, and try again. Without --upload the folder is only prepared"
        )


def upload(prepared: Prepared, repository: str, *, private: bool) -> str:
    """Uploads the files of a prepared folder in one commit.

    Args:
        prepared: The folder.
        repository: OWNER/NAME; made if it is not there.
        private: Whether a new repository can be seen by its owner only.

    Returns:
        Address of the commit.

    Raises:
        UploadError: If the Hub refuses or can't be reached.
    """
    from huggingface_hub import CommitOperationAdd, HfApi, get_token
    from huggingface_hub.errors import HTTPError

    token, api = get_token(), HfApi()
    # Only what was prepared: other files that lie in the folder are nobody else's business.
    additions = [CommitOperationAdd(name, prepared.folder / name) for name in prepared.files]
    try:
        api.create_repo(repository, private=private, exist_ok=True)
        return str(api.create_commit(repository, additions, commit_message="Add the detector").commit_url)
    except (HTTPError, OSError, ValueError) as error:
        # A server might echo anything.
        message = str(error).replace(token or "\0", "***")
        raise UploadError(f"{repository} was not uploaded: {message}") from None
