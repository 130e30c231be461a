"""What the wizard understands of a person's own file."""

from __future__ import annotations

from wizard.domain.plan import Plan, changes
from wizard.questions.steps import changed_fields
from wizard.session.ports import OwnFiles
from wizard.session.state import State


def asked(state: State) -> tuple[list[str], list[str]]:
    """The keys of the plan that the wizard asks about or changes with an answer, and all others."""
    known = changed_fields(state.situation)
    keys = list(state.plan)
    return [key for key in keys if key in known], [key for key in keys if key not in known]


def understood(state: State) -> str:
    """A sentence on it; empty where the wizard began with a preset."""
    if state.file is None:
        return ""
    ours, others = asked(state)
    named = f"{', '.join(others[:6])}{', …' if len(others) > 6 else ''}"
    many = f"other {len(others)} stay as they are" if len(others) > 1 else "other one stays as it is"
    stay = f" The {many} unless an answer or a fix changes {'them' if len(others) > 1 else 'it'}: {named}."
    kept = stay if others else ""
    return f"{state.file}: {len(ours)} of its {len(ours) + len(others)} keys can be changed here.{kept}"


def changed_meanwhile(path: str, opened: str | None, base: Plan, state: State, files: OwnFiles) -> str | None:
    """The person's own file with their changes on top of what somebody else wrote into it since it was opened.

    `opened`, `base`: its text then, and the plan it held. None where `path` is another file or nobody did.
    Raises InputError.
    """
    if state.file is None or path != state.file:
        return None
    now = files.read(path)
    return files.rewrite(now, changes(base, state.plan), path) if now is not None and now != opened else None


def said_of_it(path: str) -> str:
    """That somebody else wrote into it."""
    return f"{path} was changed by somebody since it was opened; your changes are put on top."
