"""The files of a conversation: the config, what starts it, and what differs from what."""

from __future__ import annotations

from wizard.domain.diff import unified
from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.domain.secrets import masked
from wizard.session.conversation import Conversation
from wizard.session.launching import start
from wizard.session.results import LaunchReady, Refused
from wizard.session.writing import Pending, WrittenFile, commit, prepare

Differences = list[tuple[str, str]]
"""A title and a unified difference each."""


def ready(session: Conversation) -> Pending | Refused:
    """The config, ready to be written to the target.

    Where the person's own file was changed meanwhile, the changes are put on top of that.
    """
    path = session.target
    try:
        text = session.file.on_top(path, session.state, session.review, session.outside)
        on_top = text is not None
        return prepare(path, text if text is not None else session.rendered(), session.outside, on_top=on_top)
    except InputError as error:
        return Refused(str(error))


def write(session: Conversation, pending: Pending) -> WrittenFile | Refused:
    """Write the config: the work is in a file then, and its draft is dropped."""
    done = write_beside(session, pending)
    if isinstance(done, WrittenFile):
        session.file = session.file.after(pending.path, pending.text, session.state)
        session.keeper.wrote(session.state)
    return done


def write_beside(session: Conversation, pending: Pending) -> WrittenFile | Refused:
    """Write another file: the draft stays."""
    try:
        return commit(pending, session.outside)
    except InputError as error:
        return Refused(str(error))


def launch_ready(session: Conversation, kind: str) -> LaunchReady | Refused:
    """What starts the run, ready to be written; what the config has to say for it is taken as a change."""
    try:
        begun = start(kind, session.review, session.target)
        pending = tuple(prepare(path, text, session.outside) for path, text in begun.texts.items())
    except InputError as error:
        return Refused(str(error))
    change = None
    if begun.changes:
        change = session.change(session.state.with_fields(begun.changes), f"to start with {kind}", {})
    return LaunchReady(pending, begun.command, change)


def shown_file(session: Conversation, plan: Plan | None = None) -> str:
    """The file as it would be written, secrets hidden; or in its place why it can't be had."""
    try:
        return masked(session.rendered(plan))
    except InputError as error:
        return f"# {error}\n"


def differences(session: Conversation) -> Differences:
    """Against the preset or the file as it was opened, against the start, and against the file on disk."""
    now, state, path = shown_file(session), session.state, session.target
    since = f"your file {state.file} as it was opened" if state.file else f"the preset {state.preset}"
    first = session.past[0].state.plan if session.past else state.plan
    found = [(f"against {name}", unified(shown_file(session, plan), now, path or "the file", name))
             for name, plan in ((since, state.origin), ("the plan at the start", first))]  # fmt: skip
    try:
        old = session.outside.read(path) if path not in ("", "-") else None
    except InputError as error:
        return [*found, (f"the file on disk can't be read: {error.message}", "")]
    on_disk = f"against the file on disk, {path}" if old is not None else f"there is no {path} yet"
    return [*found, (on_disk, unified(masked(old or ""), now, path))]
