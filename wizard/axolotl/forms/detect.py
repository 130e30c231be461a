"""The one detector of forms: the columns of a file and some rows -> how they are read, or what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.axolotl import rewards
from wizard.axolotl.forms import pairs, pictures
from wizard.axolotl.forms.answer import Answer, Detected, Unsure, Unusable, entry
from wizard.axolotl.forms.columns import (
    DEFAULT_ROLES,
    Talk,
    fault,
    is_number,
    joint,
    nested,
    odd_cell,
    talk,
    talks,
    texts,
    unread,
    wrapped,
)
from wizard.axolotl.forms.recast import LINES, can_be
from wizard.domain.head import Head
from wizard.knowledge.axolotl.column_names import is_called, named

_TOKENS = ("input_ids", "attention_mask", "labels")
IMAGES: dict[str, object] = {
    "processor_type": "AutoProcessor", "skip_prepare_dataset": True, "remove_unused_columns": False,
    "sample_packing": False,
}  # fmt: skip
"""What rows with images ask of the plan (axolotl 0.19.0 to 0.21.0 examples, docs/multimodal.qmd)."""
_ASKS = "### Instruction:\n{instruction}\n\n"
_ANSWERS = "### Response:\n"
_ASKED = 32
"""Columns of text that are asked about at most: each may answer each other."""


def detect(head: Head, training: str = "supervised", template: str = "") -> Answer | None:
    """How a file is read. `training`: as `wizard.axolotl.dataset_types.reading` names it; `template`: the plan's.

    None where nothing is known: the file can't be read here, or a function of the person's own reads its rows.
    """
    if head.state in ("missing", "unread") or training == "own":
        return None
    if head.state != "table":
        return Unusable(head.why, head.line, LINES if head.anew else "")
    if (column := wrapped(head)) is not None:
        return Unusable(f"its rows stand in a list `{column}`: Axolotl reads a file that is that list alone")
    if training == "pretraining":
        return _pretraining(head)
    if training == "rewards":
        return _prompts(head)
    if training in pairs.BY_TRAINING:
        found = pairs.BY_TRAINING[training](head, template)
        return replace(found, recast=can_be(head, training)) if isinstance(found, Unusable) else found
    return _supervised(head)


def made_for(head: Head) -> str:
    """The kind of training that rows are made for: `dpo` where answers are compared, `kto` where judged, else `sft`."""
    if head.state != "table":
        return "sft"
    if {"chosen", "rejected"} <= set(head.columns):
        return "dpo"
    return "kto" if _marks(head) and isinstance(pairs.BY_TRAINING["kto"](head, ""), Detected) else "sft"


def _marks(head: Head) -> str | None:
    """The column that calls some of the answers bad."""
    return named("label", [one for one in head.columns if any(value is False for value in head.values(one))])


def settled(answer: Answer | None, old: Mapping[str, object], head: Head) -> Answer | None:
    """The answer where the entry holds the half of one: what the column that is learned is the answer to."""
    kind = old.get("type")
    if not isinstance(answer, Unsure) or not isinstance(kind, dict) or kind.get("field_instruction"):
        return answer
    learned = str(kind.get("field_output"))
    others = [column for column in texts(head) if column != learned]
    if learned not in head.columns or not others:
        return answer
    plain = replace(_plain(head, learned), label=f"nothing: {learned} is plain text")
    return Unsure(f"To what is {learned} the answer?", (*(_asked(head, one, learned) for one in others), plain))


def whole(asked: Unsure, head: Head) -> tuple[Detected, ...]:
    """Every entry that the answers to a question lead to, those to what is asked next included."""
    found: list[Detected] = []
    for one in asked.choices:
        then = settled(asked, one.entry, head)
        found += then.choices if isinstance(then, Unsure) and then is not asked else [one]
    return tuple({str(one.entry): one for one in found}.values())


def _supervised(head: Head) -> Answer:
    columns = set(head.columns)
    if "input_ids" in columns:
        absent = [one for one in _TOKENS if one not in columns]
        if absent:
            return Unusable(
                f"its rows are tokenized, but {' and '.join(absent)} are not there: Axolotl wants all three"
            )
        return Detected(entry(head, None), "tokenized", "its rows are tokenized already, so that they have no type")
    if _segmented(head):
        return Detected(entry(head, "input_output"), "input_output", "its `segments` say what is learned of each row")
    if "chosen" in columns and "rejected" in columns:
        return _compared(head)
    found = talks(head)
    if found:
        return _talk(head, found)
    inner = nested(head)
    if inner is not None:
        return Unusable(f"its messages stand in {inner}, and Axolotl reads columns alone: lift them out of the block")
    return _texts(head)


def _segmented(head: Head) -> bool:
    values = [one for cell in head.values("segments") if isinstance(cell, list) for one in cell]
    return bool(values) and all(isinstance(one, dict) and {"label", "text"} <= {*one} for one in values)


def _talk(head: Head, found: list[Talk]) -> Answer:
    called = [one for one in found if is_called("messages", one.column)]
    lists = [one for one in called or found if not one.single]
    if not lists or {one.column for one in found} >= {"prompt", "completion"}:
        return Unusable(f"its messages stand apart ({', '.join(one.column for one in found)}); "
                        "`chat_template` reads one column with a list of all")  # fmt: skip
    if len(lists) == 1:
        return chat(head, lists[0])
    answers = [chat(head, one) for one in lists]
    choices = tuple(replace(one, label=str(one.entry.get("field_messages", "messages")))
                    for one in answers if isinstance(one, Detected))  # fmt: skip
    return Unsure("Which column has the messages?", choices) if choices else answers[0]


def chat(head: Head, one: Talk) -> Answer:
    """A column of messages for `chat_template`."""
    if (stops := fault(head, one)) is not None:
        return Unusable(f"{stops}, and Axolotl stops there")
    if not one.answers and not one.strangers:
        return Unusable(f"in `{one.column}` no assistant speaks, so nothing would be learned")
    if not one.answers:
        return Unsure("Whose messages are learned?", tuple(_as_assistant(head, one, who) for who in one.strangers))
    made = entry(head, "chat_template", field_messages=None if one.column == "messages" else one.column,
                 message_property_mappings=one.mapping, message_field_training=one.training,
                 roles=one.roles(DEFAULT_ROLES))  # fmt: skip
    says = f"`{one.column}` holds messages with {one.role} and {one.content}"
    if one.training is not None:
        says += f", and `{one.training}` tells which are learned"
    tools = named("tools", head.columns)
    if tools is not None and tools != "tools":
        says += f"; Axolotl reads tools from a column `tools`, so rename `{tools}`"
    lost = pictures.unheard(head)
    if not pictures.there(head, one):
        return Detected(made, "chat_template", says, unheard=lost)
    stops = pictures.fault(head, one)
    if stops is not None:
        question = f"Axolotl can't read the pictures of these rows: {stops}. What is learned of them?"
        return Unsure(question, (Detected(made, "the texts without the pictures", says),))
    told = f"{says}; {pictures.said(head, one)}"
    return Detected(made, "chat_template", told, dict(IMAGES), heard=one.sounds, unheard=lost)


def _as_assistant(head: Head, one: Talk, who: str) -> Detected:
    others = ["user", *(name for name in one.speakers if name not in (who, "user", "system"))]
    made = entry(head, "chat_template", field_messages=None if one.column == "messages" else one.column,
                 message_property_mappings=one.mapping,
                 roles={"user": others, "assistant": [who], "system": ["system"]})  # fmt: skip
    return Detected(made, who, f"what {who} says is learned")


def _texts(head: Head) -> Answer:
    found = _of_texts(head, texts(head))
    seen = named("images", head.columns)
    if seen is None or not head.values(seen) or not isinstance(found, Detected):
        return found
    question = f"Axolotl reads the pictures in `{seen}` beside messages alone; what is learned of these rows?"
    return Unsure(question, (replace(found, label=f"{found.label}, without the pictures"),))


def _of_texts(head: Head, there: list[str]) -> Answer:
    asked = named("asked", [one for one in head.columns if one in there or is_number(head, one)])
    answer = named("answer", [one for one in there if one != asked])
    if {"instruction", "output"} <= {*there}:
        return _alpaca(head, there)
    if asked is not None and answer is not None:
        return _judged(head, _asked(head, asked, answer))
    told = [one for one in there if not is_called("aside", one)]
    odd, more = odd_cell(head), unread(head)
    if odd is not None:
        return Unusable(f"{odd}, and Axolotl stops there")
    if more is not None and named("text", told) is None:
        return Unusable(f"{more}, and Axolotl reads columns of texts, or one with messages of role and content")
    told = told or there
    if not told:
        return Unusable(f"no column of it holds text: {', '.join(head.columns[:5])}")
    if len(told) == 1:
        return _alone(head, told[0])
    if len(told) > _ASKED:
        return Unusable(f"{len(told):,} columns of it hold text, too many to ask about: keep what is learned")
    return Unsure("Which column is learned?", tuple(_half(head, one, told) for one in reversed(told)))


def _compared(head: Head) -> Answer:
    """Pairs under supervised training: only the chosen answer is learned, or another kind of training is meant."""
    said, asked = talk(head, "chosen"), named("asked", texts(head))
    question = "These are compared answers, which `rl: dpo` trains on; what is learned of them here?"
    if said is not None and said.length > 1:
        made = chat(head, said)
        return Unsure(question, (replace(made, label="chosen alone"),)) if isinstance(made, Detected) else made
    if asked is None or said is not None:
        return Unusable("these are compared answers, which `rl: dpo` trains on")
    return Unsure(question, (replace(_asked(head, asked, "chosen"), label="chosen alone"),))


def _alpaca(head: Head, there: list[str]) -> Detected:
    if "system" in there:
        return Detected(entry(head, "alpaca_w_system"), "alpaca_w_system",
                        "it has system, instruction and output")  # fmt: skip
    return Detected(entry(head, "alpaca"), "alpaca", "it has instruction and output")


def _plain(head: Head, column: str) -> Detected:
    made = entry(head, "completion", field=None if column == "text" else column)
    lines = ", each line of it a row" if head.kind == "text" else ""
    return Detected(made, "completion", f"`{column}` is plain text{lines}")


def _alone(head: Head, column: str) -> Answer:
    """Asks where the one text is called a prompt: learned as plain text, a model learns to ask and not to answer."""
    made = _plain(head, column)
    if not is_called("asked", column):
        return made
    question = f"Nothing answers `{column}`; `rl: grpo` trains on prompts alone. What is learned of these rows?"
    return Unsure(question, (replace(made, label=f"{column} as plain text"),))


def _half(head: Head, learned: str, told: list[str]) -> Detected:
    """A column that is learned; where there are two, the other is what it answers."""
    others = [one for one in told if one != learned]
    if len(others) == 1:
        return _asked(head, others[0], learned)
    return Detected(entry(head, {"field_output": learned}), learned, f"`{learned}` is learned, and what it answers"
                    " is asked next")  # fmt: skip


def _judged(head: Head, made: Detected) -> Answer:
    """Asks where some of the answers are marked as bad: in supervised training they are learned like the others."""
    if _marks(head) is None:
        return made
    says = f"{made.says}; those that `{_marks(head)}` calls bad are learned too: `rl: kto` tells them apart"
    question = "These are judged answers, which `rl: kto` trains on; what is learned of them here?"
    return Unsure(question, (replace(made, says=says, label="every answer, bad ones too"),))


def _asked(head: Head, asked: str, answer: str) -> Detected:
    """Columns of the person's own: a block in place of a type's name, with the text around them."""
    rest = [one for one in texts(head) if one not in (asked, answer)]
    system, context = named("system", rest), named("context", rest)
    block: dict[str, object] = {"field_instruction": asked, "field_output": answer}
    if is_called("asked", asked) and (asked.casefold(), answer.casefold()) == ("prompt", "completion"):
        block |= dict.fromkeys(("format", "no_input_format"), "{instruction}" + joint(head, asked, answer))
    else:
        block["no_input_format"] = block["format"] = _ASKS + _ANSWERS
        if context is not None:
            block |= {"field_input": context, "format": f"{_ASKS}### Input:\n{{input}}\n\n{_ANSWERS}"}
    if system is not None:
        block |= {"field_system": system, "system_format": "{system}\n\n"}
    return Detected(entry(head, block), f"{answer}, answering {asked}", f"`{answer}` answers `{asked}`")


def _prompts(head: Head) -> Answer:
    """Rows that answers are written to: TRL takes them as they are, by their column `prompt`.

    trl 1.14.1 trainer/grpo_trainer.py.
    """
    if "prompt" in head.columns:
        says = "`prompt` holds what is asked"
        return Detected(entry(head, None), "prompts as they are", says, unread=tuple(rewards.unread(head)))
    has = ", ".join(head.columns[:5])
    return Unusable(f"rewards are for answers to the column `prompt`, and the rows have {has}: rename one")


def _pretraining(head: Head) -> Answer:
    there = texts(head)
    told = [one for one in there if is_called("text", one)] or [one for one in there if not is_called("aside", one)]
    if not told:
        return Unusable(f"no column of it holds text: {', '.join(head.columns[:5])}")
    made = tuple(_stream(head, one) for one in told)
    return made[0] if len(made) == 1 or told[0] == "text" else Unsure("Which column is learned?", made)


def _stream(head: Head, column: str) -> Detected:
    where = {"path": head.path} if not head.kind else {"path": head.kind, "data_files": head.path}
    made = {**where, "type": "pretrain", "text_column": column, "split": "train"}
    return Detected(made, column, f"`{column}` is plain text")
