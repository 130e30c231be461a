"""The widget of a question."""

from __future__ import annotations

from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.entry_field import EntryField

Field = ChoiceField | EntryField
