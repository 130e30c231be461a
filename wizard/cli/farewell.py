"""The last words of the wizard: what was written, what is kept, what to type next."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from wizard.cli.echo import echo, put
from wizard.cli.stopping import changes
from wizard.world.ledger import LEDGER

if TYPE_CHECKING:
    from wizard.cli.outside import RealOutside
    from wizard.review import Review


def what_became(outside: RealOutside, *, unwritten: bool) -> str:
    """What became of work that no file has; "" where there is none."""
    if not unwritten:
        return ""
    failed = outside.drafts.failed if outside.drafts is not None else "no draft is kept"
    return f"your work is lost: {failed}" if failed else "your work is kept; to go on with it: memwizard --resume"


def farewell(
    path: str | None, text: str | None, review: Review | None, *, kept: str, stopped: bool, in_ascii: bool
) -> None:
    """The last words: where the file is and what to type next."""
    from wizard.cli.needs import tell_needs
    from wizard.output.text.next_steps import commands, doubt, trial
    from wizard.world.there import installed_package

    def say(words: str) -> None:
        say_last(words, in_ascii)

    if path is None:
        others = changes() if stopped or LEDGER.written() else "no file was written"
        say(f"stopped; {others}" if stopped else others)
    elif path == "-":
        put(text or "")
    else:
        say(f"wrote {path}")
        if review is not None:
            with contextlib.suppress(OSError):  # the terminal may be gone
                tell_needs(review, in_ascii=in_ascii)
    if review is not None and doubt(review):
        say(doubt(review))
    if path not in (None, "-"):
        say("\n    ".join(["next:", *commands(path).splitlines()]))
        if review is not None:
            say(trial(path, review, axolotl=installed_package("axolotl") is not None))
    if kept:
        say(kept)


def say_last(words: str, in_ascii: bool) -> None:
    """Sentences on stderr, where there still is one."""
    from wizard.domain.ascii import as_ascii
    from wizard.domain.text import narrow

    with contextlib.suppress(OSError):  # the terminal may be gone
        echo(as_ascii(narrow(words)) if in_ascii else narrow(words), err=True)
