"""`memwizard generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.axolotl import precision
from wizard.cli.common import chosen_machine, demo_option, gpu_option, hub_option, model_of, model_option
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version
    from wizard.review import Review


@click.command()
@click.option("--preset", "preset_name", metavar="P", required=True, help="A preset of `memwizard presets`.")
@model_option
@hub_option
@gpu_option
@demo_option
@axolotl_option
@click.option("--data", metavar="FILE", help="Train on this file: how its rows are read is told by its columns.")
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Set a field, value as in YAML; repeatable."
)
@click.option("-o", "--output", metavar="OUT", default="-", help="The file to write; `-` (default) is stdout.")
@click.option("--overwrite", is_flag=True, help="Replace an existing OUT without asking; a backup stays.")
@click.option(
    "--launch",
    type=click.Choice(["accelerate", "torchrun", "ray", "slurm", "sky"]),
    help="Write beside OUT what starts it on several GPUs or nodes.",
)
def command(  # noqa: PLR0913 (one for each option)
    *,
    preset_name: str,
    model: str | None,
    hub: bool,
    gpu: str | None,
    demo: str | None,
    axolotl: Version,
    data: str | None,
    settings: tuple[str, ...],
    output: str,
    overwrite: bool,
    launch: str | None,
) -> int:
    """Write a config from a preset, without questions.

    \b
    Examples:
      memwizard generate --preset qlora-24gb -o my.yml
      memwizard generate --preset lora-80gb --model meta-llama/Llama-3.1-8B --gpu a100-80gb -o my.yml
      memwizard generate --preset qlora-12gb --data chats.jsonl -o my.yml
      memwizard generate --preset qlora-12gb --set sequence_len=4096 --set datasets='[{path: my.jsonl, type: alpaca}]'
      memwizard generate --preset zero3-full-8x80gb --gpu 4x8xh100-80gb --launch slurm -o my.yml
    The config suits the machine: no bf16 or flash attention where it has none. Findings go to stderr;
    exit code 1 where one of them is an error (the file is written all the same).
    """
    from wizard.cli.detected import fields_of
    from wizard.cli.writing import write
    from wizard.domain.plan import REMOVE
    from wizard.fit.adapt import adapt
    from wizard.output.text.findings import as_text
    from wizard.output.yaml import document
    from wizard.review import review
    from wizard.session.launching import start
    from wizard.world.presets import preset
    from wizard.world.rowhead import heads as heads_of

    if launch and output == "-":
        raise click.UsageError("--launch writes files beside the config: name it with -o")
    machine = chosen_machine(gpu, demo)
    plan = preset(preset_name).plan.for_axolotl(axolotl)
    if model is not None:
        plan = plan.changed({"base_model": model})
    plan = _with(plan, settings)
    known, why = model_of(plan, model, ".", hub=hub)
    if data is not None and not any(one.partition("=")[0].strip() == "datasets" for one in settings):
        plan = plan.changed(fields_of(data, plan, sees=known is None or known.multimodal))
    plan = _with(adapt(plan, known, machine), settings)
    named = {setting.partition("=")[0].strip() for setting in settings}
    if precision.bf16(plan) and precision.fp16(plan) and "fp16" not in named:
        plan = plan.changed({"fp16": REMOVE})
    judged = review(plan, known, machine, heads := heads_of([(data, None)] if data else (), Path()))
    begun = start(launch, judged, output, named) if launch else None
    if begun is not None and begun.changes:
        judged = review(plan.changed(begun.changes), known, machine, heads)
    write({output: document(judged), **(begun.texts if begun else {})}, overwrite)
    if known is None:
        click.echo(f"memwizard: no estimate: {why}", err=True)
    for finding in judged.findings:
        click.echo(as_text("your config" if output == "-" else output, finding), err=True)
    _next(output, judged, begun.command if begun else None)
    return int(any(finding.severity == "error" for finding in judged.findings))


def _with(plan: Plan, settings: tuple[str, ...]) -> Plan:
    """The plan with `--set` fields; values are read as YAML and must be of the field's type, null takes a key out."""
    from wizard.domain.nearest import did_you_mean
    from wizard.domain.plan import REMOVE
    from wizard.knowledge.axolotl.fields import fields, find
    from wizard.knowledge.axolotl.versions import of_plan
    from wizard.world.configs import plan_of

    changes: dict[str, object] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if not equals or not key:
            raise InputError(f"`--set {setting}`: write it as key=value")
        if find(key, of_plan(plan)) is None:
            hint = did_you_mean(key, fields(of_plan(plan)))
            raise InputError(f"`--set {setting}`: Axolotl {of_plan(plan)} has no field '{key}'.{hint}")
        if value.strip() in ("null", "~"):
            changes[key] = REMOVE
            continue
        typed = plan_of(f"{key}: {value}", f"--set {key}", plan.axolotl, every=True)
        if typed.repeated:
            raise InputError(f"`{typed.repeated[0].path[-1]}` is given twice", file=f"--set {key}")
        changes[key] = typed.get(key)
    return plan.changed(changes)


def _next(output: str, judged: Review, start: str | None) -> None:
    from wizard.domain.units import gib
    from wizard.output.text.next_steps import commands

    if judged.estimate is not None:
        free = judged.machine.free_bytes if judged.machine else None
        need = judged.estimate.device
        click.echo(
            f"needs about {gib(need.likely)} ({gib(need.low)} to {gib(need.high)}), free: {gib(free)} -> {judged.fit}",
            err=True,
        )
    if output != "-":
        click.echo("\n  ".join(["next:", *(start or commands(output)).splitlines()]), err=True)
