"""The estimate against measured rows. Needs no GPU and no PyTorch; errors are estimate / measured - 1."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.report import Table
from benchmarks.gpu.jobs import Unreadable
from wizard.domain.estimate import Estimate
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.knowledge.models.catalogue import built, find
from wizard.memory import estimate
from wizard.memory.runtime import CONTEXT

Read = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """A row, measured or out of memory, and what was estimated for its config."""

    row: Read
    estimate: Estimate

    @property
    def error(self) -> float:
        """Of the likely figure; below 0 the estimate promised too little. Only of a measured row."""
        return self.estimate.allocated.likely / int(self.row["bytes"]) - 1

    @property
    def covered(self) -> bool:
        """Whether the high figure is at least what was measured."""
        return self.estimate.allocated.high >= int(self.row["bytes"])

    def over_device(self, name: str) -> float | None:
        """A measured figure over the device's high figure: above 1 a card that `fits` could have been too small."""
        size = self.row.get(name)
        return None if size is None else int(size) / self.estimate.device.high

    @property
    def fit(self) -> str:
        """What would have been said of this GPU, with what was used before taken off where that is known."""
        gpu = self.row.get("gpu") or {}
        total = gpu.get("total_bytes")
        before = int(self.row.get("nvml_before_bytes") or 0)
        return self.estimate.fit(None if total is None else int(total) - before)


def read(path: Path) -> list[Read]:
    """The rows of a JSONL file, of each run on each kind of GPU the last. Raises `Unreadable`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}.") from None
    rows: dict[tuple[str, str], Read] = {}
    for number, text in enumerate(lines, 1):
        if text.strip():
            found = _row(text, f"{path}:{number}")
            key = (str(found["id"]), str((found.get("gpu") or {}).get("name")))
            rows.pop(key, None)
            rows[key] = found
    return list(rows.values())


def _row(text: str, where: str) -> Read:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{where} is not JSON: {error.msg}.") from None
    if not isinstance(found, dict) or "id" not in found or not isinstance(found.get("config"), dict):
        raise Unreadable(f"{where} is not a row: it needs an id and a config.")
    return found


def compared(row: Read) -> Compared | str:
    """A row with its estimate, or why there is nothing to compare."""
    for word in ("skipped", "failed"):
        if row.get(word):
            return f"{word}: {row[word]}"
    if not row.get("oom") and (row.get("metric") != "allocated" or not row.get("bytes")):
        return "it has no measured allocation"
    known = find(str(row["config"].get("base_model")))
    if known is None:
        return f"{row['config'].get('base_model')} is not in the catalogue of models"
    return Compared(row, estimate(Plan(row["config"]), built(known.id)))


def comparison(rows: Iterable[Read]) -> str:
    """The text of all tables."""
    pairs = [(row, compared(row)) for row in rows]
    found = [one for _, one in pairs if isinstance(one, Compared)]
    measured = [one for one in found if not one.row.get("oom")]
    ended = [one for one in found if one.row.get("oom")]
    parts = []
    if measured:
        parts += [table(measured).text(), "\n".join(summary(measured))]
    if ended:
        parts.append(f"Out of memory\n\n{oom_table(ended).text()}")
    apart = [f"{row['id']}: {why}" for row, why in pairs if isinstance(why, str)]
    if apart:
        parts.append("\n".join(["Not compared", "", *apart]))
    return "\n\n".join(parts) or "There are no rows to compare."


def table(measured: Sequence[Compared]) -> Table:
    """A line for each measured row, the largest errors first."""
    header = (
        "row",
        "measured GiB",
        "likely",
        "high",
        "error",
        "high enough",
        "reserved / device high",
        "NVML / device high",
        "peak at: measured / said",
        "GPU",
    )
    lines = []
    for one in sorted(measured, key=lambda one: -abs(one.error)):
        said = one.estimate.allocated
        figures = (f"{int(size) / GIB:.2f}" for size in (one.row["bytes"], said.likely, said.high))
        ratios = (_ratio(one.over_device(name)) for name in ("reserved", "nvml_used_bytes"))
        phases = f"{one.row.get('phase') or '?'} / {one.estimate.peak_phase}"
        name = str((one.row.get("gpu") or {}).get("name") or "?")
        covered = "yes" if one.covered else "NO"
        lines.append((str(one.row["id"]), *figures, f"{one.error:+.2%}", covered, *ratios, phases, name))
    return Table(header, tuple(lines))


def oom_table(ended: Sequence[Compared]) -> Table:
    """A line for each run that did not fit: what the estimate would have said of that GPU."""
    header = ("row", "GPU GiB", "reached", "asked", "device likely", "device high", "said", "ended at")
    lines = []
    for one in ended:
        total = (one.row.get("gpu") or {}).get("total_bytes")
        said = one.estimate.device
        sizes = (total, one.row.get("reached_bytes"), one.row.get("asked_bytes"), said.likely, said.high)
        figures = ("?" if size is None else f"{int(size) / GIB:.2f}" for size in sizes)
        lines.append((str(one.row["id"]), *figures, one.fit, str(one.row.get("phase") or "?")))
    return Table(header, tuple(lines))


def summary(measured: Sequence[Compared]) -> Iterator[str]:
    """What all measured rows say together."""
    errors = [one.error for one in measured]
    sizes = sorted(map(abs, errors))
    covered = sum(one.covered for one in measured)
    yield (
        f"{len(errors)} measured; error of likely: median {statistics.median(sizes):.2%}, worst {sizes[-1]:.2%}, "
        f"worst under {min(0.0, *errors):.2%}; high enough for {covered} of {len(errors)}"
    )
    for name, words in (("reserved", "PyTorch reserved"), ("nvml_used_bytes", "NVML saw")):
        ratios = [ratio for one in measured if (ratio := one.over_device(name)) is not None]
        if ratios:
            over = sum(ratio > 1 for ratio in ratios)
            most = max(ratios)
            yield f"{words} more than the device's high figure in {over} of {len(ratios)}; at most {most:.2f} of it"
    for name, words in (("context_bytes", "before the model"), ("context_after_bytes", "after the steps")):
        found = [int(one.row[name]) for one in measured if one.row.get(name) is not None]
        if found:
            yield (
                f"CUDA context and kernels {words}: {min(found) / GIB:.2f} to {max(found) / GIB:.2f} GiB "
                f"(taken: {CONTEXT.low / GIB:.2f}, {CONTEXT.likely / GIB:.2f}, {CONTEXT.high / GIB:.2f})"
            )


def _ratio(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"
