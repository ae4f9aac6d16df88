"""The page and its endpoint: `python app.py` builds, wires and launches them."""

from __future__ import annotations

import argparse
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

from model.detector import DetectorError
from web.operation.configuration import Configuration, ConfigurationError, read_configuration
from web.operation.ending import heed_stop, leave
from web.operation.logs import start_logs
from web.operation.memory import give_memory_back
from web.operation.patience import PATIENCE
from web.operation.uploads_folder import UploadsFolder, UploadsFolderError


def build_parser() -> argparse.ArgumentParser:
    """Builds the command line's parser."""
    parser = argparse.ArgumentParser(
        prog="python app.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Starts the page: upload a photo, read for each face how likely it is fake and why.",
        epilog="Environment variables decide the rest, among them UNMASK_TIMEOUT, UNMASK_UPLOAD_SECONDS,\n"
        "UNMASK_LOG_FORMAT, UNMASK_METRICS, GRADIO_ROOT_PATH and GRADIO_TEMP_DIR; docs/operation.md explains all,\n"
        "and how to run the page for others: /health, /metrics, Docker, a reverse proxy.\n\n"
        "Example: python app.py --port 7861, then open http://127.0.0.1:7861",
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
        metavar="FILE",
        help="another detector.json than the shipped one (UNMASK_DETECTOR)",
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=None,
        help="also serve the endpoints to assistants as tools, by the Model Context Protocol (UNMASK_MCP=1)",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Starts the page and serves it until it is interrupted or asked to end.

    Args:
        arguments: Arguments without the program's name; the process' own if None.

    Returns:
        0 after that.

    Raises:
        SystemExit: With status 2 for wrong use, whether by arguments or by environment variables.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    heed_stop()
    try:
        configuration = read_configuration(os.environ, **vars(options))
        if configuration.mcp and importlib.util.find_spec("mcp") is None:
            parser.error("--mcp needs another package: pip install -r requirements-mcp.txt")
        start_logs(configuration.log_format)
        uploads = UploadsFolder(configuration.temporary)
    except (ConfigurationError, UploadsFolderError) as error:
        parser.error(str(error))
    try:
        run(configuration, uploads)
    except DetectorError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"the page can't listen there; choose another --port or --host. {error}")
    except KeyboardInterrupt:
        pass
    finally:
        uploads.close()
    return 0


def run(configuration: Configuration, uploads: UploadsFolder) -> None:
    """Builds the site and serves it.

    Args:
        configuration: How.
        uploads: Where files of visitors lie.

    Raises:
        DetectorError: If the detector's description can't be read.
        OSError: If nobody can listen at this host and port.
        KeyboardInterrupt: When the process is to end.
    """
    PATIENCE.seconds = configuration.timeout
    give_memory_back()
    uploads.take()
    from web.warmup import Warmup

    warmup = Warmup(configuration.detector)
    # Here, not above: wrong use must not wait for Gradio, and Gradio must find the folder.
    from explain.methods import METHODS
    from web.examples import example_photos, thumbnail_style
    from web.one_photo.script import build_script
    from web.operation.serving import serve
    from web.site import build_site
    from web.theme import HEAD_STYLE, STYLE_SHEETS, build_theme, method_style

    serve(
        build_site(warmup, configuration.upload_seconds),
        configuration,
        warmup,
        uploads,
        theme=build_theme(),
        css=f"{thumbnail_style(example_photos())}\n{method_style(METHODS)}",
        head=HEAD_STYLE + build_script(),
        css_paths=STYLE_SHEETS,
        footer_links=["api", "gradio", "settings"],
    )


if __name__ == "__main__":
    leave(main())
