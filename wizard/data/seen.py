"""A row of data as the trainer sees it, by the entry that reads it: what is learned of it, and what is only read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wizard.axolotl.base import architecture
from wizard.axolotl.image_turns import learns_all
from wizard.axolotl.images import supervised, with_images
from wizard.axolotl.preference import reward_model, rl
from wizard.axolotl.turns import eos, eot_tokens
from wizard.data.mask import Learning, spans, whole_marks
from wizard.data.pieces import Kind, Piece, RowSeen, cut, joined
from wizard.data.rowtext import RowError, content_of, instruction_of, listed_of, text_of
from wizard.data.thread import PICTURE, thread
from wizard.domain.conversation import Render, TemplateRefused
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.knowledge.axolotl.dataset_forms import Form, form_of

Decode = Callable[[list[int]], str]


@dataclass(frozen=True, slots=True)
class Marking:
    """How conversations are marked: what renders a template, None where that is not known, and the keys of a message
    that it is given. `says`: which template it is, or why there is none.

    `marks`: tokens that are one, whatever letters are in them. `decode`: tells the text of tokens, None where there is
    no tokenizer. `eos`: the end-of-sequence token where the plan does not tell it.
    """

    render: Render | None = None
    keys: frozenset[str] = frozenset({"tool_calls", "name"})
    marks: frozenset[str] = frozenset()
    eos: str | None = None
    decode: Decode | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class _RowReader:
    entry: Mapping[str, object]
    plan: Plan
    marking: Marking
    form: Form | None = field(default=None)

    @property
    def end(self) -> Piece:
        """The token that ends a text."""
        return Piece(self.marking.eos or eos(self.plan) or "", "learned")

    @property
    def prompt(self) -> Kind:
        return "learned" if flag(self.plan.get("train_on_inputs")) else "read"


def seen(row: Mapping[str, object], entry: Mapping[str, object], plan: Plan, marking: Marking) -> RowSeen:
    """A row in its pieces; why not, where it can't be read or its form is not known."""
    reader = _RowReader(entry, plan, marking, form_of(entry))
    try:
        return _seen(row, reader)
    except (RowError, TemplateRefused) as error:
        return RowSeen(why=str(error))


def _seen(row: Mapping[str, object], reader: _RowReader) -> RowSeen:
    kind, form = reader.entry.get("type"), reader.form
    if "text_column" in reader.entry or kind == "pretrain":
        return RowSeen((Piece(text_of(row.get(str(reader.entry.get("text_column") or "text")), "text"), "learned"),))
    if "input_ids" in row and "labels" in row and not kind:
        return _tokens(row, reader)
    if plan_prefers(reader.plan):
        return _compared(row, reader)
    if form is None:
        return RowSeen(why=f"how rows of type {kind} look is not known to memwizard")
    absent = form.missing(row)
    if absent:
        raise RowError(f"the row has no {', '.join(absent)}, which {form.name} reads")
    if form.kind == "messages":
        return _conversation(row, reader)
    if form.kind == "text":
        return RowSeen(joined((Piece(text_of(row[form.needs["text"]], "text"), "learned"), reader.end)))
    if form.kind == "segments":
        return RowSeen(joined(Piece(text_of(one.get("text"), "text"), "learned" if one.get("label") else reader.prompt)
                              for one in listed_of(row["segments"], "segments")))  # fmt: skip
    asked, answer = instruction_of(row, form)
    return RowSeen(joined((Piece(asked, reader.prompt), Piece(answer, "learned"), reader.end)))


_MOST_TOKENS = 1 << 31
"""No vocabulary has as many: tokenizers count with 32 bits."""


def plan_prefers(plan: Plan) -> bool:
    """Whether it trains on answers that are compared."""
    return rl(plan) is not None or reward_model(plan)


def _tokens(row: Mapping[str, object], reader: _RowReader) -> RowSeen:
    ids, labels = row["input_ids"], row["labels"]
    if not (isinstance(ids, list) and isinstance(labels, list) and len(ids) == len(labels)):
        raise RowError("`input_ids` and `labels` are not two lists of one length")
    if not all(isinstance(one, int) and 0 <= one < _MOST_TOKENS for one in ids):
        raise RowError("`input_ids` holds what is no number of a token")
    decode = reader.marking.decode or (lambda some: "".join(f"{one} " for one in some))
    pieces: list[Piece] = []
    run: list[int] = []
    for place, token in enumerate(ids):
        run.append(token)
        last = place + 1 == len(ids)
        if last or (labels[place + 1] == -100) != (labels[place] == -100):
            pieces.append(Piece(decode(run), "read" if labels[place] == -100 else "learned"))
            run = []
    return RowSeen(joined(pieces), marked=reader.marking.decode is not None)


def _conversation(row: Mapping[str, object], reader: _RowReader) -> RowSeen:
    entry, marking = reader.entry, reader.marking
    said = thread(row, entry, marking.keys, media=with_images(reader.plan))
    asked = asked_of(entry, reader.plan, marking.eos)
    if marking.render is None:
        pieces = []
        for turn in said.turns:
            trained = turn.get("training", asked.inputs or turn.get("role") in asked.roles)
            pieces += [Piece(f"{turn.get('role')}: "), Piece(content_of(turn), "learned" if trained else "read"),
                       Piece("\n")]  # fmt: skip
        return RowSeen(joined(pieces[:-1]), marked=False)
    text, places = spans(said, marking.render, asked)
    if supervised(reader.plan) and asked.inputs:
        return RowSeen(cut(text, _but_images(text)))
    return RowSeen(cut(text, whole_marks(text, places, {*marking.marks, *asked.ends})))


def _but_images(text: str) -> list[tuple[int, int]]:
    """All of a text, its marks too, but the places of images: what the collator of images learns where nothing tells
    turns apart, or inputs are asked for (axolotl 0.19.0 to 0.21.0 processing_strategies.py, `process_labels`).
    """
    ends = [0]
    for one in re.finditer(re.escape(PICTURE), text):
        ends += [one.start(), one.end()]
    ends.append(len(text))
    return list(zip(ends[::2], ends[1::2], strict=True))


def asked_of(entry: Mapping[str, object], plan: Plan, end: str | None) -> Learning:
    """What an entry and its plan ask to be learned of a conversation. `end`: the eos where it is known otherwise."""
    roles = entry.get("roles_to_train", ["assistant"])
    named = entry.get("roles")
    known = {str(one): str(role) for role, sources in named.items() for one in sources or ()} \
        if isinstance(named, Mapping) else {"gpt": "assistant", "human": "user"}  # fmt: skip
    on_eos = entry.get("train_on_eos", "turn")
    on_end = entry.get("train_on_eot")
    found = end or eos(plan)
    written = eot_tokens(plan)
    return Learning(
        tuple(known.get(str(one), str(one)) for one in roles) if isinstance(roles, list) else (),
        flag(plan.get("train_on_inputs")) or learns_all(plan, architecture(plan, None)),
        _text(on_eos),
        _text(on_end if on_end is not None else on_eos),
        found,
        written or ((found,) if found else ()),
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _compared(row: Mapping[str, object], reader: _RowReader) -> RowSeen:
    """A prompt, and the answers to it; of KTO one, whose label says whether it is good."""
    entry, kind = reader.entry, reader.entry.get("type")
    block = kind if isinstance(kind, dict) else {}
    label = row.get(str(block.get("field_label") or "label"))
    if rl(reader.plan) == "kto" and isinstance(label, bool | int):
        asked = next((row[one] for one in (str(block.get("field_prompt")), "prompt", "question", "instruction")
                      if row.get(one) is not None), "")  # fmt: skip
        answer = row.get(str(block.get("field_completion") or "completion"))
        return RowSeen(joined((Piece(_said(asked) + "\n"), Piece(_said(answer), "learned" if label else "against"))),
                       marked=False)  # fmt: skip
    chosen, rejected = (row.get(str(entry.get(f"field_{one}") or one)) for one in ("chosen", "rejected"))
    if chosen is None or rejected is None:
        raise RowError("the row has no chosen and rejected answer")
    if _reads_conversations(reader) and not (isinstance(chosen, list) and isinstance(rejected, list)):
        raise RowError(f"{kind} reads lists of messages in chosen and rejected")
    column = next((one for one in (entry.get("field_messages"), "messages", "prompt", "question", "input",
                                   "instruction") if isinstance(one, str) and row.get(one)), None)  # fmt: skip
    asked = row[column] if column else chosen[:-1] if isinstance(chosen, list) else ""
    system = row.get("system")
    before = f"{system}\n" if isinstance(system, str) and system else ""
    answers = (one[-1:] if isinstance(one, list) else one for one in (chosen, rejected))
    good, bad = map(_said, answers)
    return RowSeen(joined((Piece(f"{before}{_said(asked)}\n"), Piece(good, "learned"), Piece("\n"),
                           Piece(bad, "against"))), marked=False)  # fmt: skip


def _reads_conversations(reader: _RowReader) -> bool:
    """Whether both answers have to be whole conversations.

    axolotl 0.21.0 prompt_strategies/orpo/chat_template.py, dpo/chat_template.py `argilla_chat`, dpo/chatml.py.
    """
    kind = str(reader.entry.get("type"))
    return kind.endswith(".argilla_chat") or (rl(reader.plan) == "orpo" and kind == "chat_template.argilla")


def _said(value: object) -> str:
    """The text of a column, or of its messages."""
    if isinstance(value, str):
        return value
    listed = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    return "\n".join(content_of(one) for one in listed if isinstance(one, dict))
