"""What a library logs while it serves: on stderr, a line each, for editors and agents keep it and nobody reads more."""

from __future__ import annotations

import logging

from wizard.domain.secrets import masked
from wizard.domain.text import plain


class OneLine(logging.Formatter):
    """The first line of the message and the error, on one line that steers no terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        error = record.exc_info[1] if record.exc_info else None
        why = f": {type(error).__name__}: {error}" if error is not None else ""
        return masked(plain(f"memwizard: {record.getMessage().partition(chr(10))[0]}{why}"))


def one_line_each(logger: str = "") -> None:
    """Let this logger, and those below it, warn on stderr in single lines; without a name all of them."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    handler.setLevel(logging.WARNING)
    found = logging.getLogger(logger)
    found.handlers, found.propagate = [handler], False
