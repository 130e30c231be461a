"""Whose turns of a conversation are learned: asked where others than the user and the assistant speak."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl.forms.columns import DEFAULT_ROLES, talk
from wizard.axolotl.preference import reward_model, rl
from wizard.domain.values import flag, texts
from wizard.questions.question import Choice, Option, Situation

_LEARNED = ["assistant"]
"""Axolotl's own where none is named (axolotl 0.19.0 to 0.21.0 prompt_strategies/chat_template.py)."""
_ABOUT = {"tool": "What tools answered is learned too, so that the model may make up answers of theirs: seldom wanted."}


def whose(situation: Situation) -> tuple[Option, ...]:
    """The assistant alone, with each of the others, with all of them; nothing where nobody else speaks."""
    others = _others(situation)
    if not others:
        return ()
    alone = Option("assistant", "Its turns alone, as most people want.", _trained(situation, _LEARNED))
    found = [
        Option(_names(["assistant", one]), _ABOUT.get(one, f"What {one} says is learned too."),
               _trained(situation, [*_LEARNED, one]))
        for one in others
    ]  # fmt: skip
    every, about = ["assistant", "user", *others], "Everything that is said, but for what system says."
    found.append(Option(_names(every), about, _trained(situation, every)))
    return (alone, *found)


def whose_now(situation: Situation) -> int | None:
    """The answer that the plan has; None for roles that are none of these."""
    if not whose(situation):
        return None
    named = _entry(situation).get("roles_to_train", _LEARNED)
    wanted = set(map(str, named)) if isinstance(named, list) else set()
    offered = [{"assistant", one} for one in _others(situation)]
    sets = [{"assistant"}, *offered, {"assistant", "user", *_others(situation)}]
    return sets.index(wanted) if wanted in sets else None


def _entry(situation: Situation) -> Mapping[str, object]:
    """The entry that the head is of."""
    listed, head = situation.plan.get("datasets"), situation.head
    first = listed[0] if isinstance(listed, list) and listed else None
    if not isinstance(first, Mapping) or head is None or head.path not in (first.get("path"), first.get("data_files")):
        return {}
    return first


def _others(situation: Situation) -> list[str]:
    """The roles of those who speak in the rows beside user, assistant and system, as Axolotl names them."""
    plan, head, entry = situation.plan, situation.head, _entry(situation)
    if entry.get("type") != "chat_template" or head is None:
        return []
    if rl(plan) or reward_model(plan) or flag(plan.get("train_on_inputs")):
        return []
    said = talk(head, str(entry.get("field_messages") or "messages"))
    roles = entry.get("roles")
    known: Mapping[str, str] = DEFAULT_ROLES
    if isinstance(roles, Mapping):
        known = {str(one): str(role) for role, sources in roles.items() for one in texts(sources)}
    spoken = dict.fromkeys(known.get(one, one) for one in said.speakers) if said is not None else {}
    return [one for one in spoken if one not in ("user", "assistant", "system")]


def _trained(situation: Situation, roles: list[str]) -> dict[str, object]:
    listed = situation.plan.get("datasets")
    assert isinstance(listed, list)
    made = {str(key): value for key, value in listed[0].items() if key != "roles_to_train"}
    return {"datasets": [{**made, **({} if roles == _LEARNED else {"roles_to_train": roles})}, *listed[1:]]}


def _names(roles: list[str]) -> str:
    return f"{', '.join(roles[:-1])} and {roles[-1]}"


WHOSE = Choice(
    "roles", "Whose turns are learned", "datasets.roles_to_train",
    "Whoever speaks beside the user and the assistant, such as tools, is read and not learned unless it is named here.",
    whose, whose_now,
)  # fmt: skip
