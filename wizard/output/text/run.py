"""What is said of a run beside its log: before, in one line while it lasts, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.doctor.leakwatch import LeakSaid
from wizard.domain.estimate import Estimate, Phase, Range
from wizard.domain.receipt import PhasePeak, Receipt
from wizard.domain.units import GIB, MIB, gib, size
from wizard.knowledge.allocator import LIBRARY
from wizard.knowledge.process import LAUNCHER, PRODUCTS, TRACKER
from wizard.memory.disk import disk
from wizard.memory.processor import of_workers, on_cpu
from wizard.review import Review

_PHASES: dict[str, tuple[Phase, ...]] = {
    "load": ("load",), "step": ("forward", "backward", "optimizer"), "evaluation": ("eval",), "save": ("save",),
}  # fmt: skip
_VERDICTS = {"fits": "it fits", "tight": "it is likely to fit, but not sure to", "over": "it does not fit"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run is forecast to need. `estimate` is None where the model is not known, `total`: of a GPU. `host`: of
    host memory.
    """

    estimate: Estimate | None = None
    total: int | None = None
    host: Range | None = None

    def of(self, phase: str) -> int | None:
        """Bytes of a GPU that are likely held in a phase, what PyTorch keeps for later left aside."""
        one = self.estimate
        if one is None:
            return None
        found = [one.phases[name] for name in _PHASES.get(phase, ()) if name in one.phases]
        return max(found) + one.device.likely - one.allocated.likely if found else None


def needs(review: Review, *, launched: bool = True, threads: int = 1) -> list[str]:
    """What will be needed and what is free, as sentences. `launched`: by `accelerate launch`, which stays beside it.
    `threads`: of a process that computes on the CPU.
    """
    estimate, machine = review.estimate, review.machine
    if estimate is None:
        return ["what it needs is not known: the model is not"]
    if machine is not None and machine.without_gpu:
        return [_without_gpu(review, host_need(review, launched=launched, threads=threads))]
    need = estimate.device
    said = f"needs {gib(need.likely)} of GPU memory ({gib(need.low)} to {gib(need.high)})"
    if machine is None or machine.free_bytes is None:
        return [f"{said}; how much is free is not known"]
    lines = [
        f"{said}, most in {estimate.worst_phase}; {gib(machine.free_bytes)} of {gib(machine.total_bytes)} are free:"
        f" {_VERDICTS.get(review.fit, 'unknown')}"
    ]
    if estimate.learned:
        lines.append(estimate.learned)
    if machine.host_free_bytes is not None:
        host = estimate.host_need
        lines.append(
            f"needs {gib(host.likely)} of host memory ({gib(host.low)} to {gib(host.high)});"
            f" {gib(machine.host_free_bytes)} are free: {_VERDICTS.get(review.host_fit, 'unknown')}"
        )
    return lines


def host_need(review: Review, *, launched: bool = True, threads: int = 1) -> Range | None:
    """Bytes of host memory that a run needs on this machine: on the CPU, where it has no GPU, what launches it too, the
    buffers of each further thread, and the workers that read the data.
    """
    machine, estimate = review.machine, review.estimate
    if estimate is None or review.model is None:
        return None
    if machine is not None and machine.without_gpu:
        need, more = on_cpu(review.model, review.effective), TRACKER + (LAUNCHER if launched else 0)
        more += PRODUCTS * (threads - 1) + of_workers(review.plan, review.model, review.effective)
        return Range(need.low + more, need.likely + more, need.high + more)
    return estimate.host_need


def _without_gpu(review: Review, need: Range | None) -> str:
    free = review.machine.host_free_bytes if review.machine is not None else None
    if need is None:
        return "no GPU is seen here, and what it needs on the CPU is not known"
    span = f"{gib(need.low)} to {gib(need.high)}"
    said = f"no GPU is seen here: on the CPU it needs {gib(need.likely)} of host memory ({span})"
    if free is None:
        return f"{said}; how much is free is not known"
    return f"{said}; {gib(free)} are free: {_VERDICTS[need.within(free)]}"


def library_gives_back(added: Mapping[str, str]) -> str:
    """What is said where the C library is told to give back what is freed. `added`: the variables by which it is."""
    name, _ = LIBRARY
    settings = " and ".join(f"{each}={value}" for each, value in added.items())
    return (
        f"{settings} {'are' if len(added) > 1 else 'is'} set for the run: the C library gives back what is freed, and"
        f" holds up to a third less; a step on the CPU takes about 1.3 times as long (set {name} yourself to decide"
        " otherwise)"
    )


def library_keeps(chosen: str) -> str:
    """What is said where it is left as it comes, since a person has set a variable."""
    return (
        f"the C library is left as it is, since {chosen} is set: what is freed it may keep, up to a third more than"
        " the likely figure, within the range"
    )


def disk_need(review: Review, free: int | None) -> list[str]:
    """What its output folder takes at its fullest, beside what is free there, as sentences."""
    if review.model is None:
        return []
    left = disk(review.plan, review.effective, review.model)
    each = f"each checkpoint {size(left.checkpoint.likely)}"
    said = f"needs {size(left.most.likely)} of disk (up to {size(left.most.high)}; {each})"
    if free is None:
        return [said]
    return [f"{said}; {size(free)} are free: {_VERDICTS[left.most.within(free)]}"]


def status(
    phase: str, step: tuple[int | None, int | None], gpus: Mapping[int, int], host: int | None, expected: Expected
) -> str:
    """One line: where it is, what it holds now, and what was forecast of it."""
    at, of = step
    where = f"{phase} {at}/{of}" if at is not None and of is not None and phase == "step" else phase
    parts = [where, *_gpus(gpus, expected.of(phase), expected.total)]
    if host is not None:
        parts.append(f"host {gib(host)}")
    return "memwizard: " + " · ".join(parts)


def phase_line(one: PhasePeak, gpus: Mapping[int, int], expected: Expected) -> str:
    """One line for a phase that is over: the most that was held in it."""
    parts = [f"{one.name}: {_duration(one.seconds)}", *_gpus(gpus, expected.of(one.name), expected.total)]
    if one.host is not None:
        parts.append(f"host {gib(one.host)}")
    return "memwizard: " + " · ".join(parts)


def _gpus(gpus: Mapping[int, int], likely: int | None, total: int | None) -> list[str]:
    """Of eight GPUs or fewer each, of more the fullest and the emptiest."""
    if not gpus:
        return []
    rows = [f"GPU {index} {gib(held)}" for index, held in sorted(gpus.items())]
    if len(rows) > 8:
        rows = [f"{len(rows)} GPUs {gib(min(gpus.values()))} to {gib(max(gpus.values()))}"]
    told = [f"forecast {gib(likely)}"] if likely is not None else []
    told += [f"of {gib(total)}"] if total is not None else []
    rows[-1] += f" ({', '.join(told)})" if told else ""
    return rows


def _duration(seconds: float) -> str:
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 5400 else f"{whole / 3600:.1f} h"


def leaking(said: LeakSaid) -> str:
    """What grows, and which step will be the last."""
    one = said.leak
    what = "memory of the GPU" if said.where == "gpu" else "host memory"
    of = f" of {said.steps}" if said.steps is not None else ""
    grows = f"{what} grows by {_small(one.slope)} a step: it holds {gib(one.now)} of {gib(one.limit)}"
    if said.near:
        return f"{grows}, and the limit is near: step {one.last}{of} will likely be the last"
    return f"{grows}, and step {one.last}{of} will be the last (seen after step {said.step})"


def _small(count: float) -> str:
    return f"{count / GIB:.2f} GiB" if count >= GIB / 10 else f"{count / MIB:.1f} MiB"


def ended(receipt: Receipt, expected: Expected) -> list[str]:
    """The sentences at the end: predicted against measured."""
    said = []
    if receipt.allocated is not None and expected.estimate is not None:
        likely = expected.estimate.allocated.likely
        off = 100 * (receipt.allocated - likely) / likely if likely else 0.0
        said.append(
            f"PyTorch had {gib(receipt.allocated)} allocated at the most; {gib(likely)} were forecast ({off:+.1f}%)"
        )
    if receipt.gpu is not None:
        shown = f"; up to {gib(expected.estimate.nvidia_smi_bytes)} were forecast" if expected.estimate else ""
        said.append(
            f"its processes held {gib(receipt.gpu)} of the fullest GPU at the most, what PyTorch keeps for later"
            f" included{shown}"
        )
    if receipt.host is not None:
        told = expected.host
        forecast = f"; {gib(told.likely)} were forecast ({gib(told.low)} to {gib(told.high)})" if told else ""
        said.append(f"its processes held {gib(receipt.host)} of host memory at the most{forecast}")
    return said
