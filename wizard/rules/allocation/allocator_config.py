"""MW107."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.knowledge.allocator import VARIABLES, axolotl_setting
from wizard.rules.registry import Rule, Subject, rule


@rule("MW107", "allocator-config", "warning")
def allocator_config(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The allocator setting that Axolotl would make is missing or overridden.

    What it checks
        The environment. `axolotl train` sets PYTORCH_ALLOC_CONF=expandable_segments:True on torch 2.9 and
        later, PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True,roundup_power2_divisions:16 on torch 2.2 to
        2.8, and only where that variable is not set. A value of one's own without expandable_segments
        keeps it off; before torch 2.2 nothing is set.

    Why it matters
        With expandable segments freed memory of any size can be used again; without them a run with
        changing lengths can fail with gigabytes reserved but unusable.

    Example
        Bad with PYTORCH_ALLOC_CONF=max_split_size_mb:128:
            sequence_len: 2048

        Good with PYTORCH_ALLOC_CONF=expandable_segments:True:
            sequence_len: 2048

        Good:
            sequence_len: 2048

    Fix
        In the shell: unset the variable, or add expandable_segments:True to it. A config can't do it.

    Source
        axolotl 0.19.0 utils/__init__.py:81, cli/main.py:48 (read); PyTorch notes on CUDA memory management
    """
    machine = subject.machine
    if machine is None or any(gpu.vendor == "amd" for gpu in machine.gpus):
        return
    ours = axolotl_setting(machine.torch_version, subject.axolotl)
    torch = f"torch {machine.torch_version}" if machine.torch_version else "this Axolotl's torch"
    if ours is None:
        message = f"{torch} is older than 2.2: Axolotl sets no allocator variable; export "
        message += "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True where it has it"
        yield self.finding(message, plan=subject.plan)
        return
    for variable in VARIABLES:
        value = machine.environment.get(variable)
        if value is None or _expands(value):
            continue
        if variable == ours.variable:
            message = f"your shell sets {variable}={value}, so Axolotl leaves it and {ours.value} is not set on {torch}"
        else:
            message = (
                f"your shell sets {variable}={value} beside the {ours.variable}={ours.value} that Axolotl sets"
                f" on {torch}: two settings for one allocator"
            )
        message += f"; `unset {variable}`, or add expandable_segments:True to it"
        yield self.finding(message, plan=subject.plan)


def _expands(value: str) -> bool:
    pairs = (part.partition(":") for part in value.replace(" ", "").split(","))
    return any(name == "expandable_segments" and switch.lower() == "true" for name, _, switch in pairs)
