"""What browsers are told about the pages: what these may load, who may frame them, what to keep."""

from __future__ import annotations

from typing import Any

# The page's scripts stand in the document, and Gradio makes functions of the `js=` of events, so both must be allowed.
# What is left is that nothing is loaded from, sent to or framed from anywhere else.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
_PERMISSIONS = (
    "camera=(self), clipboard-read=(self), clipboard-write=(self), fullscreen=(self), microphone=(), geolocation=(), "
    "payment=(), usb=(), serial=(), display-capture=()"
)
_FILES = "/gradio_api/file="


def security_headers(frame_ancestors: str) -> dict[str, str]:
    """Lists the headers that every answer carries.

    Args:
        frame_ancestors: Who may show the page in a frame, as the policy writes it.

    Returns:
        Values by header.
    """
    policy = {**_POLICY, "frame-ancestors": frame_ancestors}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Permissions-Policy": _PERMISSIONS,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


class SecurityHeaders:
    """Adds them to every answer.

    Args:
        app: What answers.
        frame_ancestors: As for `security_headers`.
    """

    def __init__(self, app: Any, frame_ancestors: str):
        self._app = app
        self._headers = [
            (name.lower().encode(), value.encode()) for name, value in security_headers(frame_ancestors).items()
        ]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Photos and what was made of them must not lie in the browser's cache either.
        private = scope["path"].startswith(_FILES)

        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                ours = [*self._headers, *([(b"cache-control", b"private, no-store")] if private else [])]
                names = {name for name, _ in ours}
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        await self._app(scope, receive, send_with_headers)
