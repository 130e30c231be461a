"""What is asked of rows that are conversations, or questions and answers: the template, and what is learned of them."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl import turns
from wizard.axolotl.preference import reward_model, rl
from wizard.axolotl.template_choice import is_conversation, own_name, with_template
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.dataset_forms import form_of
from wizard.knowledge.axolotl.templates import DEFAULT, family_template
from wizard.questions.question import Choice, Option, Question, Situation
from wizard.questions.roles import WHOSE, whose

_ENDS = (
    ("of each answer that is learned", "turn", "So the model learns to stop where an answer ends."),
    ("of the last answer alone", "last", "The ends of earlier answers are read, not learned."),
    ("of every turn", "all", "The ends of questions are learned too."),
    ("none", "none", "The model does not learn to stop by itself."),
)


def _entries(plan: Plan) -> list[Mapping[str, object]]:
    found = plan.get("datasets")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _talks(plan: Plan) -> bool:
    return any(map(is_conversation, _entries(plan)))


def _templates(situation: Situation) -> tuple[Option, ...]:
    """The model's own, its family's, the most common, and the one that is named; nothing where no row is marked."""
    plan = situation.plan
    if not _talks(plan) or plan.get("chat_template_jinja"):
        return ()
    family = family_template(str(plan.get("base_model"))) or ""
    now = turns.chat_template(plan) or DEFAULT
    names = dict.fromkeys(filter(None, (own_name(plan), family, "chatml", DEFAULT, now)))
    return tuple(_template(plan, name, own_name(plan)) for name in names)


def _template(plan: Plan, name: str, suits: str) -> Option:
    own = turns.known(plan)
    changes = {"chat_template": REMOVE if name == DEFAULT else name, **with_template(plan, name)}
    if name == DEFAULT:
        about = "It is known to have none: Axolotl stops." if own is not None and own.end == "" else \
            "It comes with the model's tokenizer, and is how the model is asked later."  # fmt: skip
        return Option("the model's own", about, changes)
    suited = (
        "It is that of the model's family. " if name in (suits, family_template(str(plan.get("base_model")))) else ""
    )
    end = f"A turn ends with {_end(plan, changes)}." if _end(plan, changes) else "A turn ends with the eos token."
    return Option(name, f"{suited}{end} The model has to be asked with it later.", changes)


def _end(plan: Plan, changes: Mapping[str, object]) -> str:
    ends = turns.eot_tokens(plan.changed(changes))
    return ", ".join(ends)


def _template_now(situation: Situation) -> int | None:
    names = [option.changes["chat_template"] for option in _templates(situation)]
    now = turns.chat_template(situation.plan)
    wanted = REMOVE if now in (None, DEFAULT) else now
    return names.index(wanted) if wanted in names else None


def _learned(situation: Situation) -> tuple[Option, ...]:
    """Nothing where all of a row is learned anyway, or answers are compared."""
    plan = situation.plan
    kinds = {form.kind for one in _entries(plan) if (form := form_of(one)) is not None}
    if rl(plan) or reward_model(plan) or not kinds & {"messages", "instruction"}:
        return ()
    answers = "What is asked is read and not learned: what most people want."
    whole = "Questions are learned too: of use where there are few rows, or they are plain text."
    roles = [] if _whose_is_asked(situation) else _roles(plan)
    offered = [Option("the answers", answers, {"train_on_inputs": False} | (_bare_of_roles(plan) if roles else {})),
               Option("all of it", whole, {"train_on_inputs": True})]  # fmt: skip
    if roles:
        own = f"the turns of {', '.join(roles)}"
        offered.append(Option(own, "As `roles_to_train` names them.", {"train_on_inputs": False}))
    return tuple(offered)


def _learned_now(situation: Situation) -> int | None:
    if not _learned(situation):
        return None
    if flag(situation.plan.get("train_on_inputs")):
        return 1
    return 2 if _roles(situation.plan) and not _whose_is_asked(situation) else 0


def _whose_is_asked(situation: Situation) -> bool:
    """Whether the question behind this one names the roles."""
    return bool(whose(situation))


def _roles(plan: Plan) -> list[str]:
    """The roles that are named to be learned, where they are others than are learned anyway."""
    found = next((one["roles_to_train"] for one in _entries(plan) if one.get("roles_to_train")), None)
    roles = list(map(str, found)) if isinstance(found, list) else []
    return [] if roles == ["assistant"] else roles


def _bare_of_roles(plan: Plan) -> dict[str, object]:
    """The data without roles that are named to be learned; nothing where none is."""
    if not _roles(plan):
        return {}
    return {"datasets": [{str(key): value for key, value in one.items() if key != "roles_to_train"}
                         for one in _entries(plan)]}  # fmt: skip


def _ends(situation: Situation) -> tuple[Option, ...]:
    """Of conversations in supervised training, for all of them at once."""
    plan = situation.plan
    if rl(plan) or not any(one.get("type") == "chat_template" for one in _entries(plan)):
        return ()
    return tuple(Option(label, about, {"datasets": [_ending(one, value) for one in _entries(plan)]})
                 for label, value, about in _ENDS)  # fmt: skip


def _ending(entry: Mapping[str, object], value: str) -> dict[str, object]:
    made = {str(key): one for key, one in entry.items()}
    if made.get("type") == "chat_template":
        made.pop("train_on_eos", None)
        made |= {} if value == "turn" else {"train_on_eos": value}
    return made


def _ends_now(situation: Situation) -> int | None:
    values = {str(one.get("train_on_eos") or "turn") for one in _entries(situation.plan)
              if one.get("type") == "chat_template"}  # fmt: skip
    names = [value for _, value, _ in _ENDS]
    return names.index(next(iter(values))) if len(values) == 1 and values <= {*names} else None


CONVERSATIONS: tuple[Question, ...] = (
    Choice(
        "template", "Chat template", "chat_template",
        "Marks who speaks and where a turn ends. A model that was tuned to talk has its own; a base model has none.",
        _templates, _template_now,
    ),
    Choice(
        "learned", "What is learned of a row", "train_on_inputs",
        "What is learned counts in the loss; the rest is only read.", _learned, _learned_now,
    ),
    WHOSE,
    Choice(
        "ends", "Which ends of turns are learned", "datasets.train_on_eos",
        "The token behind an answer that tells the model to stop.", _ends, _ends_now,
    ),
)  # fmt: skip
