"""Bytes, counts and versions as people write them."""

from __future__ import annotations

GIB = 2**30
MIB = 2**20


def gib(count: int | None) -> str:
    """`"14.1 GiB"`, or `"unknown"`."""
    return "unknown" if count is None else f"{count / GIB:.1f} GiB"


def size(count: float) -> str:
    """What may be small: `"14.1 GiB"`, `"720 MiB"`, `"8.5 MiB"`."""
    if count >= GIB:
        return f"{count / GIB:.1f} GiB"
    return f"{count / MIB:.0f} MiB" if count >= 10 * MIB else f"{count / MIB:.1f} MiB"


def gib_number(count: int | None) -> str:
    """`"14.1"`, or `"?"`, for tight places."""
    return "?" if count is None else f"{count / GIB:.1f}"


def billions(count: int) -> str:
    """A parameter count as people write it: `"8.03B"`, `"494M"`."""
    return f"{count / 1e9:.2f}B" if count >= 1e9 else f"{count / 1e6:.0f}M"


def capability(version: tuple[int, int] | None) -> str | None:
    """A compute capability: `"8.9"`."""
    return None if version is None else f"{version[0]}.{version[1]}"
