"""How conversations are marked: `chat_template`, `eot_tokens`, and the tokenizer's own end-of-sequence token.

Source: axolotl 0.19.0 prompt_strategies/chat_template.py:337-430, utils/chat_templates/base.py:28-110.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wizard.axolotl import templates
from wizard.axolotl.evaluation import test_data
from wizard.axolotl.images import with_images
from wizard.axolotl.preference import process_reward_model, reward_model, rl
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping, texts
from wizard.knowledge.axolotl.templates import DEFAULT, KnownTokenizer, Template, texts_of_templates, tokenizer

LISTS = ("datasets", "test_datasets")
"""The keys that list data."""


@dataclass(frozen=True, slots=True)
class Turns:
    """One data set whose turns a template marks. `name`: the template's. `template`: its text, None where not known.

    `end`: what it ends a turn with, None for the eos or where that is not known.
    """

    key: str
    place: int
    name: str
    template: Template | None
    end: str | None
    entry: Mapping[str, object]


def known(plan: Plan) -> KnownTokenizer | None:
    """The tokenizer, where the plan uses the base model's own and that is known."""
    if plan.get("tokenizer_config") or flag(plan.get("tokenizer_use_mistral_common")):
        return None
    return tokenizer(str(plan.get("base_model", "")))


def eos(plan: Plan) -> str | None:
    """The end-of-sequence token: `special_tokens.eos_token`, else the tokenizer's; None where that is not known."""
    written = mapping(plan, "special_tokens").get("eos_token")
    if written:
        return str(written)
    own = known(plan)
    return own.eos if own else None


def chat_template(plan: Plan) -> str | None:
    """The file's template as written, None where it is no text."""
    written = plan.get("chat_template")
    return written if isinstance(written, str) and written else None


def eot_tokens(plan: Plan) -> tuple[str, ...]:
    """The tokens that end a turn, as written."""
    return texts(plan.get("eot_tokens"))


def added(plan: Plan) -> frozenset[str]:
    """Tokens that the plan puts into the vocabulary."""
    overrides, special = mapping(plan, "added_tokens_overrides"), mapping(plan, "special_tokens")
    return frozenset(map(str, [*texts(plan.get("tokens")), *overrides.values(), *special.values()]))


def marked(plan: Plan) -> Iterator[Turns]:
    """The data whose turns Axolotl marks by a template, in supervised training on text."""
    if rl(plan) or reward_model(plan) or process_reward_model(plan) or with_images(plan):
        return
    own = known(plan)
    for key, listed in zip(LISTS, (plan.get("datasets"), test_data(plan)), strict=True):
        for place, entry in enumerate(listed if isinstance(listed, (list, tuple)) else ()):
            if not isinstance(entry, Mapping) or entry.get("type") != "chat_template":
                continue
            name, template = name_of(plan, entry), template_of(plan, entry)
            end = template.end if template else own.end if own and name == DEFAULT else None
            yield Turns(key, place, name, template, end, entry)


def tokens_of(plan: Plan, data: Turns) -> frozenset[str]:
    """The tokens that its template has; of one that stands in the file, those of `eot_tokens` that its text has."""
    if data.template is not None:
        return data.template.marks | ({data.end} if data.end else set())
    text = templates.text(data.entry if templates.names_one(data.entry) else plan.values) or ""
    return frozenset(token for token in eot_tokens(plan) if token in text)


def template_of(plan: Plan, entry: Mapping[str, object]) -> Template | None:
    """What is known of the template of an entry, None where that is nothing."""
    return texts_of_templates().get(name_of(plan, entry))


def name_of(plan: Plan, entry: Mapping[str, object]) -> str:
    """The name that counts: the data set's, else the file's, which Axolotl makes the tokenizer's own."""
    return next((name for name in (_named(entry), _named(plan.values)) if name and name != DEFAULT), DEFAULT)


def _named(written: Mapping[str, object]) -> str:
    name = written.get("chat_template")
    return str(name) if name else "jinja" if written.get("chat_template_jinja") else ""


_ROLES = {
    "human": "user",
    "user": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "system": "system",
    "tool": "tool",
}


def roles_to_train(plan: Plan, data: Turns) -> list[str] | None:
    """The roles whose turns alone are trained; None where none is written, or something else decides too."""
    written = data.entry.get("roles_to_train")
    others = ("message_field_training", "message_field_training_detail")
    all_ends = "all" in (data.entry.get("train_on_eos"), data.entry.get("train_on_eot"))
    if not isinstance(written, list) or flag(plan.get("train_on_inputs")) or all_ends:
        return None
    return None if any(data.entry.get(key) for key in others) else [str(one) for one in written]


def known_roles(data: Turns) -> Mapping[str, str]:
    """What the roles of the rows are called in the template, by their names in the rows."""
    written = data.entry.get("roles")
    if not isinstance(written, Mapping) or not written:
        return _ROLES
    return {source: str(role) for role, sources in written.items() for source in texts(sources)}


def roles_in(data: Turns, head: Head) -> frozenset[str]:
    """The roles of the turns in the rows that were read."""
    mapped = data.entry.get("message_property_mappings")
    column = str(data.entry.get("field_messages") or "messages")
    key = str(
        (mapped.get("role") if isinstance(mapped, Mapping) else None) or data.entry.get("message_field_role") or "role"
    )
    listed = (one for one in head.values(column) if isinstance(one, list))
    return frozenset(str(turn[key]) for turns in listed for turn in turns if isinstance(turn, Mapping) and key in turn)


def unmapped(data: Turns, head: Head | None) -> frozenset[str] | None:
    """Roles in the rows that are none of a template, neither as they are nor by `roles`; none where no row was read.

    None where no row has a role.
    """
    if head is None:
        return frozenset()
    there = roles_in(data, head)
    renamed = known_roles(data)
    known = {*_ROLES.values(), "developer", "ipython"}
    return frozenset(one for one in there if renamed.get(one, one) not in known) if there else None
