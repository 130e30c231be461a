"""Taking fixes, as changes of a conversation."""

from __future__ import annotations

from wizard.domain.finding import Finding
from wizard.session.conversation import Conversation
from wizard.session.fixes import next_fix, safe_fixes
from wizard.session.results import Changed, Fixed, Nothing


def fix(session: Conversation, wanted: Finding | None = None) -> Fixed | Nothing:
    """Take the fix of a finding where it has one, else the first one."""
    finding = wanted if wanted is not None and wanted.fix is not None else next_fix(session.review)
    if finding is None or finding.fix is None:
        doubtful = any(one.fix is not None for one in session.review.findings)
        return Nothing("only doubtful fixes" if doubtful else "no fix")
    says = f"{finding.code}: {finding.fix.says}"
    done = session.change(session.state.with_fields(finding.fix.changes), says)
    return Fixed(done, (finding.code,), finding.fix.says) if isinstance(done, Changed) else done


def fix_all(session: Conversation) -> Fixed | Nothing:
    """Take every safe fix, and those that follow from them."""
    state, codes = safe_fixes(session.state)
    if not codes:
        return Nothing("no safe fix")
    done = session.change(state, f"all safe fixes: {', '.join(codes)}")
    return Fixed(done, codes) if isinstance(done, Changed) else done
