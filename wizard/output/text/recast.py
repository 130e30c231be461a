"""How rows get a form that is read, in a sentence for the command line and the two faces."""

from __future__ import annotations

from shlex import quote

from wizard.axolotl.forms.recast import LINES, recast_file


def way(path: str, kind: str) -> str:
    """What writes the rows of a file so; empty without a kind."""
    if not kind:
        return ""
    what = "its rows" if kind == LINES else "such rows"
    return f"`memwizard data {quote(path)} --as {kind}` writes {what} into {recast_file(path, kind)}"
