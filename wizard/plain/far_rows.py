"""Rows of a data set that is named by its id on the hub, in plain lines."""

from __future__ import annotations

from wizard.plain.phrases import rows_lines
from wizard.session.conversation import Conversation
from wizard.session.data_remark import remark
from wizard.session.rows_seen import rows_seen


def far_rows(session: Conversation) -> list[str]:
    """What its rows are, or why they can't be told; nothing where the data is on this machine, or none is named."""
    entry = session.wanted_far()
    head = session.far.look(entry) if entry is not None else session.situation.head
    if head is None or not session.far.is_of(head):
        return []
    plan = session.state.plan
    said = remark(plan, head, session.state.model)
    rows = rows_seen(plan, head, session.outside, session.state.file)
    return [*([said.says] if said is not None else []), *rows_lines(rows)]
