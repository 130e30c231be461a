"""What is lost of a person's own rows, said before the file is written."""

from __future__ import annotations

from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.session.ports import Data
from wizard.session.state import State


def caution(state: State, head: Head | None, data: Data) -> str:
    """In a sentence; empty where little is lost, and of rows that are not here. May take a second.

    `head`: that of the plan's first data file.
    """
    if head is None or not head.rows:
        return ""
    try:
        return data.caution(state.plan, state.machine, state.file)
    except InputError:
        return ""  # the findings say what is wrong with the file
