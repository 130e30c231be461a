"""An entry of `type: sharegpt` as one of `type: chat_template`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.domain.values import texts
from wizard.knowledge.axolotl.old_forms import ShareGpt, conversation_template, sharegpt

_ITS_OWN = ("conversation", "field_human", "field_model", "strict", "roles", "type", "field_messages")
"""Keys of an entry that the old type alone read, or reads otherwise."""


@dataclass(frozen=True, slots=True)
class ChatEntry:
    """The entry as it is now, and the chat template that its `conversation` named.

    `decide`: what is not known without the person.
    """

    entry: Mapping[str, object]
    template: str | None = None
    decide: str = ""


def is_sharegpt(entry: object) -> bool:
    """Whether an entry has the type that Axolotl refuses."""
    kind = entry.get("type") if isinstance(entry, dict) else None
    return isinstance(kind, str) and kind.startswith("sharegpt")


def as_chat(entry: Mapping[str, object]) -> ChatEntry | None:
    """The same rows read by `chat_template`; None where no mapping of columns does."""
    form = sharegpt(_loader(str(entry["type"])))
    if form is None:
        return None
    made: dict[str, object] = {}
    for key, value in entry.items():
        if key == "type":
            made |= _type_and_columns(entry, form)
        elif key not in _ITS_OWN:
            made[key] = value
    named = entry.get("conversation")
    template = conversation_template(named) if isinstance(named, str) else None
    decide = f"Axolotl has no chat template like conversation: {named}" if named and template is None else ""
    return ChatEntry(made, template, decide)


def _loader(kind: str) -> str:
    """The name of the loader: `sharegpt`, `sharegpt:chat` and `sharegpt_simple` had one and the same."""
    head, _, loader = kind.partition(".")
    return (loader or "load") if head.partition(":")[0] in ("sharegpt", "sharegpt_simple") else head


def _type_and_columns(entry: Mapping[str, object], form: ShareGpt) -> dict[str, object]:
    made: dict[str, object] = {
        "type": "chat_template",
        "field_messages": entry.get("field_messages") or form.messages,
        "message_property_mappings": {"role": form.role, "content": form.content},
    }
    user, assistant = entry.get("field_human") or form.user, entry.get("field_model") or form.assistant
    if user or assistant:
        made["roles"] = {"user": [user or "human"], "assistant": [assistant or "gpt"], "system": ["system"]}
    roles = entry.get("roles")
    learned = texts(roles.get("output")) if isinstance(roles, dict) else ()
    if learned:
        made["roles_to_train"] = ["assistant", *learned]
    return made
