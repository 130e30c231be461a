"""What a run measured, as a row, and as tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from .simulate import Run
from .tracker import Record

PHASES = {
    "fwd": "forward",
    "fwd:rollout": "forward",
    "bwd": "backward",
    "bwd:recompute": "recompute",
    "opt": "optimizer",
    "eval": "eval",
}


def category(record: Record, vocabulary: int) -> str:
    """The part of memory a storage belongs to; one that becomes a parameter's ``grad`` is a gradient from birth."""
    if record.kind is not None:
        return record.kind
    if len(record.shape) > 1 and record.shape[-1] == vocabulary:
        return "logits"
    if record.phase in ("fwd", "bwd:recompute", "eval"):
        return "activations"
    return "temporaries"


def components(run: Run) -> dict[str, int]:
    """Bytes live at the peak, by category; their sum is the peak."""
    out: Counter[str] = Counter()
    for record in run.tracker.live_at(run.tracker.peak.clock):
        out[category(record, run.vocabulary)] += record.size
    return dict(out)


def row(run: Run, identity: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """One JSON row; all sizes are bytes."""
    return {
        "id": identity,
        "config": dict(config),
        "metric": "allocated",
        "bytes": run.tracker.peak.bytes,
        "phase": PHASES[run.tracker.peak_phase],
        "parameters": run.parameters,
        "trainable": run.trainable,
        "weights": run.weights,
        "grads": run.grads,
        "optimizer": run.optimizer,
        "phase_peaks": {name: peak.bytes for name, peak in run.tracker.phase_peaks.items() if name != "setup"},
        "components": components(run),
    }


def where(run: Run, phase: str | None = None) -> str:
    """What is live at the peak (of a phase, or of all), grouped by category, module, operator and shape."""
    peak = run.tracker.phase_peaks[phase] if phase else run.tracker.peak
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for r in run.tracker.live_at(peak.clock):
        dtype = str(r.dtype).removeprefix("torch.")
        shape = "x".join(map(str, r.shape))
        groups[category(r, run.vocabulary), r.where, r.op, f"{dtype}[{shape}]", r.phase].append(r.size)
    lines = [f"{sum(map(sum, groups.values())):>16,} bytes live at the peak of {phase or run.tracker.peak_phase}"]
    for key, sizes in sorted(groups.items(), key=lambda item: -sum(item[1])):
        lines.append(f"{sum(sizes):>16,} {len(sizes):>4} x  " + "  ".join(key))
    return "\n".join(lines)


def comparison(pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    """A table of (known row, simulated row): relative errors of the peak and of each part, in percent."""
    parts, sizes = ("fwd", "bwd", "opt"), ("weights", "grads", "optimizer")
    lines = [f"{'error, percent':34} " + " ".join(f"{name:>9}" for name in ("bytes", *parts, *sizes))]
    worst = 0.0
    for known, found in pairs:
        known_values = [known["bytes"], *(known["phase_peaks"][p] for p in parts)]
        found_values = [found["bytes"], *(found["phase_peaks"].get(p, 0) for p in parts)]
        known_values += [known[size] for size in sizes]
        found_values += [found[size] for size in sizes]
        errors = [100 * (f / k - 1) if k else 0.0 for k, f in zip(known_values, found_values, strict=True)]
        worst = max(worst, abs(errors[0]))
        lines.append(f"{known['id']:34} " + " ".join(f"{e:9.4f}" for e in errors))
    return "\n".join([*lines, f"largest error of the peak: {worst:.4f} percent"])
