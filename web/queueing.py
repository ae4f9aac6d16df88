"""Which requests wait for each other."""

from __future__ import annotations

from typing import Any

ONE_AT_A_TIME: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 1}
"""Pages and endpoints share one place at the model: two runs at once would each take twice as long."""

_QUIETLY: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

ON_SERVER: dict[str, Any] = {**ONE_AT_A_TIME, **_QUIETLY}
"""For events of the pages: they show their own progress and are nobody else's."""

BESIDE_THE_MODEL: dict[str, Any] = {**_QUIETLY, "concurrency_id": "file", "concurrency_limit": 2}
"""For events of the pages that don't ask the network."""

AT_ONCE: dict[str, Any] = {**_QUIETLY, "queue": False}
"""For events that only tell the server something."""
