"""Structured logs: one JSON object a line in production, readable lines on a terminal."""

import contextlib
import io
import logging
import sys
from contextvars import ContextVar
from typing import Any, TextIO, cast

import structlog

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the HTTP request or job that is being served; stands in every log line."""


def _with_request_id(_logger: Any, _method: str, line: Any) -> Any:
    current = request_id.get()
    if current is not None:
        line["request_id"] = current
    return line


class _MayBeFull(io.TextIOBase):
    """A stream that loses lines rather than failing whoever writes them: logs fill disks, too."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._to.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._to.flush()


def set_up(*, json_lines: bool, to: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Called once by the composition root."""
    # The pool tells of each connection that it cannot restore; the loops say it once (worker.py).
    logging.getLogger("asyncpg.pool").setLevel(logging.CRITICAL)
    renderer: Any = (
        structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            _with_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if json_lines else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _MayBeFull(to))),
        cache_logger_on_first_use=True,
    )
