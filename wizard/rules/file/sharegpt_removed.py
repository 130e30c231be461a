"""MW808."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.rules.file._sharegpt import ChatEntry, as_chat, is_sharegpt
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("datasets", "test_datasets")


@rule(
    "MW808",
    "sharegpt-removed",
    "error",
    fix="unsafe",
    keys=_KEYS,
    quotes="`type: sharegpt.*` is deprecated",
)
def sharegpt_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset of a type that Axolotl no longer has.

    What it checks
        An entry of `datasets` or `test_datasets` whose `type` begins with "sharegpt".

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: sharegpt
                conversation: chatml

        Good:
            chat_template: chatml
            datasets:
              - path: data.jsonl
                type: chat_template
                field_messages: conversations
                message_property_mappings:
                  role: from
                  content: value

    Fix
        `type: chat_template`, with the names of the columns that the old loader read, and the chat template of the
        `conversation`. Not safe: prompts are written otherwise. Which template they should have is the person's to
        say where the old file named none, since it was FastChat's vicuna_v1.1 then, and is the tokenizer's own now.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:37 (executed); axolotl v0.5.0 before fd3b807
        prompt_strategies/sharegpt.py (read)
    """
    plan = subject.plan
    found = {key: [one for one in _entries(plan, key) if is_sharegpt(one)] for key in _KEYS}
    kinds = sorted({str(one["type"]) for old in found.values() for one in old if isinstance(one, dict)})
    if not kinds:
        return
    keys = [key for key in _KEYS if found[key]]
    message = f"{keys[0]}: type {', '.join(kinds)} was removed, Axolotl refuses the file; use type: chat_template"
    fix = _fix(plan, keys)
    if fix is None:
        message += f"; a person has to decide how its rows are read, since no mapping does what {kinds[0]} did"
    paths = [
        f"{key}[{place}].type" for key in keys for place, one in enumerate(_entries(plan, key)) if is_sharegpt(one)
    ]
    yield self.finding(message, *paths, plan=plan, fix=fix)


def _entries(plan: Plan, key: str) -> list[object]:
    entries = plan.get(key)
    return entries if isinstance(entries, list) else []


def _fix(plan: Plan, keys: Sequence[str]) -> Fix | None:
    """The entries as chat_template, with one template at the top where all named the same."""
    made: dict[str, list[object]] = {}
    chats: list[ChatEntry] = []
    for key in keys:
        made[key] = []
        for entry in _entries(plan, key):
            chat = as_chat(entry) if isinstance(entry, dict) and is_sharegpt(entry) else None
            if chat is None and is_sharegpt(entry):
                return None
            made[key].append(entry if chat is None else chat)
            chats += [chat] if chat is not None else []
    top = plan.get("chat_template")
    named = {chat.template for chat in chats if chat.template}
    one = next(iter(named)) if len(named) == 1 and all(chat.template for chat in chats) else None
    if top is None and one is not None:
        top = one
    changes: dict[str, object] = {"chat_template": top} if top is not None and top != plan.get("chat_template") else {}
    changes |= {key: [_placed(each, top) for each in entries] for key, entries in made.items()}
    decide = next((chat.decide for chat in chats if chat.decide), "")
    if not decide and top is None and not named:
        decide = "the old prompts were vicuna_v1.1's, which Axolotl has no chat template for"
    decide += ": which chat_template it should be (without one it is the tokenizer's own)" if decide else ""
    return Fix(changes, "unsafe", "type: chat_template with the columns that the old type read", decide=decide)


def _placed(each: object, top: object) -> object:
    """The entry, with the template of its own where the top has another."""
    if not isinstance(each, ChatEntry):
        return each
    own = {"chat_template": each.template} if each.template and each.template != top else {}
    return {**each.entry, **own}
