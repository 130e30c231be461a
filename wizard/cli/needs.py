"""What a written config needs before it runs, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.echo import echo
from wizard.domain.ascii import as_ascii

if TYPE_CHECKING:
    from wizard.review import Review


def tell_needs(review: Review, *, in_ascii: bool = False) -> None:
    """The checklist: what is missing, what is not known, what is there."""
    from wizard.cli.outside import RealHere
    from wizard.domain.text import narrow
    from wizard.output.text.checklist import checklist_lines, checklist_title
    from wizard.session.checklist import checked

    found = checked(review, RealHere())
    text = narrow("\n  ".join([checklist_title(found), *checklist_lines(found)]))
    echo(as_ascii(text) if in_ascii else text, err=True)
