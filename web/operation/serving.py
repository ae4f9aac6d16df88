"""From the site to a server that listens, and back."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr
from gradio import processing_utils

from model.photo import MAX_BYTES
from web import VERSION
from web.lifetime import DELAY
from web.operation import metrics
from web.operation.configuration import Configuration
from web.operation.ending import GRACE, PATIENCE, end_within, wait_for_stop
from web.operation.health import build_health
from web.operation.logs import take_over_server_logs
from web.operation.routes import build_app_options
from web.operation.uploads_folder import UploadsFolder
from web.queueing import SESSIONS, open_queue
from web.warmup import Warmup

_logger = logging.getLogger(__name__)


def serve(
    site: gr.Blocks, configuration: Configuration, warmup: Warmup, uploads: UploadsFolder, **appearance: Any
) -> None:
    """Shows the site, loads the detector, and answers until the process is to end.

    Args:
        site: The pages and endpoints.
        configuration: How to run.
        warmup: Where the detector comes from.
        uploads: Where files of visitors lie.
        **appearance: More options of `launch`, about how the site looks.

    Raises:
        OSError: If nobody can listen at this host and port.
        KeyboardInterrupt: When the process is to end; nobody is listening any more then.
    """
    open_queue(site, configuration.queue)
    if not configuration.mcp:
        processing_utils.async_ssrf_protected_download = _fetch_nothing
    space = configuration.upload_space * 2**20
    metrics.describe(VERSION, warmup.version, lambda: len(site._queue))
    # Before visitors come: what lies there now belongs to the site.
    uploads.sweep_regularly((1 + DELAY) * configuration.upload_seconds)
    try:
        site.launch(
            server_name=configuration.host,
            server_port=configuration.port,
            root_path=configuration.root_path,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            num_workers=0,
            state_session_capacity=SESSIONS,
            max_file_size=MAX_BYTES,
            show_error=False,
            run_history=False,
            enable_monitoring=False,
            pwa=False,
            ssr_mode=False,
            mcp_server=configuration.mcp,
            app_kwargs=build_app_options(
                build_health(warmup),
                lambda more: uploads.size() + more <= space,
                configuration.frame_ancestors,
                configuration.metrics,
            ),
            **appearance,
        )
        take_over_server_logs()
        _logger.info("Listening", extra={"address": site.local_url})
        warmup.start()
        wait_for_stop()
    finally:
        _close(site)


def _close(site: gr.Blocks) -> None:
    if site.is_running:
        # Pages keep a connection open for as long as they are shown; nobody waits for these, nor hears that they end.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        site.server.config.timeout_graceful_shutdown = GRACE
        end_within(PATIENCE, lambda: site.close(verbose=False))
        _logger.info("Ended")


async def _fetch_nothing(url: str, cache_dir: str) -> str:
    """Stands in for Gradio's way to fetch pictures that a request names by their address."""
    raise gr.Error("Only uploaded files are read. Addresses are not fetched.", print_exception=False)
