"""How far a run had come, as its log tells line by line: phase, step, what Axolotl says of memory and of its config."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from wizard.doctor.heard import Sample
from wizard.doctor.lines import Bar
from wizard.knowledge.deaths import phase_marks

_MEMORY = re.compile(r"'memory/(\w{1,40})[ ]?\(gib\)': '?([\d.]{1,20})'?", re.IGNORECASE)
_NAMES = {
    "max_active": "active", "max_allocated": "allocated", "device_reserved": "reserved", "max_mem_active": "active",
    "max_mem_allocated": "allocated", "device_mem_reserved": "reserved", "max_memory_active": "active",
    "max_memory_allocated": "allocated", "device_memory_reserved": "reserved",
}  # fmt: skip
_SETTING = re.compile(r'  "(\w{1,60})": (.{1,400}?),?$')
_KEPT = frozenset(
    {
        "adapter", "axolotl_config_path", "base_model", "gradient_accumulation_steps", "micro_batch_size", "optimizer",
        "pad_to_sequence_len", "sample_packing", "sequence_len", "world_size", "torch_version", "eval_batch_size",
    }
)  # fmt: skip
_COMMAND = re.compile(r"axolotl(?:\.cli\.train| train|/cli/train\.py) +(?:-\S+ +)*(['\"]?)([^\s'\"]{1,300}\.ya?ml)\1")
_MOST_SAMPLES = 1024
_GIB = 2**30


@cache
def _lines() -> tuple[tuple[str, str], ...]:
    return tuple((text, marks.name) for marks in phase_marks() for text in marks.text)


@dataclass(slots=True)
class Course:
    """What is known so far. `advances`: how often the training has moved on. `placed`: whether any line told the phase:
    what is pasted may begin anywhere.
    """

    phase: str = "start"
    step: int | None = None
    steps: int | None = None
    advances: int = 0
    samples: list[Sample] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    config: str | None = None
    placed: bool = False
    _every: int = 1
    _seen: int = 0

    def takes(self, line: int, text: str, bar: Bar | None) -> None:
        """Hear one line."""
        if bar is not None and not bar.label:
            if self.phase != "evaluation":
                self._moved(bar)
            if text.endswith("]"):
                return
        for piece, phase in _lines():
            if piece in text:
                if phase != "start" or not self.placed:  # a run does not begin again
                    self.phase, self.placed = phase, True
                break
        if "{'" in text:
            self._measured(line, text)
        if text.startswith('  "') and (match := _SETTING.match(text)) and match[1] in _KEPT:
            self.settings.setdefault(match[1], match[2].strip('"'))
        if self.config is None and "axolotl" in text:
            self._named(text)

    @property
    def finished(self) -> int | None:
        """Steps that are finished: by the bar, else by the lines of the loss, which may be of several steps each.

        A terminal of no size gets no bar from tqdm at all.
        """
        return self.step if self.step is not None else self.advances or None

    def restarts(self) -> None:
        """The run begins again with less: its number of steps is another one."""
        self.step = self.steps = None

    def _moved(self, bar: Bar) -> None:
        self.placed = True
        if self.steps is None:
            self.steps = bar.of
        if bar.of != self.steps:
            return
        if self.phase in ("start", "data", "load"):  # the log begins in the middle: those have bars with names
            self.phase = "forward"
        if self.step is not None and bar.at > self.step:
            self.advances += 1
            self.phase = "forward"
        self.step = max(bar.at, self.step or 0)

    def _measured(self, line: int, text: str) -> None:
        evaluation = "'eval_" in text
        if evaluation and self.phase == "evaluation":
            self.phase = "forward"
        if "'loss'" in text and not evaluation:
            self.advances += self.steps is None
            self.placed = True
            if self.phase == "save":
                self.phase = "forward"
        found = {_NAMES[name.lower()]: value for name, value in _MEMORY.findall(text) if name.lower() in _NAMES}
        if len(found) != 3 or not (evaluation or "'loss'" in text):
            return
        try:
            figures = {name: int(float(value) * _GIB) for name, value in found.items()}
        except (ValueError, OverflowError):
            return
        self._keep(Sample(line, self.step or 0, **figures, evaluation=evaluation))

    def _keep(self, sample: Sample) -> None:
        """Of very many every second, fourth, ... one is kept."""
        self._seen += 1
        if self._seen % self._every:
            return
        self.samples.append(sample)
        if len(self.samples) >= _MOST_SAMPLES:
            self.samples = self.samples[::2]
            self._every *= 2

    def _named(self, text: str) -> None:
        if (match := _COMMAND.search(text[:2000])) is not None:
            self.config = match[2]
        elif text.startswith('  "axolotl_config_path": '):
            self.config = text.partition(": ")[2].strip(' ",') or None
