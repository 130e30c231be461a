"""The examples in the rules' docstrings, as whole configs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.versions import known, newest
from wizard.knowledge.gpus import named_machine
from wizard.rules.registry import Rule
from wizard.world.configs import written
from wizard.world.recorded import names, recorded
from wizard.world.rowhead import heads
from wizard.world.yamlfile import parse

BASE: dict[str, Any] = {
    "base_model": "HuggingFaceTB/SmolLM2-135M",
    "datasets": [{"path": "mhenrichsen/alpaca_2k_test", "type": "alpaca"}],
    "micro_batch_size": 1,
    "gradient_accumulation_steps": 1,
    "learning_rate": 0.0002,
    "optimizer": "adamw_torch_fused",
    "output_dir": "./out",
    "bf16": True,
    "tf32": False,
    "attn_implementation": "flash_attention_2",
}
"""What an example leaves unsaid; a key with null in an example is absent, one with `~` is there without a value."""


@dataclass(frozen=True)
class Example:
    """One example: the rule's, whether it is bad, what stands after the word, and the YAML."""

    rule: Rule
    bad: bool
    words: str
    text: str

    @property
    def axolotl(self) -> Version:
        """The version that it is judged by: the one it names (`for 0.19`), else the newest of which its rule holds."""
        named = re.search(r"for (\d+\.\d+)", self.words)
        if named:
            return parse_version(named[1]) or newest()
        return next((one for one in reversed(known()) if self.rule.holds(one)), newest())

    @property
    def written(self) -> dict[str, Any]:
        """As it stands in the docstring."""
        return dict(yaml.safe_load(self.text))

    @property
    def readable(self) -> bool:
        """Whether it is YAML: what can't be read at all is an example too."""
        try:
            return isinstance(yaml.safe_load(self.text), dict)
        except yaml.YAMLError:
            return False

    @property
    def plan(self) -> Plan:
        """As it is read from a file; a key with null is absent. Raises InputError where it can't be read."""
        plan = written(parse(dedent(self.text), "my.yml"), "my.yml", self.axolotl)
        return plan.changed(
            {key: REMOVE for key, value in plan.values.items() if value is None and not self._kept(key)}
        )

    def _kept(self, key: str) -> bool:
        return re.search(rf"^ *{key}: ~$", self.text, flags=re.MULTILINE) is not None

    @property
    def whole(self) -> dict[str, Any]:
        """As Axolotl would get it."""
        both = {**BASE, **self.written}
        return {key: value for key, value in both.items() if value is not None or self._kept(key)}

    def heads(self, folder: Path) -> dict[str, Head]:
        """The data files that its comments describe: `# rows.jsonl: {"text": "a"}`, `# rows.jsonl is not there`."""
        held = re.findall(r"^# (\S+): (.*)$", dedent(self.text), flags=re.MULTILINE)
        for name, content in held:
            (folder / name).write_text(f"{content}\n", encoding="utf-8")
        absent = re.findall(r"^# (\S+) is not there$", dedent(self.text), flags=re.MULTILINE)
        modules = {name: Head(name, "", "missing") for name in absent if name.endswith(".py")}
        return modules | heads([(name, None) for name in (*(name for name, _ in held), *absent)], folder)

    @property
    def machine(self) -> Machine:
        """The machine it names: `on rtx-4090`, `with VARIABLE=value`, or one that says nothing."""
        on = re.search(r"on (\S+)", self.words)
        with_ = re.search(r"with (\w+)=(\S+)", self.words)
        if on:
            return recorded(on[1]) if on[1] in names() else named_machine(on[1])
        return Machine(environment={with_[1]: with_[2]}) if with_ else Machine()

    @property
    def capabilities(self) -> tuple[tuple[str, str], ...]:
        """What judge.py is told of the machine; an H100 where none is named."""
        machine = self.machine
        if not machine.gpus:
            return (("bf16", "yes"), ("fp8", "yes"), ("gpus", "1"), ("capability", "sm_90"))
        major, minor = machine.compute_capability or (0, 0)
        return (
            ("bf16", "yes" if machine.bf16 else "no"),
            ("fp8", "yes" if (major, minor) >= (9, 0) else "no"),
            ("gpus", str(machine.count)),
            ("capability", f"sm_{major}{minor}"),
        )


def examples(rule: Rule) -> list[Example]:
    """All of a rule's examples, in order."""
    parts = re.split(r"^(Bad|Good)([^\n]*):\n", rule.sections["Example"], flags=re.MULTILINE)
    found = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return [Example(rule, kind == "Bad", words, text) for kind, words, text in found]
