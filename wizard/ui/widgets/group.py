"""Groups of questions: a title drawn into a rule, then the questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from wizard.questions.question import Choice, Group, Question
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.entry_field import EntryField
from wizard.ui.widgets.heading import Heading

Field = ChoiceField | EntryField


class GroupTitle(Heading):
    """The title of a group; it is there while one of its questions is."""

    def __init__(self, title: str, fields: Sequence[Field]) -> None:
        super().__init__(title)
        self.fields = fields

    def settle(self) -> None:
        """Come and go with the questions; an empty line stands between those that are shown, but for two boxes."""
        shown = [one for one in self.fields if one.display]
        self.display = bool(shown)
        for one, following in pairwise((*shown, None)):
            assert one is not None
            apart = following is not None and any(isinstance(each, ChoiceField) for each in (one, following))
            one.set_class(apart, "-apart")


def field_of(question: Question) -> Field:
    """The widget of a question."""
    return ChoiceField(question) if isinstance(question, Choice) else EntryField(question)


def drawn(groups: Iterable[Group]) -> Iterator[GroupTitle | Field]:
    """The title and the questions of each group."""
    for group in groups:
        fields = [field_of(one) for one in group.questions]
        yield GroupTitle(group.title, fields)
        yield from fields
