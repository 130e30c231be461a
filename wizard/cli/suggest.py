"""What to begin with where a command line names no config, and maybe no model either."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from wizard.cli.echo import echo
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wizard.data.review import Dataset
    from wizard.domain.machine import Machine
    from wizard.domain.media import Media
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version
    from wizard.fit.recommend import Sought, Suggestion
    from wizard.knowledge.models.recommended import Kind

_ROWS = {"dpo": "compared answers, which DPO trains on", "kto": "judged answers, which KTO trains on"}
_SHARE = 0.99
"""Of the rows; longer ones are few, and cut or dropped."""


@dataclass(frozen=True)
class SearchStart:
    """A plan to search from, and what is looked for. `says`: what the data came to; empty without."""

    plan: Plan
    wish: Sought
    says: str = ""


@dataclass(frozen=True)
class Begun:
    """A plan that fits, its model, and what was taken and why."""

    plan: Plan
    model: Model
    says: str


def start(
    axolotl: Version,
    data: str | None,
    kind: Kind | None,
    length: int | None,
    methods: tuple[str, ...] = (),
    named: Mapping[str, object] | None = None,
    *,
    form: int | None = None,
    model: Model | None = None,
) -> SearchStart:
    """The plan of the preset for this kind with the data, whose rows tell kind and length where these are not named.

    `named`: fields that the person sets; where they name a kind of training, rows are read as that one does. `form`:
    which of the answers reads the rows, where they are asked about. `model`: the one that is named; where it does not
    take in what rows have beside texts, these alone are trained on.

    Raises InputError where the file can't be used.
    """
    from wizard.axolotl.template_choice import takes_in
    from wizard.cli.detected import fields_of, read_as
    from wizard.domain.plan import Plan
    from wizard.fit.recommend import TRIED, Sought, kind_of
    from wizard.knowledge.preference import batch

    trained, told = _named_kind(named or {}), ""
    if trained is None:
        trained, told = _trained(data) if data is not None else ({}, "")
    fields, heard, bare = {}, False, Plan(trained, axolotl=axolotl)
    if data is not None:
        answer = read_as(data, bare, form=form)
        fields, heard = fields_of(answer, data, bare, model), answer.heard and takes_in(answer, model)
    known = kind or ("sound" if heard else kind_of(Plan(fields, axolotl=axolotl)))
    plan = _plan_of(known, axolotl, trained, fields)
    if data is None or (length is not None and kind is not None):
        return SearchStart(plan, Sought(known, length or batch().usual, methods=methods or TRIED), told)
    looked = _look(plan)
    if kind is None and (found := _further(known, plan, looked, model)) != known:
        known, plan = found, _plan_of(found, axolotl, trained, fields)
    longest, says = (None, "") if length is not None else _longest(data, looked, known)
    says = "; ".join(part for part in (told, says) if part)
    return SearchStart(plan, Sought(known, length or longest or batch().usual, methods=methods or TRIED), says)


def _plan_of(kind: Kind, axolotl: Version, trained: dict[str, object], fields: Mapping[str, object]) -> Plan:
    from wizard.knowledge.models.recommended import start_of
    from wizard.world.presets import preset

    return _of_kind(preset(start_of(kind)).plan.for_axolotl(axolotl), trained).changed(fields)


def _further(kind: Kind, plan: Plan, looked: tuple[Dataset, ...], model: Model | None) -> Kind:
    """The kind by all rows that were looked at: the first of a file may be texts alone, and those behind not."""
    from wizard.axolotl.datasets import entries
    from wizard.axolotl.preference import rl

    talks = any(one.type == "chat_template" for one in entries(plan, "datasets"))
    seen = [one.media for one in looked if one.media is not None]
    if not talks or rl(plan) is not None or kind not in ("instruct", "vision"):
        return kind
    if any(one.sounds for one in seen) and (model is None or model.hears):
        return "sound"
    return "vision" if any(one.most for one in seen) and (model is None or model.multimodal) else kind


def _named_kind(named: Mapping[str, object]) -> dict[str, object] | None:
    """The fields of the kind of training that set fields name; None where they name none."""
    from wizard.axolotl.kinds import TELLING, kind_of
    from wizard.domain.plan import REMOVE, Plan
    from wizard.knowledge.kinds import kinds

    told = {key: value for key, value in named.items() if key in TELLING}
    if not told:
        return None
    given = {key: value for key, value in told.items() if value is not REMOVE}
    kind = kinds().get(kind_of(Plan(given)))
    return {**kind.sets, **kind.starts, **given} if kind is not None else given


def _trained(data: str) -> tuple[dict[str, object], str]:
    """The fields of the kind of training that a file's rows are made for, and that in words; none for the usual one."""
    from wizard.axolotl.forms.detect import made_for
    from wizard.knowledge.kinds import kinds
    from wizard.world.rowhead import head

    kind = kinds()[made_for(head(data))]
    says = f"{data} holds {_ROWS[kind.name]}" if kind.name in _ROWS else ""
    return {**kind.sets, **kind.starts} if says else {}, says


def _of_kind(plan: Plan, trained: dict[str, object]) -> Plan:
    """A plan as it is for this kind of training."""
    from wizard.axolotl.kinds import kind_of
    from wizard.domain.plan import Plan
    from wizard.fit.kind import kind_changes
    from wizard.knowledge.kinds import kinds

    kind = kinds().get(kind_of(Plan(trained))) if trained else None
    return plan.changed(kind_changes(kind, plan, None) if kind is not None else trained)


def _longest(data: str, looked: tuple[Dataset, ...], kind: Kind) -> tuple[int | None, str]:
    """The row that holds nearly all of a file's, as a power of two, and that in words; None where it can't be told.

    Sound is in it where the model is one that hears.
    """
    from wizard.knowledge.preference import batch

    found = [one.measured.likely.percentile(_SHARE) for one in looked if one.measured is not None]
    if not found:
        why = next((one.unknown or one.wrong for one in looked if one.unknown or one.wrong), None)
        return None, f"how long the rows of {data} are is not known: {why}" if why else ""
    media = [one.media for one in looked if one.media is not None]
    heard = max((one.longest_clip for one in media), default=0) if kind == "sound" else 0
    most = max(found) + heard
    length = batch().shortest
    while length < most:
        length *= 2
    sound = f", {heard} of them sound," if heard else ""
    says = f"{_SHARE:.0%} of the rows of {data} have {most:,} tokens{sound} at most"
    return length, says + _left_out(media, kind)


def _left_out(media: Sequence[Media], kind: Kind) -> str:
    """That there is sound in the rows which nobody hears, and why, or what is not known of the length; else empty."""
    from wizard.domain.references import HOW_SOUND_IS_READ

    if any(one.unheard for one in media):
        return f"; the sound in them is not read: {HOW_SOUND_IS_READ}"
    if kind in ("sound", "vision") and (unread := sum(one.unread for one in media)):
        return f", without {unread:,} of images or sound that were not looked at"
    return "; the sound in them is not heard" if kind != "sound" and any(one.sounds for one in media) else ""


def _look(plan: Plan) -> tuple[Dataset, ...]:
    from wizard.cli.datafiles import Looker

    return Looker(plan, None, None, 20_000, named=True, quiet=True, guessed=True).look()[0]


def paced(plan: Plan, data: str | None, machine: Machine | None) -> tuple[Plan, str]:
    """The plan with less accumulation where a file makes few steps, and that in words; as it is where nothing is known.

    One step in all teaches nothing, and evaluation is then at the end alone.
    """
    from wizard.axolotl.batch import accumulation
    from wizard.data.few_steps import FEW, with_more_steps

    if data is None:
        return plan, ""
    found = with_more_steps(plan, _look(plan), machine)
    now = accumulation(found)
    if found == plan:
        return plan, ""
    was = f"with {accumulation(plan)}, {data} makes fewer than {FEW} steps in all"
    return found, f"changed to accumulation {now}: {was}"


def begun(machine: Machine | None, begin: SearchStart, named: tuple[str, Model] | None, gpu: str = "") -> Begun:
    """The best plan for a model on a machine; where none is named, for the first that is suggested.

    `gpu`: the options that named the machine, for the command that a refusal ends in.

    Raises InputError where no GPU is known, or nothing fits.
    """
    if machine is None or machine.free_bytes is None:
        raise InputError("no GPU is known here: name one with --gpu, or a config to start from with --preset")
    return _of_model(machine, begin, *named, gpu) if named is not None else _of_any(machine, begin)


def _of_model(machine: Machine, begin: SearchStart, name: str, model: Model, gpu: str) -> Begun:
    from wizard.axolotl.template_choice import for_model
    from wizard.fit.adapt import adapt
    from wizard.fit.answer import answer
    from wizard.fit.recommend import result_folder
    from wizard.fit.search import usual
    from wizard.review import acceptance

    plan = adapt(for_model(begin.plan, name), model, machine)
    want = usual(model, begin.wish.methods, "quality", begin.wish.length)
    found = answer(plan, model, machine, want, acceptance)
    best = found.found or found.short
    if best is None:
        why = f"nothing fits: {name} on {machine.title} with rows of {want.length:,} tokens"
        ask = f"memwizard fit --model {shlex.quote(name)}{gpu} --length {want.length}"
        raise InputError(f"{why}; `{ask}` says what else would do")
    shorter = "" if found.found else f" (rows of {want.length:,} tokens do not fit)"
    folder = {"output_dir": result_folder(name, best.choice.method.name)}
    return Begun(
        best.plan.changed(folder), model, f"took {best.choice.says}: the best that fits {machine.title}{shorter}"
    )


def _of_any(machine: Machine, begin: SearchStart) -> Begun:
    from wizard.fit.recommend import suggested
    from wizard.review import acceptance

    found = suggested(begin.plan, machine, begin.wish, acceptance, 1)
    if not found:
        wish = begin.wish
        why = f"none of the models for this ({wish.kind}) fits {machine.title} with rows of {wish.length:,} tokens"
        raise InputError(f"{why}; name one with --model, or a preset with --preset")
    one = found[0]
    assert one.row is not None
    says = f"took {one.id}: {one.row.why} With {one.found.choice.says}: the best that fits {machine.title}"
    return Begun(one.plan, one.model, says)


def suggestions(machine: Machine | None, begin: SearchStart) -> tuple[Suggestion, ...]:
    """Three to five models for a machine. Raises InputError where none is known, or nothing fits."""
    from wizard.fit.recommend import suggested
    from wizard.review import acceptance

    if machine is None or machine.free_bytes is None:
        raise InputError("no GPU is known here: name one with --gpu, or a FILE or a --model to look at")
    return suggested(begin.plan, machine, begin.wish, acceptance)


def tell(says: str) -> None:
    """What was taken, on stderr, where there is something to say."""
    if says:
        echo(fill(says, 79, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False), err=True)
