"""The changes of a config that would have prevented a death, the best first."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.workers import loader_workers
from wizard.doctor.diagnosis import CauseName, Diagnosis, Remedy
from wizard.doctor.patient import Patient
from wizard.domain.estimate import Fit, Phase
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Change

_MOST = 8
_FITS: tuple[Fit, ...] = ("fits", "tight", "unknown", "over")
_BY_LADDER: tuple[CauseName, ...] = (
    "load", "too_big", "longest_row", "first_optimizer_step", "evaluation", "generation", "save", "leak",
)  # fmt: skip


def offers(one: Diagnosis, patient: Patient) -> tuple[Remedy, ...]:
    """What helps against this cause: changes made for it, then the single changes that save memory.

    Those after which the plan fits the GPU of the log go first, of these the safe ones, of these what saves most.
    """
    if one.cause == "not_memory":
        return _by_rules(one, patient)
    made = [offer for offer in _made_for(one, patient) if patient.runs(patient.plan.changed(offer.changes))]
    own = [_with_price(offer, patient) for offer in made]
    ladder = [_of_change(change, patient) for change in _suited(one, patient)] if one.cause in _BY_LADDER else []
    ladder.sort(key=lambda offer: (_FITS.index(offer.fit), offer.safety != "safe", -(offer.saves_bytes or 0)))
    known = [dict(offer.changes) for offer in own]
    found = [*own, *(offer for offer in ladder if dict(offer.changes) not in known)]
    if one.cause in ("load", "too_big", "longest_row", "first_optimizer_step", "leak"):
        found.sort(key=lambda offer: _FITS.index(offer.fit))  # stable: what is made for it stays before the others
    return tuple(found[:_MOST])


def _by_rules(one: Diagnosis, patient: Patient) -> tuple[Remedy, ...]:
    """The fixes of the findings of those rules that know the death."""
    found = [finding for finding in patient.findings if finding.code in one.codes and finding.fix is not None]
    return tuple(
        Remedy(dict(each.fix.changes), f"{each.code}: {each.fix.says}", each.fix.safety, each.fix.saves_bytes)
        for each in found[:_MOST]
        if each.fix is not None
    )


def _suited(one: Diagnosis, patient: Patient) -> Iterator[Change]:
    """Those of the ladder that make the phase smaller in which it died."""
    before = patient.estimate
    phase: dict[CauseName, Phase] = {"load": "load", "evaluation": "eval", "save": "save"}
    wanted = phase.get(one.cause)
    if before is None or wanted is None or wanted not in before.phases:
        yield from patient.changes
        return
    for change in patient.changes:
        if change.estimate.phases.get(wanted, 0) < before.phases[wanted]:
            yield change


def _of_change(change: Change, patient: Patient) -> Remedy:
    fit = change.estimate.fit(patient.free)
    return Remedy(change.changes, change.says, change.safety, change.saves_bytes, fit, change.gives_up)


def _with_price(offer: Remedy, patient: Patient) -> Remedy:
    """The offer with what it saves, where the estimate knows it."""
    then = patient.estimated(patient.plan.changed(offer.changes))
    if then is None or patient.estimate is None:
        return offer
    saves = patient.estimate.device.likely - then.device.likely
    return Remedy(
        offer.changes, offer.says, offer.safety, saves if saves > 0 else None, then.fit(patient.free), offer.gives_up
    )


def _made_for(one: Diagnosis, patient: Patient) -> Iterator[Remedy]:
    plan, settings = patient.plan, patient.settings
    if one.cause == "evaluation":
        if settings.eval_batch > 1:
            yield Remedy({"eval_batch_size": 1}, "evaluation row by row", "safe", gives_up="some speed of evaluation")
        for key in ("do_causal_lm_eval", "eval_table_size"):
            if plan.get(key):
                yield Remedy({key: REMOVE}, f"no `{key}`: predictions are not kept", "safe", gives_up="these metrics")
    if one.cause in ("longest_row", "fragmentation") and not settings.pads:
        says = "every row padded: buffers of one size, and the first step shows whether it fits"
        yield Remedy({"pad_to_sequence_len": True}, says, "safe", gives_up="speed, where rows are short")
    if one.cause == "save" and fsdp.has_block(plan) and settings.sharding.fsdp:
        block = fsdp.with_value(plan, "state_dict_type", "SHARDED_STATE_DICT")
        if block != fsdp.fsdp_config(plan):
            yield Remedy(
                {"fsdp_config": block}, "each GPU saves its shard", "safe", gives_up="one file: merge it later"
            )
    if one.cause == "generation":
        yield from _share_of_vllm(one, patient)
    if one.cause in ("disk", "save", "host_memory") and (one.cause != "host_memory" or one.phase == "save"):
        yield from _smaller_checkpoints(one, patient)
    if one.cause == "host_memory" and one.phase != "save":
        yield from _fewer_processes(patient)


def _share_of_vllm(one: Diagnosis, patient: Patient) -> Iterator[Remedy]:
    """vLLM gets more where its cache had no room, less where the training had none."""
    block = patient.plan.get("vllm")
    if not isinstance(block, dict) or one.death is None:
        return
    now = number(block.get("gpu_memory_utilization"), 0.9)
    then = round(min(0.95, now + 0.1) if one.death.kind == "generation" else max(0.1, now - 0.1), 2)
    if then != now:
        changed = {**block, "gpu_memory_utilization": then}
        yield Remedy({"vllm": changed}, f"vLLM's share of the GPU {now:g} → {then:g}", "safe")


def _smaller_checkpoints(one: Diagnosis, patient: Patient) -> Iterator[Remedy]:
    plan = patient.plan
    if one.cause == "disk" and number(plan.get("save_total_limit"), 0) != 1:
        yield Remedy({"save_total_limit": 1}, "only the last checkpoint stays", "safe", gives_up="older checkpoints")
    if not plan.get("save_only_model"):
        says = "checkpoints without the optimizer's states"
        yield Remedy({"save_only_model": True}, says, "unsafe", gives_up="going on from a checkpoint as if nothing was")


def _fewer_processes(patient: Patient) -> Iterator[Remedy]:
    plan = patient.plan
    if number(plan.get("dataset_num_proc"), 2) > 1:
        says = "rows prepared by one process, which holds one copy"
        yield Remedy({"dataset_num_proc": 1}, says, "safe", gives_up="speed of the preparation")
    if loader_workers(plan, 1) > 1:
        yield Remedy({"dataloader_num_workers": 1}, "one worker of the data loader", "safe", gives_up="some speed")
    if number(plan.get("dataloader_prefetch_factor"), 2) > 2:
        yield Remedy({"dataloader_prefetch_factor": 2}, "fewer batches fetched ahead", "safe", gives_up="some speed")
    if patient.settings.offload_activations and not patient.settings.offload_layers:
        says = "activations stay on the GPU"
        yield Remedy({"activation_offloading": REMOVE}, says, "safe", gives_up="GPU memory")
