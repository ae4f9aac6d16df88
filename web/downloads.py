"""Files that the browser saves, so that none is left on the server."""

from __future__ import annotations

import json


def download(name: str, uri: str) -> str:
    """Describes a file for `unmask.download` in `one_photo/page.js`.

    Args:
        name: What the browser is to call it.
        uri: Its content as a data URI.

    Returns:
        JSON.
    """
    return json.dumps({"name": name, "uri": uri})
