"""The page and its endpoint: `python app.py` builds, wires and launches them."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from model.detector import DetectorError
from model.photo import MAX_BYTES


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Starts the page: upload a photo, read for each face how likely it is fake and why.",
        epilog="Example: python app.py --port 7861, then open http://127.0.0.1:7861",
    )
    parser.add_argument(
        "--host", metavar="NAME", help="address to listen at; 0.0.0.0 for all (GRADIO_SERVER_NAME, else 127.0.0.1)"
    )
    parser.add_argument(
        "--port", type=int, metavar="NUMBER", help="port (GRADIO_SERVER_PORT, else the first free from 7860)"
    )
    parser.add_argument(
        "--detector",
        type=Path,
        default=os.environ.get("UNMASK_DETECTOR") or None,
        metavar="FILE",
        help="another detector.json than the shipped one (UNMASK_DETECTOR)",
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=os.environ.get("UNMASK_MCP") == "1",
        help="also serve the endpoints to assistants as tools, by the Model Context Protocol (UNMASK_MCP=1)",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Starts the page and serves it until it is interrupted.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0 after an interruption, 2 for wrong use.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    from web.warmup import Warmup

    if options.mcp and importlib.util.find_spec("mcp") is None:
        parser.error("--mcp needs another package: pip install -r requirements-mcp.txt")
    try:
        warmup = Warmup(options.detector)
    except DetectorError as error:
        parser.error(str(error))
    # Here, not above: --help and wrong use must not wait for Gradio.
    from explain.methods import METHODS
    from web.examples import example_photos, thumbnail_style
    from web.one_photo.script import build_script
    from web.site import build_site
    from web.theme import HEAD_STYLE, STYLE_SHEETS, build_theme, method_style

    site = build_site(warmup).queue(max_size=24, default_concurrency_limit=4, api_open=False)
    try:
        site.launch(
            server_name=options.host,
            server_port=options.port,
            prevent_thread_lock=True,
            theme=build_theme(),
            css=f"{thumbnail_style(example_photos())}\n{method_style(METHODS)}",
            head=HEAD_STYLE + build_script(),
            css_paths=STYLE_SHEETS,
            max_file_size=MAX_BYTES,
            footer_links=["api", "gradio", "settings"],
            show_error=False,
            run_history=False,
            enable_monitoring=False,
            pwa=False,
            ssr_mode=False,
            mcp_server=options.mcp,
        )
        warmup.start()
        site.block_thread()
    except OSError as error:
        parser.error(f"the page can't listen there; choose another --port or --host. {error}")
    except KeyboardInterrupt:
        # Before the thread is blocked, which handles an interruption itself.
        site.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
