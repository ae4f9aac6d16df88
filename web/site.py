"""All pages and endpoints, put together."""

from __future__ import annotations

import gradio as gr

from web.api.inspect import build_inspect
from web.one_photo.page import build_one_photo
from web.queueing import ONE_AT_A_TIME
from web.warmup import Warmup

TITLE = "Unmask"


def build_site(warmup: Warmup) -> gr.Blocks:
    """Builds the pages and the endpoints.

    Args:
        warmup: Where the detector comes from; not started here.

    Returns:
        The site, ready to be queued and launched.
    """
    # Uploads are looked for every five minutes and deleted when ten minutes old.
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(300, 600)) as site:
        build_one_photo(warmup)
        gr.api(build_inspect(warmup), api_name="inspect", **ONE_AT_A_TIME)
    return site
