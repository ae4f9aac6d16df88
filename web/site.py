"""All pages and endpoints, put together."""

from __future__ import annotations

import gradio as gr

from web.about.page import build_about
from web.api.heatmap import build_heatmap
from web.api.inspect import build_inspect
from web.api.report import build_report_endpoint
from web.guess.page import build_guess
from web.lifetime import delete_cache, lifetime_words
from web.many_photos.page import build_many_photos
from web.one_photo.page import build_one_photo
from web.queueing import ONE_AT_A_TIME
from web.warmup import Warmup

TITLE = "Unmask"
_FIRST_PAGE = "One photo"


def build_site(warmup: Warmup, upload_seconds: float = 600) -> gr.Blocks:
    """Builds the pages and the endpoints.

    Args:
        warmup: Where the detector comes from; not started here.
        upload_seconds: Age at which uploads and files that endpoints hand out are deleted.

    Returns:
        The site, ready to be launched.
    """
    lifetime = lifetime_words(upload_seconds)
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=delete_cache(upload_seconds)) as site:
        gr.Navbar(main_page_name=_FIRST_PAGE)
        build_one_photo(warmup, lifetime)
        for name, endpoint in (
            ("inspect", build_inspect(warmup)),
            ("heatmap", build_heatmap(warmup)),
            ("report", build_report_endpoint(warmup)),
        ):
            gr.api(endpoint, api_name=name, **ONE_AT_A_TIME)
    for title, path, build in (
        ("Several photos", "several", lambda: build_many_photos(warmup, lifetime)),
        ("Guess first", "guess", lambda: build_guess(warmup)),
        ("About", "about", lambda: build_about(warmup.description, lifetime)),
    ):
        with site.route(title, path):
            gr.Navbar(main_page_name=_FIRST_PAGE)
            build()
    return site
