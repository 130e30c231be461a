"""How rows get a form that is read, in a sentence for the command line and the two faces."""

from __future__ import annotations

from shlex import quote

from wizard.axolotl.forms.recast import LINES, recast_file


def way(path: str, kind: str) -> str:
    """What writes the rows of a file so; empty without a kind."""
    if not kind:
        return ""
    what = "its rows" if kind == LINES else "such rows"
    return f"`memwizard data {typed(path)} --as {kind}` writes {what} into {recast_file(path, kind)}"


def typed(path: str) -> str:
    """A path as a shell takes it: no option, and what can't be shown of it spelled out (bash and zsh)."""
    path = f"./{path}" if path.startswith("-") else path
    if path.isprintable():
        return quote(path)
    letters = (_spelled(one) if not one.isprintable() else f"\\{one}" if one in "\\'" else one for one in path)
    return f"$'{''.join(letters)}'"


def _spelled(letter: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))
