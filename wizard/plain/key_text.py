"""What is told of keys: those that are found, and one of them in full."""

from __future__ import annotations

from wizard.domain.errors import InputError
from wizard.domain.text import in_yaml, sentence
from wizard.knowledge.axolotl.versions import of_plan
from wizard.output.text.meaning import meaning_lines
from wizard.questions.every_key import KeyNow, every, found, one, shown
from wizard.session.every_key import source
from wizard.session.explained import explained
from wizard.session.state import State

_MOST = 12


def keys_lines(state: State, words: str) -> list[str]:
    """The keys that have these words; without any, those that are set."""
    rows = every(state.plan)
    hits = found(rows, words) if words.strip() else [row for row in rows if row.is_set and "." not in row.path]
    if not hits:
        return [f"No key has {words} in its name or meaning. set takes other keys too, with a warning."]
    shown_now = hits if not words.strip() else hits[:_MOST]
    lines = [_line(row, state) for row in shown_now]
    more = len(hits) - len(shown_now)
    return [*lines, f"{more} more; type more words to find fewer."] if more else lines


def explained_lines(state: State, word: str) -> list[str]:
    """What a word, a rule or a key means."""
    version = of_plan(state.plan)
    try:
        return meaning_lines(explained(word, version), version)
    except InputError as error:
        said = sentence(error)
        return [said[:1].upper() + said[1:]]


def _line(row: KeyNow, state: State) -> str:
    return f"{row.path}{_stands(row, state)}: {sentence(row.key.about) if row.key.about else _takes(row)}"


def _stands(row: KeyNow, state: State) -> str:
    if not row.is_set:
        return ""
    return f" is {shown(row.value)}, from {source(state, row.key.top)}"


def _takes(row: KeyNow) -> str:
    return "Axolotl has no such key." if row.free else f"takes {row.key.wanted()}."


def key_lines(state: State, path: str) -> list[str]:
    """What one key is, what it takes, and what stands there."""
    try:
        row = one(state.plan, path)
    except InputError as error:
        return [sentence(error)]
    key = row.key
    lines = [f"{path}{_stands(row, state) or ' is not set'}."]
    lines += [sentence(key.about)] if key.about else []
    lines.append(_takes(row) if row.free else f"It takes {key.wanted()}.")
    if key.default is not None:
        lines.append(f"Without it Axolotl takes {in_yaml(key.default)}.")
    if key.memory:
        lines.append("Memory depends on it." if key.path == key.top else f"Memory depends on keys of {key.top}.")
    if key.plugin is not None:
        lines.append(f"It counts only beside the plugin {key.plugin}, which comes with it.")
    return [*lines, f"set {path} and a value sets it, unset {path} takes it out."]
