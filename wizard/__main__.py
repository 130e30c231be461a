"""Where `memwizard` and `python -m wizard` begin: before anything of weight is imported."""

from __future__ import annotations

import os
import signal
from types import FrameType


def main() -> object:
    """Run the command line; Ctrl+C while it is still being imported ends with a sentence, as it does later."""
    early = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else it is ignored, and stays so
    if early:
        signal.signal(signal.SIGINT, _stopped)
    from wizard.cli import main as run  # noqa: PLC0415

    if early:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run()


def _stopped(number: int, _: FrameType | None) -> None:
    """At once: what is half imported need not be tidied up, and no file can have been changed."""
    try:
        os.write(2, b"memwizard: stopped; no file was changed\n")
    finally:
        os._exit(128 + number)


if __name__ == "__main__":
    main()
