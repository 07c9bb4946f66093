"""Log lines in JSON, with the ids of what they are about and without secrets or content."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Tokens, signatures, and addresses that are capabilities.
SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xoxe\.[\w.-]+|xapp-[\w-]+|v0=[0-9a-f]{16,}|\bsk-[\w-]{8,}"
    r"|(?:Bearer|Basic) \S+|wss?://\S+|https?://hooks\.slack(?:-gov)?\.com/\S+"
    r"|https?://\S+/hooks/\S+|https?://files\.slack(?:-gov)?\.com/\S+|https?://\S+/upload/\S+"
    r"|(?<=://)[^/\s@]*:[^\s@]*@|(?i:(?:password|token|secret|api_key)=)[^\s&\"']+"
)


def configure(level: str) -> None:
    """Send every log line of the process to standard error, one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries log statements, bodies and addresses when they are allowed to speak.
    root.setLevel(max(logging.getLevelName(level), logging.WARNING))
    # Bolt warns of variables in the environment that we read ourselves.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)


def mask(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace whatever looks like a secret, in traces as well."""
    for key, value in event.items():
        event[key] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    """Return a value as it may be logged, with what it holds; what is no JSON becomes text."""
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            return SECRET.sub("***", value)
        case dict():
            return {_masked(key): _masked(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(inner) for inner in value]
    return SECRET.sub("***", str(value))
