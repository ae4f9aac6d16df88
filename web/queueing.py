"""Which requests wait for each other."""

from __future__ import annotations

from typing import Any

ONE_AT_A_TIME: dict[str, Any] = {"concurrency_id": "model", "concurrency_limit": 1}
"""Pages and endpoints share one place at the model: two runs at once would each take twice as long."""

ON_SERVER: dict[str, Any] = {**ONE_AT_A_TIME, "show_progress": "hidden", "api_visibility": "private"}
"""For events of the pages: they show their own progress and are nobody else's."""
