"""Taking fixes, as changes of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.domain.finding import Finding
from wizard.questions.taking import taken
from wizard.review import Review, estimated
from wizard.session.conversation import Conversation
from wizard.session.data_caution import offered, take_more_steps
from wizard.session.fixes import next_fix, safe_fixes
from wizard.session.results import Changed, Fixed, Nothing
from wizard.session.state import State


def fix_meant(session: Conversation, wanted: Finding | None = None) -> Finding | None:
    """The finding whose fix would be taken: this one where it has a fix, else the first; None where there is none."""
    return wanted if wanted is not None and wanted.fix is not None else next_fix(session.review)


def outcome(session: Conversation, finding: Finding) -> tuple[Mapping[str, object], Review]:
    """The fields that the fix of a finding comes to, those that move along included, and the review after it."""
    assert finding.fix is not None
    comes = taken(finding.fix.changes, session.situation, session.review.findings)
    after = _with_its_model(session, session.state.with_fields(comes.changes))
    return comes.changes, estimated(after.plan, after.model, after.machine)


def fix(session: Conversation, wanted: Finding | None = None) -> Fixed | Nothing:
    """Take the fix of a finding where it has one, else the first one, else what makes more steps of the rows.

    Whether it is a safe one is not asked here.
    """
    finding = fix_meant(session, wanted)
    if finding is None or finding.fix is None:
        if (more := offered(session)) is not None:
            done = take_more_steps(session, more)
            return Fixed(done, (), more.says) if isinstance(done, Changed) else done
        doubtful = any(one.fix is not None for one in session.review.findings)
        return Nothing("only doubtful fixes" if doubtful else "no fix")
    says = f"{finding.code}: {finding.fix.says}"
    comes = taken(finding.fix.changes, session.situation, session.review.findings)
    after = _with_its_model(session, session.state.with_fields(comes.changes))
    done = session.change(after, says)
    return Fixed(done, (finding.code,), finding.fix.says) if isinstance(done, Changed) else done


def _with_its_model(session: Conversation, state: State) -> State:
    """The state with the model that its file now names, where a fix named another."""
    named = state.plan.get("base_model")
    if named == session.state.plan.get("base_model") or not isinstance(named, str):
        return state
    model, note = session.outside.model(named)
    return replace(state, model=model, model_note=note)


def fix_all(session: Conversation) -> Fixed | Nothing:
    """Take every safe fix, and those that follow from them."""
    state, codes = safe_fixes(session.state)
    if not codes:
        return Nothing("no safe fix")
    done = session.change(_with_its_model(session, state), f"all safe fixes: {', '.join(codes)}")
    return Fixed(done, codes) if isinstance(done, Changed) else done
