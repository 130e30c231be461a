"""Rows that training by preference reads: a chosen and a rejected answer, or one answer with a mark."""

from __future__ import annotations

from collections.abc import Callable

from wizard.axolotl.forms.answer import Answer, Detected, Unusable, entry
from wizard.axolotl.forms.columns import PAIR_ROLES, Talk, is_text, talk, talks, texts
from wizard.domain.head import Head
from wizard.knowledge.axolotl.column_names import named, speaker

_CHATML = ("<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n", "{completion}<|im_end|>")
_LLAMA3 = ("<|start_header_id|>user<|end_header_id|>\n\n{prompt}<|eot_id|><|start_header_id|>assistant<|end_header_id|>"
           "\n\n", "{completion}<|eot_id|>")  # fmt: skip
_BY_PROMPT = {"prompt": "prompt_pairs", "question": "intel", "input": "icr"}
_MARKED = {"prompt": "prompt_pairs", "question": "intel", "instruction": "argilla"}
"""The transforms of `chatml` and `llama3` that read a prompt of this name (axolotl 0.19.0 to 0.21.0)."""


def read_pairs(head: Head, template: str) -> Answer:
    """`chat_template` wherever it does: its marks are the model's own."""
    chosen, rejected = named("chosen", head.columns), named("rejected", head.columns)
    if chosen is None or rejected is None:
        return _no_pair(head, "chosen and rejected")
    if named("asked", head.columns) is None and all(str(one).startswith("\n\nHuman:") for one in head.values(chosen)):
        return Unusable(f"`{chosen}` holds a whole conversation as one text: give what is asked a column of its own")
    said = talk(head, chosen)
    beside = [one for one in talks(head) if one.column not in (chosen, rejected)]
    asked = named("asked", [one for one in texts(head) if one not in (chosen, rejected)])
    if said is None and not is_text(head, chosen):
        return Unusable(f"`{chosen}` holds neither texts nor messages")
    if said is not None and _is_whole(said, head, beside):
        return _pair(head, "chat_template.argilla_chat", chosen, rejected,
                     f"`{chosen}` and `{rejected}` hold whole conversations")  # fmt: skip
    if beside:
        return _pair(head, "chat_template.default", chosen, rejected,
                     f"`{beside[0].column}` holds the messages that are answered", beside[0].column)  # fmt: skip
    if asked is None:
        return Unusable(f"no column holds the prompt that `{chosen}` and `{rejected}` answer")
    if (
        said is None
        and is_text(head, "system")
        and asked in _BY_PROMPT
        and (chosen, rejected) == ("chosen", "rejected")
    ):
        kind = f"{_family(template)}.{_BY_PROMPT[asked]}"
        return Detected(
            _typed_by_ending(entry(head, kind)), kind, f"`{asked}` and `system` are answered by `chosen` and `rejected`"
        )
    return _pair(head, "chat_template.default", chosen, rejected,
                 f"`{asked}` is answered by `{chosen}` and `{rejected}`", asked)  # fmt: skip


def _is_whole(said: Talk, head: Head, beside: list[Talk]) -> bool:
    """Whether the answers are whole conversations, which begin as they do without one that is answered beside them."""
    if said.single or said.length < 2:
        return False
    return not beside or _first(head, said) in ("user", "system")


def _first(head: Head, said: Talk) -> str | None:
    """Who speaks first."""
    first = next((one[0] for one in head.values(said.column) if isinstance(one, list) and one), None)
    return speaker(str(first.get(said.role))) if isinstance(first, dict) else None


def _pair(head: Head, kind: str, chosen: str, rejected: str, says: str, prompt: str | None = None) -> Answer:
    """Its messages have the usual keys and speakers: the schema of these entries drops what would name others."""
    for column in (prompt, chosen, rejected):
        said = talk(head, column) if column else None
        if said is not None and said.mapping is not None:
            return Unusable(f"the messages in `{column}` have {said.role} and {said.content}; of pairs Axolotl reads"
                            " role and content, and `message_property_mappings` is dropped")  # fmt: skip
        if said is not None and said.roles(PAIR_ROLES) is not None:
            return Unusable(f"in `{column}` speak {', '.join(said.speakers)}; of pairs Axolotl reads user, assistant,"
                            " system and tool, and `roles` is dropped")  # fmt: skip
    made = entry(
        head, kind,
        field_messages=None if prompt in (None, "messages") else prompt,
        field_chosen=None if chosen == "chosen" else chosen,
        field_rejected=None if rejected == "rejected" else rejected,
    )  # fmt: skip
    return Detected(_typed_by_ending(made), kind, says)


def _typed_by_ending(made: dict[str, object]) -> dict[str, object]:
    """Without `ds_type`, which the schemas of pairs drop (axolotl 0.19.0 to 0.21.0 DPODataset): the path tells it."""
    return {key: value for key, value in made.items() if key != "ds_type"}


def _kto(head: Head, template: str) -> Answer:
    """One answer a row, and whether it is good. The marks around it are ChatML's or Llama 3's: it has no others."""
    label = named("label", [one for one in head.columns if all(value in (True, False) for value in head.values(one))])
    if label is None:
        return _no_pair(head, "a completion and a `label` that is true or false")
    said = talk(head, "completion")
    if said is not None and (said.length < 2 or said.single):
        return Unusable("KTO reads whole conversations in `completion`, and in these the answer stands alone")
    if said is not None and label == "label" and said.mapping is None:
        kind = f"{_family(template)}.argilla_chat"
        return Detected(
            _typed_by_ending(entry(head, kind)), kind, "`completion` holds conversations, `label` says which are good"
        )
    asked = named("asked", texts(head))
    answer = named("answer", [one for one in texts(head) if one != asked])
    if asked is None or answer is None:
        return _no_pair(head, "a prompt and a completion of text")
    says = f"`{label}` says whether `{answer}` answers `{asked}` well"
    if answer == "completion" and label == "label" and asked in _MARKED:
        kind = f"{_family(template)}.{_MARKED[asked]}"
        return Detected(_typed_by_ending(entry(head, kind)), kind, says)
    before, after = _LLAMA3 if _family(template) == "llama3" else _CHATML
    block = {"field_prompt": asked, "field_completion": answer, "field_label": label,
             "prompt_format": before, "completion_format": after}  # fmt: skip
    return Detected(_typed_by_ending(entry(head, block)), f"{answer}, answering {asked}", says)


def _orpo(head: Head, template: str) -> Answer:
    """The one type that it has reads `chosen` and `rejected` as messages, and no other names."""
    said = talk(head, "chosen") if "chosen" in head.columns else None
    if "chosen" not in head.columns or "rejected" not in head.columns:
        return _no_pair(head, "chosen and rejected")
    if said is None or said.single or said.content != "content" or talk(head, "rejected") is None:
        return Unusable("ORPO reads `chosen` and `rejected` as lists of messages with role and content; these are not")
    if said.length % 2:
        return Unusable("ORPO reads an even number of messages in `chosen`, without one of the system")
    if "prompt" in head.columns and not is_text(head, "prompt"):
        return Unusable("ORPO reads `prompt` as a text where there is one; here it is not: take the column out")
    return Detected(entry(head, "chat_template.argilla"), "chat_template.argilla",
                    "`chosen` and `rejected` hold whole conversations")  # fmt: skip


def _reward(head: Head, template: str) -> Answer:
    """Texts alone, under these names: a row without `system` is an error."""
    absent = [one for one in ("system", "input", "chosen", "rejected") if one not in head.columns]
    if absent:
        return Unusable(f"a reward model reads the columns system, input, chosen and rejected; there is no "
                        f"{' and no '.join(absent)}")  # fmt: skip
    other = next((one for one in ("input", "chosen", "rejected") if not is_text(head, one)), None)
    if other is not None:
        return Unusable(f"a reward model reads texts in input, chosen and rejected; in `{other}` stands something else")
    kind = "bradley_terry.chat_template"
    return Detected(entry(head, kind), kind, "`input` is answered by `chosen` and `rejected`")


def _steps(head: Head, template: str) -> Answer:
    absent = [one for one in ("prompt", "completions", "labels") if one not in head.columns]
    if absent:
        return _no_pair(head, "prompt, completions and labels")
    return Detected(entry(head, "stepwise_supervised"), "stepwise_supervised", "`labels` marks each of `completions`")


def _family(template: str) -> str:
    return "llama3" if "llama3" in template or template.startswith("llama-3") else "chatml"


def _no_pair(head: Head, wanted: str) -> Unusable:
    return Unusable(f"this kind of training reads {wanted}; the columns are {', '.join(head.columns[:6])}")


def _whole_rows(reads: Callable[[Head, str], Answer], *parts: str) -> Callable[[Head, str], Answer]:
    """The same, where each row has something in the columns of these parts.

    axolotl 0.21.0 prompt_strategies/dpo/chat_template.py and orpo/ stop at one that has not, kto/chatml.py learns the
    word None (executed).
    """

    def answered(head: Head, template: str) -> Answer:
        found = reads(head, template)
        columns = [column for part in parts if (column := named(part, head.columns)) is not None]
        lacks = next(((number, one) for number, row in enumerate(head.rows, 1) for one in columns if not row.get(one)),
                     None)  # fmt: skip
        if lacks is None or not isinstance(found, Detected):
            return found
        return Unusable(f"row {lacks[0]} has nothing in `{lacks[1]}`: take such rows out")

    return answered


BY_TRAINING: dict[str, Callable[[Head, str], Answer]] = {
    "dpo": _whole_rows(read_pairs, "chosen", "rejected"), "orpo": _whole_rows(_orpo, "chosen", "rejected"),
    "kto": _whole_rows(_kto, "answer"), "reward": _reward, "steps": _steps,
}  # fmt: skip
