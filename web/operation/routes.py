"""The addresses for whoever runs the page, and what stands before all addresses."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from web.operation import metrics
from web.operation.headers import SecurityHeaders
from web.operation.limits import Limits

_NOT_KEPT = {"Cache-Control": "no-store"}
# A proxy on this machine passes on requests of others; by these it can be told.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def build_app_options(
    health: Callable[[], dict[str, Any]], has_room: Callable[[int], bool], frame_ancestors: str, public_metrics: bool
) -> dict[str, Any]:
    """Builds what `launch` hands on to the web application below Gradio.

    Args:
        health: Says how the process is.
        has_room: Says whether so many more bytes of uploads may be kept.
        frame_ancestors: Who may show the page in a frame.
        public_metrics: Whether everybody may read the metrics, not this machine alone.

    Returns:
        Options of the application. Its routes come before Gradio's, which answers every address.
    """

    async def answer_health(request: Request) -> JSONResponse:
        found = health()
        return JSONResponse(found, 200 if found["status"] == "ready" else 503, _NOT_KEPT)

    async def answer_live(request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"}, headers=_NOT_KEPT)

    async def answer_metrics(request: Request) -> Response:
        if not public_metrics and not is_from_this_machine(request):
            return PlainTextResponse("Not Found", 404)
        return Response(generate_latest(metrics.REGISTRY), headers=_NOT_KEPT, media_type=CONTENT_TYPE_LATEST)

    return {
        "routes": [
            Route("/health", answer_health),
            Route("/health/live", answer_live),
            Route("/metrics", answer_metrics),
        ],
        "middleware": [
            Middleware(SecurityHeaders, frame_ancestors=frame_ancestors),
            Middleware(Limits, has_room=has_room),
        ],
    }


def is_from_this_machine(request: Request) -> bool:
    """Says whether a request was sent on this machine to this machine, and passed on by nobody."""
    host = request.headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in _THIS_MACHINE or any(header in request.headers for header in _FORWARDED):
        return False
    return request.client is not None and ip_address(request.client.host).is_loopback
