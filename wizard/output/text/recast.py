"""How pairs get the form that a kind of training reads, in a sentence for the command line and the two faces."""

from __future__ import annotations

from shlex import quote

from wizard.axolotl.forms.recast import recast_file


def way(path: str, kind: str) -> str:
    """What writes the rows of a file so; empty without a kind."""
    if not kind:
        return ""
    return f"`memwizard data {quote(path)} --as {kind}` writes such rows into {recast_file(path, kind)}"
