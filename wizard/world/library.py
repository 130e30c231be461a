"""Which C library programs have here."""

from __future__ import annotations

import contextlib
import os
import sys


def glibc() -> bool:
    """Whether it is GNU's on Linux: only that one takes the settings of `knowledge.allocator.LIBRARY`."""
    with contextlib.suppress(AttributeError, ValueError, OSError):  # musl, macOS and Windows do not know the name
        return sys.platform == "linux" and (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    return False
