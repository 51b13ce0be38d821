"""Structured logs on stderr: one JSON object a line, or plain lines for a terminal.

Requests are logged by route, status and duration only: no address parameters, no form fields, no names.
"""

from __future__ import annotations

import logging
import sys
import time
import uuid

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

access_log = logging.getLogger("campaign.access")


def configure(*, as_json: bool) -> None:
    """Send the product's own log to stderr, once."""
    root = logging.getLogger()
    if any(getattr(handler, "is_ours", False) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.is_ours = True  # type: ignore[attr-defined]
    layout = "%(asctime)s %(levelname)s %(name)s %(message)s"
    handler.setFormatter(JsonFormatter(layout) if as_json else logging.Formatter(layout))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("campaign").setLevel(logging.INFO)


def register(app: Flask) -> None:
    """Give every request an id and one line when it ends."""

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex[:12]
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        access_log.info(
            "request",
            extra={
                "request": g.get("request_id"),
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            },
        )
        return response
