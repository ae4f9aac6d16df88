"""The site: a folder a page, one for the endpoints, and what they share; `site.py` puts them together."""

import os

VERSION = "0.1.0"

# The page makes no request to another host. Must stand before the first import of Gradio.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
