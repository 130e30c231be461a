"""An estimate as text for a terminal."""

from __future__ import annotations

from wizard.axolotl.assumed import largest_assumption
from wizard.domain.estimate import COMPONENTS, PHASES
from wizard.domain.model import Model
from wizard.domain.text import joined
from wizard.domain.units import billions, gib, gib_number, size
from wizard.knowledge.axolotl.versions import of_plan
from wizard.memory.disk import disk
from wizard.output.text.sizes import size_notes
from wizard.review import Review

FIT_WORDS = {
    "fits": "fits",
    "tight": "tight: likely to fit, but not sure to",
    "over": "over: does not fit",
    "unknown": "unknown: no GPU is known",
}
_BAR = 40
_HOST = {
    "loading": "while the model loads",
    "offloaded": "for what is offloaded",
    "activations": "for offloaded activations",
    "paged": "for optimizer states, if the GPU runs full",
    "merge": "for `axolotl merge-lora` afterwards",
}


_HOST_WORDS = {"fits": "fits", "tight": "tight", "over": "over: does not fit", "unknown": "unknown"}


def _host_line(review: Review) -> str:
    """What a node needs and has, or how to say what it has."""
    estimate, machine = review.estimate, review.machine
    assert estimate is not None
    need = estimate.host_need
    said = f"host memory of each machine: likely {gib(need.likely)}, between {gib(need.low)} and {gib(need.high)}"
    if machine is None or machine.host_free_bytes is None:
        gpu = machine.name if machine is not None and machine.name else "rtx-4090"
        return f"{said} -> unknown how much there is; `--gpu {gpu}+64GiB` says it"
    return f"{said}; {gib(machine.host_free_bytes)} free -> {_HOST_WORDS[review.host_fit]}"


def disk_line(review: Review, model: Model, free: int | None = None) -> str:
    """What the output folder takes at its fullest, and what of it a checkpoint is; beside what is free there."""
    left = disk(review.plan, review.effective, model)
    merged = f"; merged afterwards {size(left.merged.likely)} more" if left.merged is not None else ""
    kept = f", of which {left.kept} stay" if left.kept else ", but none is written"
    most = f"likely {size(left.most.likely)}, between {size(left.most.low)} and {size(left.most.high)}"
    said = f"disk: {most}; each checkpoint {size(left.checkpoint.likely)}{kept}{merged}"
    return said if free is None else f"{said}; {size(free)} free -> {_HOST_WORDS[left.most.within(free)]}"


def assumed(fit: str, assumption: str) -> list[str]:
    """The line that says what a verdict of `over` rests on most, where it rests on something."""
    if fit != "over" or not assumption:
        return []
    return [f"that is if {assumption}: `memwizard data` tells how long yours are"]


def estimate_text(name: str, review: Review, free_disk: int | None = None) -> str:
    """The need by component and phase, the range with its causes, and the fit.

    `free_disk`: bytes where the output goes, None where that is not known.
    """
    estimate, model, machine = review.estimate, review.model, review.machine
    assert estimate is not None
    assert model is not None
    free = machine.free_bytes if machine else None
    each = f" on each of {review.effective.sharding.gpus} GPUs" if review.effective.sharding.gpus > 1 else ""
    lines = [
        f"{name}: {model.id}, {billions(model.parameters)} parameters, {estimate.trainable:,} of them trained,"
        f" Axolotl {of_plan(review.plan)}",
        f"needs {gib(estimate.device.likely)}{each}, between {gib(estimate.device.low)} and"
        f" {gib(estimate.device.high)}; worst at {estimate.worst_phase}",
    ]
    if machine is not None and machine.gpus:
        lines.append(f"{machine.title}: {gib(free)} free of {gib(machine.total_bytes)} -> {FIT_WORDS[review.fit]}")
        lines += size_notes(machine)
        lines += assumed(review.fit, largest_assumption(review.effective, estimate))
    else:
        lines.append(f"-> {FIT_WORDS['unknown']}; name one with --gpu")
    if model.stored_bytes is not None:
        lines.append(f"checkpoint: {gib(model.stored_bytes)} on disk")
    lines += ["", "at that moment (GiB)"]
    largest = max(estimate.components.values())
    for component in COMPONENTS:
        size = estimate.components[component]
        bar = "#" * round(_BAR * size / largest) if largest else ""
        lines.append(f"  {component:<12} {gib_number(size):>6}  {bar}".rstrip())
    lines += ["", "the phases, allocated by PyTorch (GiB)"]
    for phase in PHASES:
        if phase in estimate.phases:
            mark = "  <- worst" if phase == estimate.worst_phase else ""
            lines.append(f"  {phase:<12} {gib_number(estimate.phases[phase]):>6}{mark}")
    lines += ["", f"nvidia-smi may show {gib(estimate.nvidia_smi_bytes)}, PyTorch's cache included"]
    lines.append(_host_line(review))
    lines.append(disk_line(review, model, free_disk))
    lines += [f"host memory, {_HOST[name]}: {gib(size)}" for name, size in estimate.host.items()]
    lines += [
        f"range: {c.name} (-{gib_number(c.less)} +{gib_number(c.more)})" for c in estimate.causes if c.less + c.more
    ]
    lines += [f"learned: {estimate.learned}"] if estimate.learned else []
    lines += [f"assumed: {text}" for text in estimate.assumptions]
    lines += [f"warning: {text}" for text in estimate.warnings]
    return joined(lines)
