"""From what was heard of logs to what is said of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from wizard.doctor.cause import cause_of
from wizard.doctor.diagnosis import CauseName, Diagnosis, Evidence
from wizard.doctor.first import first, leading, unhandled, weight
from wizard.doctor.forecast import beyond, forecast, states_of
from wizard.doctor.growth import growth
from wizard.doctor.heard import Death, Heard
from wizard.doctor.known import rules_that_know
from wizard.doctor.offers import offers
from wizard.doctor.patient import Patient
from wizard.doctor.stacks import reads_rows
from wizard.doctor.words import phase_words, short, step_of, why
from wizard.knowledge.deaths import cause_texts, death_named
from wizard.rules.registry import Rule

_MOST_FOLLOWERS, _MOST_RULES = 2, 2


def diagnoses(logs: Sequence[Heard], speaking: Collection[str] | None = None) -> tuple[Diagnosis, ...]:
    """What is said of each log, all of them seen together.

    `speaking`: codes of the rules that speak of the config; None where there is no config.
    """
    found = [(heard, first(heard, lambda death: bool(_rules(death, speaking)))) for heard in logs]
    leader = leading((place, death) for place, (_, death) in enumerate(found) if death is not None)
    told = [_of_one(heard, death, speaking) for heard, death in found]
    if leader is None:
        return tuple(told)
    return tuple(_after(one, told[leader]) if place != leader else one for place, one in enumerate(told))


def _of_one(heard: Heard, death: Death | None, speaking: Collection[str] | None) -> Diagnosis:
    if death is None:
        return _alive(heard)
    rules = _rules(death, speaking)
    row = death.kind == "exception" and death.phase == "data" and reads_rows(death.calls)
    cause = cause_of(death, heard, known=bool(rules) or row)
    told = why(death, heard, cause)
    if row:
        told += " A row of the data was being read: it has not what its `type` wants, or is broken."
    if rules:
        told += " " + _by_rules(rules, speaking)
    return Diagnosis(
        log=heard.log,
        cause=cause,
        died=True,
        why=told,
        phase=phase_words(death),
        rank=death.rank,
        step=step_of(death),
        steps=death.steps,
        death=death,
        evidence=_evidence(heard, death),
        advice=_advice(death, cause),
        codes=tuple(rule.code for rule in rules),
        config=heard.config,
    )


def with_config(one: Diagnosis, heard: Heard, patient: Patient) -> Diagnosis:
    """The same with what the config adds: whether all batches are alike, what was forecast, what would have helped."""
    cause, death = one.cause, one.death
    if death is None:
        return replace(one, config=patient.name)
    told = one.why
    if death.kind == "gpu" and one.after is None:
        cause = _cause_by_config(one, death, patient)
        if cause != one.cause:
            known = replace(heard, settings={**heard.settings, **_shape(patient)})
            told = why(death, known, cause)
    changed = replace(one, cause=cause, advice=_advice(death, cause), config=patient.name)
    told = " ".join([told, *forecast(changed, patient)])
    if patient.free is not None:
        patient = replace(patient, free=max(0, patient.free - beyond(changed, patient)))
    return replace(changed, why=told, offers=offers(changed, patient))


def _advice(death: Death, cause: CauseName) -> tuple[str, ...]:
    """What helps: of this very death, else of its cause."""
    row = death_named(death.name)
    return row.advice if row is not None and row.advice else cause_texts()[cause].advice


def _shape(patient: Patient) -> dict[str, str]:
    return {"micro_batch_size": str(patient.settings.micro_batch), "pad_to_sequence_len": str(patient.constant).lower()}


def _cause_by_config(one: Diagnosis, death: Death, patient: Patient) -> CauseName:
    """No row is longer where all are padded; and states that are small did not come in the way of the second step."""
    if one.cause == "longest_row" and patient.constant:
        return "too_big"
    states, second = states_of(patient), death.phase != "optimizer"
    if one.cause == "first_optimizer_step" and second and states is not None:
        asked = death.shortage.asked if death.shortage else None
        if states < (asked or 0):
            return "too_big" if patient.constant else "longest_row"
    return one.cause


def _alive(heard: Heard) -> Diagnosis:
    """Of a log without a death."""
    if heard.lines == 0:
        told = "The log is empty."
    elif heard.done is not None:
        told = "The training came to its end."
    else:
        told = (
            "The log ends without a word of a death: either it still runs, or it was killed (SIGKILL leaves no word; "
            "the exit code is 137 then, and `dmesg` tells of the OOM killer)."
        )
    last = (Evidence(heard.log, heard.lines, short(heard.last)),) if heard.last else ()
    return Diagnosis(
        heard.log, "unknown", False, told, step=heard.step, steps=heard.steps, evidence=last, config=heard.config
    )


def _rules(death: Death, speaking: Collection[str] | None) -> tuple[Rule, ...]:
    """The rules that know a death which is not of memory."""
    return rules_that_know(death.message, speaking or ()) if death.kind in ("exception", "broken") else ()


def _by_rules(rules: Sequence[Rule], speaking: Collection[str] | None) -> str:
    """Which rules know the text; without a config that is all, since other settings may lead to the same text."""
    one = rules[0]
    others = ", ".join(rule.code for rule in rules[1:4])
    if speaking is not None and one.code in speaking:
        return f"{one.code}{f' ({others} too)' if others else ''} finds it in the config: {one.summary}"
    also = f"; also {others}" if others else ""
    if speaking is not None:
        return f"A rule knows this text ({one.code}{also}), but finds nothing in the config."
    each = " or ".join(f"{rule.code} ({rule.summary.rstrip('.')})" for rule in rules[:_MOST_RULES])
    return f"One cause of this text is what {each} finds; with the config it can be told."


def _evidence(heard: Heard, death: Death) -> tuple[Evidence, ...]:
    """The line itself, the first and last measure of a growth, and who followed."""
    found = [Evidence(heard.log, death.line, short(death.text))]
    if death.kind == "exception" and not death.text.startswith("Traceback"):
        found += [Evidence(heard.log, death.line, short(one)) for one in death.message.splitlines()[1:4] if one.strip()]
    grown = growth(heard.samples, death.line) if death.kind == "gpu" else None
    for sample in grown or ():
        text = f"memory/max_active (GiB) {sample.active / 2**30:.2f} after step {sample.step}"
        found.append(Evidence(heard.log, sample.line, text))
    after = [one for one in unhandled(heard) if one.name and one.line > death.line and weight(one) > weight(death)]
    found += [Evidence(heard.log, one.line, "after it: " + short(one.text)) for one in after[:_MOST_FOLLOWERS]]
    return tuple(found)


def _after(one: Diagnosis, leader: Diagnosis) -> Diagnosis:
    """Of a log beside the one with the first death: what only followed has its cause."""
    if one.death is None or leader.death is None:
        return one
    rank = f", on rank {leader.rank}" if leader.rank is not None else ""
    where = f"{leader.log}:{leader.death.line}{rank}"
    if weight(one.death) > weight(leader.death):
        told = f"It followed: the first death is in {where}. {leader.why}"
        return replace(
            one, cause=leader.cause, why=told, advice=leader.advice, codes=leader.codes, after=leader.log,
            followed=True,
        )  # fmt: skip
    return replace(one, why=f"{one.why} The first death of all is in {where}.", after=leader.log)
