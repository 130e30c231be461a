"""`memwizard generate`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wizard.axolotl import precision
from wizard.cli import completing
from wizard.cli.common import (
    chosen_machine,
    demo_option,
    form_option,
    gpu_option,
    hub_option,
    machine_options,
    model_of,
    model_option,
    output_options,
)
from wizard.cli.echo import echo
from wizard.cli.setting import key_of, settings_of, top_of
from wizard.cli.version_option import axolotl_option

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version
    from wizard.review import Review


@dataclass(frozen=True)
class _GenerateCall:
    """The options of one call."""

    preset_name: str | None
    model: str | None
    hub: bool
    gpu: str | None
    demo: str | None
    axolotl: Version
    data: str | None
    form: int | None
    methods: tuple[str, ...]
    length: int | None
    settings: tuple[str, ...]
    output: str
    overwrite: bool
    launch: str | None

    @property
    def named(self) -> set[str]:
        """The fields that `--set` names, and those of which it names something inside."""
        return {top_of(setting) for setting in self.settings}

    @property
    def whole(self) -> tuple[str, ...]:
        """The settings that name a field as a whole."""
        return tuple(setting for setting in self.settings if top_of(setting) == key_of(setting))

    @property
    def entries(self) -> str | None:
        """The data file whose entry is looked for; None where `--set` has the entries."""
        return None if any(key_of(setting) == "datasets" for setting in self.settings) else self.data


@click.command()
@click.option(
    "--preset",
    "preset_name",
    shell_complete=completing.presets,
    metavar="P",
    help="A preset of `memwizard presets`. Default: the best that fits the GPU, for the model or for one that suits.",
)
@model_option
@hub_option
@gpu_option
@demo_option
@axolotl_option
@click.option(
    "--data",
    metavar="FILE",
    shell_complete=completing.files,
    help="Train on this file: how its rows are read is told by its columns.",
)
@form_option
@click.option(
    "--method",
    "methods",
    type=click.Choice(["full", "lora", "qlora"]),
    multiple=True,
    help="Without a preset, take no other method; repeatable.",
)
@click.option(
    "--length",
    type=click.IntRange(16, 4_000_000),
    metavar="TOKENS",
    help="Without a preset, the rows to make room for. Default: what holds the data, else the usual.",
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    shell_complete=completing.settings,
    multiple=True,
    help="Set a field, or one inside a block (trl.beta=0.04), value as in YAML; repeatable.",
)
@output_options
@click.option(
    "--launch",
    type=click.Choice(["accelerate", "torchrun", "ray", "slurm", "sky"]),
    help="Write beside OUT what starts it on several GPUs or nodes.",
)
def command(**given: Any) -> int:
    """Write a config without questions: from a preset, or the best that fits the GPU.

    \b
    Examples:
      memwizard generate --gpu rtx-4090 --data chats.jsonl -o my.yml
      memwizard generate --model Qwen/Qwen3-14B --gpu rtx-4090 -o my.yml
      memwizard generate --preset qlora-24gb -o my.yml
      memwizard generate --model meta-llama/Llama-3.1-8B --gpu a100-80gb -o my.yml
      memwizard generate --preset qlora-12gb --data chats.jsonl -o my.yml
      memwizard generate --preset qlora-12gb --set sequence_len=4096
      memwizard generate --gpu 4x8xh100-80gb --launch slurm -o my.yml

    The config suits the machine: no bf16 or flash attention where it has none. Findings go to stderr;
    exit code 1 where one of them is an error (the file is written all the same).
    """
    from wizard.cli.detected import lost_on
    from wizard.cli.writing import write
    from wizard.output.text.findings import as_text
    from wizard.output.yaml import document, faithful
    from wizard.review import review
    from wizard.session.fixes import with_safe_fixes
    from wizard.session.launching import start
    from wizard.world.rowhead import heads as heads_of

    call = _GenerateCall(**given)
    output = call.output
    if call.launch and output == "-":
        raise click.UsageError("--launch writes files beside the config: name it with -o")
    if call.form is not None and call.entries is None:
        raise click.UsageError("--form goes with --data, where --set names no datasets")
    if call.preset_name and (call.methods or call.length):
        raise click.UsageError("--method and --length go without --preset, which has them; --set changes it")
    machine = chosen_machine(call.gpu, call.demo)
    plan, known, why = _planned(call, machine)
    heads = heads_of([(call.data, None)], Path()) if call.data is not None else {}
    plan = with_safe_fixes(plan, known, machine, heads, call.named)
    judged = review(plan, known, machine, heads)
    begun = start(call.launch, judged, output, call.named) if call.launch else None
    if begun is not None and begun.changes:
        judged = review(plan.changed(begun.changes), known, machine, heads)
    write({output: faithful(document(judged), judged.plan), **(begun.texts if begun else {})}, call.overwrite)
    name = "your config" if output == "-" else output
    if known is None:
        echo(f"memwizard: no estimate: {why}", err=True)
    for finding in judged.findings:
        echo(as_text(name, finding), err=True)
    if lost := lost_on(known, heads.get(call.entries or ""), plan):
        echo(lost, err=True)
    _next(output, judged, begun.command if begun else None)
    return int(any(finding.severity == "error" for finding in judged.findings))


def _planned(call: _GenerateCall, machine: Machine | None) -> tuple[Plan, Model | None, str | None]:
    """The plan that suits model and machine, its model, and why that is not known."""
    from wizard.axolotl.template_choice import for_model
    from wizard.cli.detected import fields_of, read_as
    from wizard.domain.plan import REMOVE
    from wizard.fit.adapt import adapt
    from wizard.world.presets import preset

    named = call.preset_name
    plan = preset(named).plan.for_axolotl(call.axolotl) if named is not None else _best(call, machine)
    if call.model is not None:
        plan = for_model(plan, call.model)
    plan = _with(plan, call.settings)
    known, why = model_of(plan, call.model, ".", hub=call.hub)
    if call.entries is not None and call.preset_name is not None:
        found = read_as(call.entries, plan, form=call.form)
        plan = plan.changed(fields_of(found, call.entries, plan, known))
    plan = _with(adapt(plan, known, machine), call.settings)
    if precision.bf16(plan) and precision.fp16(plan) and "fp16" not in call.named:
        plan = plan.changed({"fp16": REMOVE})
    return plan, known, why


def _best(call: _GenerateCall, machine: Machine | None) -> Plan:
    """The best plan that fits the machine, for the model or for one that suits; what was taken and why is told."""
    from wizard.cli.suggest import begun, paced, start, tell
    from wizard.domain.plan import Plan

    data = call.entries
    named_fields = settings_of(Plan({}, axolotl=call.axolotl), call.whole)
    written = named_fields.get("sequence_len")
    length = written if call.length is None and isinstance(written, int) and written > 0 else call.length
    named = None
    if call.model is not None:
        known, _ = model_of(Plan({}), call.model, ".", hub=call.hub)
        assert known is not None  # a named one is there, or the person has heard why not
        named = call.model, known
    model = named[1] if named is not None else None
    begin = start(call.axolotl, data, None, length, call.methods, named_fields, form=call.form, model=model)
    found = begun(machine, begin, named, machine_options(call.gpu, call.demo))
    tell(begin.says)
    tell(found.says)
    plan, slower = paced(found.plan, data, machine)
    tell(slower)
    tell(_yours(plan, named_fields))
    return plan


def _yours(plan: Plan, named: Mapping[str, object]) -> str:
    """What `--set` puts in the place of what was taken."""
    old = {key: plan.get(key) for key in named if plan.get(key) not in (None, named[key])}
    plain = [
        f"{key} {named[key]} in place of {value}" for key, value in old.items() if isinstance(value, (str, int, float))
    ]
    return f"your --set: {'; '.join(plain)}" if plain else ""


def _with(plan: Plan, settings: tuple[str, ...]) -> Plan:
    """The plan with `--set` fields."""
    return plan.changed(settings_of(plan, settings))


def _next(output: str, judged: Review, start: str | None) -> None:
    from wizard.cli.needs import tell_needs
    from wizard.domain.units import gib
    from wizard.output.text.next_steps import commands
    from wizard.output.text.sizes import size_notes

    if judged.estimate is not None:
        free = judged.machine.free_bytes if judged.machine else None
        need = judged.estimate.device
        echo(
            f"needs about {gib(need.likely)} ({gib(need.low)} to {gib(need.high)}), free: {gib(free)} -> {judged.fit}",
            err=True,
        )
        for note in size_notes(judged.machine) if judged.machine else ():
            echo(note, err=True)
    if output != "-":
        tell_needs(judged)
        echo("\n  ".join(["next:", *(start or commands(output)).splitlines()]), err=True)
