"""Log lines of `key=value` pairs on standard output, without the secrets that addresses carry."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

# What a line may not show: guest tokens (43 letters of base64), keys of ours and of Stripe, and
# the part of an e-mail address that says who it is. Stripe's object names are no secrets.
_SECRETS: Final = (
    (re.compile(r"\b(sk|rk|whsec)_\w+"), r"\1_[hidden]"),
    (re.compile(r"(?i)\b(bearer|basic) \S+"), r"\1 [hidden]"),
    (re.compile(r"(?<![\w-])(?!(?:cs|pi|ch|re|evt|req|cus|seti)_)[\w-]{40,}"), "[hidden]"),
    (re.compile(r"[\w.!#%&'*+/^~-]+@(?=[\w-]+\.)"), "[hidden]@"),
)
_STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
}


def hide_secrets(text: str) -> str:
    """The text with everything hidden that would let its reader in or name a guest."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class KeyValueFormatter(logging.Formatter):
    """One event, one line: time, level, logger, message, then whatever `extra` gave."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record; a traceback follows on lines of its own."""
        pairs = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        } | {name: value for name, value in record.__dict__.items() if _is_extra(name, value)}
        line = " ".join(f"{name}={_quoted(value)}" for name, value in pairs.items())
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return hide_secrets(line)


def _is_extra(name: str, value: object) -> bool:
    # Django attaches the request object itself, whose repr is an address with a token in it.
    return name not in _STANDARD and isinstance(value, (str, int, float, bool))


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    if text and not re.search(r'[\s"=]', text):
        return text
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'


def logging_to_stdout(level: str) -> dict[str, Any]:
    """The LOGGING setting: one handler, one format, for every logger."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"pairs": {"()": KeyValueFormatter}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "pairs",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        # Django's own handlers would mail admins and print with another format.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
