"""`memwizard wizard`, which is `memwizard` alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wizard.cli.common import at_terminal, chosen_machine, demo_option, gpu_option, hub_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.domain.preset import Preset
    from wizard.ui.app import MemwizardApp

_PLAIN = "memwizard generate --preset qlora-24gb -o my.yml"
DEFAULT_PRESET = "qlora-24gb"
DEFAULT_TARGET = "axolotl.yml"


class RealOutside:
    """The world, as the screen may use it. `hub`: the Hugging Face hub may be asked for a model."""

    def __init__(self, hub: bool = False) -> None:
        self.hub = hub

    def probe(self) -> Machine:
        """This machine now."""
        from wizard.world import probe

        return probe.probe()

    def model(self, name: str) -> tuple[Model | None, str | None]:
        """The model of a name, or the sentence why not."""
        from wizard.world import models

        return models.resolve_or_none(name, allow_hub=self.hub)

    def presets(self) -> tuple[Preset, ...]:
        """All presets."""
        from wizard.world import presets

        return presets.presets()

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none."""
        from wizard.world.yamlfile import read_text

        try:
            found = Path(path).expanduser().exists()
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"can't be written: {error}", file=path) from None
        return read_text(str(Path(path).expanduser())) if found else None

    def write(self, path: str, text: str) -> Path | None:
        """Write a file whole."""
        from wizard.world import atomic

        return atomic.write(Path(path).expanduser(), text)

    def opened(self, path: str) -> tuple[Plan, str]:
        """The plan of a person's own file, and its text."""
        from wizard.world.configs import plan_of
        from wizard.world.yamlfile import read_text

        text = read_text(str(Path(path).expanduser()))
        return plan_of(text, path), text

    def machine(self, origin: str, name: str) -> Machine:
        """A machine by its name."""
        from wizard.cli.common import chosen_machine

        found = chosen_machine(name if origin == "named" else None, name if origin == "recorded" else None)
        assert found is not None
        return found

    def rewrite(self, text: str, changes: Mapping[str, object], path: str) -> str:
        """A person's own YAML with some fields changed."""
        from wizard.world.rewrite import rewrite

        return rewrite(text, changes, path)

    def keep(self, draft: Mapping[str, object]) -> None:
        """Keep the draft of this wizard."""

    def forget(self) -> None:
        """Drop it."""


@click.command()
@click.option("--preset", "preset_name", metavar="P", help="Start from a preset of `memwizard presets`.")
@click.option("--model", metavar="M", help="A Hugging Face id or a folder with a config.json.")
@hub_option
@gpu_option
@demo_option
@click.option("-o", "--output", metavar="OUT", help=f"The file to write (default {DEFAULT_TARGET}); `-` is stdout.")
def command(
    preset_name: str | None, model: str | None, hub: bool, gpu: str | None, demo: str | None, output: str | None
) -> int:
    """Choose a model, method and batch with memory and rules beside you, and write the config.

    \b
    Examples:
      memwizard
      memwizard --demo rtx-4090
      memwizard --preset lora-80gb --model meta-llama/Llama-3.1-8B --gpu a100-80gb -o my.yml
    """
    from wizard.world.presets import preset

    machine = chosen_machine(gpu, demo) if gpu or demo else None
    chosen = preset(preset_name or DEFAULT_PRESET)
    outside = RealOutside(hub)
    plan = chosen.plan
    if model is not None:
        from wizard.world import models

        models.resolve(model, allow_hub=hub)  # a name that can't be found ends here, with the nearest one
        plan = plan.changed({"base_model": model})
    _require_terminal()
    from wizard.steps.opening import Opening
    from wizard.ui.app import MemwizardApp
    from wizard.ui.look import Look

    complete = all((preset_name, model, gpu or demo, output))
    opening = Opening(
        plan=plan,
        machine=machine,
        preset=chosen.name,
        target=output or DEFAULT_TARGET,
        start=5 if complete else 0,
        chosen=bool(preset_name or model),
    )
    app = MemwizardApp(opening, outside, Look(colourless=bool(os.environ.get("NO_COLOR"))))
    app.run()
    _farewell(app)
    return app.return_code or 0


def _require_terminal() -> None:
    """The screen needs a terminal to read keys from and to draw on (it draws on stderr)."""
    if os.environ.get("TERM", "") in ("dumb", "unknown", ""):
        raise InputError(f"the wizard needs a terminal with a screen (TERM is dumb or not set); try `{_PLAIN}`")
    if not at_terminal():
        raise InputError(f"the wizard needs a terminal on stdin and stderr; without one, try `{_PLAIN}`")


def _farewell(app: MemwizardApp) -> None:
    from wizard.export.next_steps import commands, doubt

    if app.path is None:
        click.echo("no file was written", err=True)
        return
    if app.path == "-":
        click.echo(app.text, nl=False)
    else:
        click.echo(f"wrote {app.path}; next:\n{commands(app.path)}", err=True)
    if app.review is not None and doubt(app.review):
        click.echo(doubt(app.review), err=True)
