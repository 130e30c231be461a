"""The Axolotl that is installed where the person works; its metadata is looked at, nothing is imported or started."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from glob import escape, iglob

_METADATA = re.compile(r"axolotl-([^-]+)\.(dist|egg)-info", re.IGNORECASE)


def installed_axolotl(environment: Mapping[str, str] | None = None) -> str | None:
    """Its version, as "0.21.0"; None where there is none.

    The environment that is active (`VIRTUAL_ENV`) comes first: its `axolotl` is the one that is typed. Then the one
    that memwizard itself runs in.
    """
    for folder in _folders(os.environ if environment is None else environment):
        for path in iglob(os.path.join(escape(folder), "axolotl-*-info")):
            found = _METADATA.fullmatch(os.path.basename(path))
            if found:
                return found[1]
    return None


def installed(package: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The version of a package, by its name as pip lists it; looked for as `installed_axolotl` does."""
    name = re.sub(r"[-_.]+", "_", package).lower()
    for folder in _folders(os.environ if environment is None else environment):
        for path in iglob(os.path.join(escape(folder), "*-info")):
            head, _, tail = os.path.basename(path).rpartition(".")[0].rpartition("-")
            if re.sub(r"[-_.]+", "_", head).lower() == name and tail:
                return tail
    return None


def _folders(environment: Mapping[str, str]) -> Iterator[str]:
    """Where packages are installed."""
    active = environment.get("VIRTUAL_ENV", "").strip()
    if active and os.path.realpath(active) != os.path.realpath(sys.prefix):
        yield from iglob(os.path.join(escape(active), "lib", "python3*", "site-packages"))
        yield os.path.join(active, "Lib", "site-packages")
    yield from filter(None, sys.path)
