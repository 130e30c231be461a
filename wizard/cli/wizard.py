"""`memwizard wizard`, which is `memwizard` alone."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from wizard.cli import completing, defect
from wizard.cli.common import at_terminal, chosen_machine, demo_option, gpu_option, hub_option, preferred_machine
from wizard.cli.echo import echo
from wizard.cli.farewell import farewell, say_last, what_became
from wizard.cli.looking import look_of, sends_ascii
from wizard.cli.stopping import changes, cut_short
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.cli.outside import RealOutside
    from wizard.domain.machine import Machine
    from wizard.domain.version import Version
    from wizard.session.draft import Draft
    from wizard.session.opening import Opening
    from wizard.ui.app import MemwizardApp
    from wizard.world.preferences import Preferences

_WITHOUT = "memwizard generate --preset qlora-24gb -o my.yml"
_LINES = "memwizard --plain"
DEFAULT_PRESET = "qlora-24gb"
DEFAULT_TARGET = "axolotl.yml"


@dataclass(frozen=True)
class _WizardCall:
    """The options of one call."""

    preset: str | None
    model: str | None
    hub: bool
    gpu: str | None
    demo: str | None
    config: str | None
    output: str | None
    resume: bool
    data: str | None = None


@click.command()
@click.option(
    "--preset",
    "preset_name",
    metavar="P",
    shell_complete=completing.presets,
    help="Start from a preset of `memwizard presets`.",
)
@click.option(
    "--model", metavar="M", shell_complete=completing.models, help="A Hugging Face id or a folder with a config.json."
)
@hub_option
@gpu_option
@demo_option
@axolotl_option
@click.option(
    "--data",
    metavar="FILE",
    shell_complete=completing.files,
    help="Begin with this data file: its form is set, or asked, as where it is typed at the data.",
)
@click.option(
    "--config",
    metavar="FILE",
    shell_complete=completing.files,
    help="Open your own config: what you don't change stays to the byte.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    shell_complete=completing.files,
    help=f"The file to write (default {DEFAULT_TARGET}, or FILE); `-` is stdout.",
)
@click.option("--resume", is_flag=True, help="Go on with the work that was left last.")
@click.option("--plain", is_flag=True, help="Ask line by line: for screen readers and terminals without a screen.")
@click.option("--ascii/--no-ascii", "ascii_only", default=None, help="Send nothing but ASCII (default: as the locale).")
@click.option(
    "--theme", metavar="T", shell_complete=completing.themes, help="dark, light, contrast, ansi-dark or ansi-light."
)
def command(  # noqa: PLR0913 (one for each option)
    *,
    preset_name: str | None,
    model: str | None,
    hub: bool,
    gpu: str | None,
    demo: str | None,
    axolotl: Version,
    data: str | None,
    config: str | None,
    output: str | None,
    resume: bool,
    plain: bool,
    ascii_only: bool | None,
    theme: str | None,
) -> int:
    """Choose a model, method and batch with memory and rules beside you, and write the config.

    \b
    Examples:
      memwizard
      memwizard --demo rtx-4090
      memwizard --data chats.jsonl
      memwizard --config my.yml
      memwizard --resume
      memwizard --model meta-llama/Llama-3.1-8B --gpu a100-80gb -o my.yml
    """
    from wizard.cli.outside import RealOutside
    from wizard.world.drafts import Drafts
    from wizard.world.preferences import THEMES, preferences

    call = _WizardCall(preset_name, model, hub, gpu, demo, config, output, resume, data)
    settings = preferences()
    if theme is not None and theme not in THEMES:
        raise click.UsageError(f"--theme takes one of {', '.join(THEMES)}")
    if config is not None and (preset_name or model):
        raise click.UsageError("--config opens a file of your own; --preset and --model begin a new one")
    if data is not None and (config is not None or resume):
        raise click.UsageError("--data begins a new config; --config and --resume go on with one that has its data")
    outside = RealOutside(hub, Drafts(), axolotl)
    opening = _opening(call, outside)
    if not plain:
        _require_terminal()
    in_ascii = sends_ascii(settings, ascii_only)
    if plain:
        return _plain(opening, outside, in_ascii)
    return _screen(opening, outside, settings, theme, in_ascii)


def _opening(call: _WizardCall, outside: RealOutside) -> Opening:
    """What the wizard starts with. Raises InputError for a name or a file that is none."""
    from wizard.session.opening import Opening

    machine = chosen_machine(call.gpu, call.demo) if call.gpu or call.demo else preferred_machine()
    drafts = _drafts(outside)
    if call.resume and not drafts:
        raise InputError("no work is left to go on with")
    if call.config is not None:
        plan, text = outside.opened(call.config)
        return Opening(plan, machine, None, call.output or call.config, file=call.config, text=text,
                       drafts=drafts if call.resume else (), resume=call.resume)  # fmt: skip
    return _from_preset(call, outside, machine, drafts)


def _from_preset(
    call: _WizardCall, outside: RealOutside, machine: Machine | None, drafts: tuple[Draft, ...]
) -> Opening:
    from wizard.axolotl.template_choice import for_model
    from wizard.cli.named_data import named_data
    from wizard.questions.steps import position
    from wizard.session.opening import Opening
    from wizard.world import models
    from wizard.world.firstrun import first_run
    from wizard.world.presets import preset

    chosen = preset(call.preset or DEFAULT_PRESET)
    plan = origin = chosen.plan.for_axolotl(outside.axolotl)
    if call.model is not None:
        models.resolve(call.model, allow_hub=call.hub)  # a name that can't be found ends here, with the nearest one
        plan = for_model(plan, call.model)
    named = bool(call.preset or call.model or call.data)
    return Opening(
        plan=plan,
        machine=machine,
        preset=chosen.name,
        target=call.output or DEFAULT_TARGET,
        start=position("review") if all((call.preset, call.model, call.gpu or call.demo, call.output)) else 0,
        chosen=call.preset is not None,
        origin=origin,
        drafts=drafts if call.resume or not named else (),
        first=first_run() and not (call.preset or call.model),
        resume=call.resume,
        data=named_data(call.data) if call.data is not None else None,
    )


def _drafts(outside: RealOutside) -> tuple[Draft, ...]:
    """Work that was left behind, the latest first."""
    from wizard.cli.outside import nearby
    from wizard.session.draft import from_mapping

    waiting = outside.drafts.waiting() if outside.drafts is not None else []
    found = (from_mapping(values, str(path)) for path, values in waiting)
    return tuple(
        replace(draft, file=nearby(draft.file), target=nearby(draft.target) or draft.target)
        for draft in found
        if draft is not None
    )


def _screen(opening: Opening, outside: RealOutside, settings: Preferences, theme: str | None, in_ascii: bool) -> int:
    """The full screen."""
    from wizard.ui.leaving import Signals

    gc.disable()  # until the first frame: to look through all that is imported would take a tenth of the time to it
    with Signals(cut_short) as signals:
        from wizard.ui.app import MemwizardApp
        from wizard.world import firstrun

        if opening.first:
            firstrun.seen()
        app = MemwizardApp(opening, outside, look_of(settings, theme, in_ascii=in_ascii))
        signals.leave = app.leave
        app.run()
        _last_words(app, outside, in_ascii)
    code = (app.return_code or 0) if signals.number is None else 128 + signals.number
    if code > 128:  # a signal: whoever sent it does not wait for Python to tidy up, which takes as long as all the rest
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
                stream.flush()
        os._exit(code)
    return code


def _last_words(app: MemwizardApp, outside: RealOutside, in_ascii: bool) -> None:
    """What is said once the terminal is as it was."""
    kept = what_became(outside, unwritten=hasattr(app, "wizard") and app.wizard.session.unwritten)
    if app.crash is not None:
        defect.tell(app.crash)
    farewell(app.path, app.text, app.review, kept=kept, stopped=(app.return_code or 0) > 128, in_ascii=in_ascii)
    if app.sparing_display.unknown is not None:
        other = f"this Textual is another than memwizard knows ({app.sparing_display.unknown})"
        say_last(f"memwizard: {other}; more was sent to the terminal than needed", in_ascii)


def _plain(opening: Opening, outside: RealOutside, in_ascii: bool) -> int:
    """Questions and answers in lines: prompts on stderr, so that stdout holds the file alone with `-o -`."""
    from wizard.plain import run
    from wizard.world import firstrun

    if opening.first:
        firstrun.seen()

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a byte that is no UTF-8 is a wrong answer, not an end

    def read(prompt: str) -> str:
        echo(prompt, nl=False, err=True)
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            raise EOFError
        return line.rstrip("\r\n")

    try:
        outcome = run(opening, outside, read=read, say=lambda text: echo(text, err=True), ascii=in_ascii)
    except EOFError:
        echo("", err=True)
        raise InputError(f"the answers ended before the config was written; {changes()}") from None
    farewell(
        outcome.path,
        outcome.text,
        outcome.review,
        kept=what_became(outside, unwritten=outcome.kept),
        stopped=False,
        in_ascii=in_ascii,
    )
    return outcome.code


def _require_terminal() -> None:
    """The screen needs a terminal to read keys from and to draw on (it draws on stderr)."""
    if os.environ.get("TERM", "") in ("dumb", "unknown", ""):
        words = "the wizard needs a terminal with a screen (TERM is dumb or not set)"
        raise InputError(f"{words}; `{_LINES}` asks line by line, `{_WITHOUT}` asks nothing")
    if not at_terminal():
        words = "the wizard needs a terminal on stdin and stderr"
        raise InputError(f"{words}; without one, try `{_WITHOUT}`")
