"""The command line. Each command stands in a file of its own, imported when it is called."""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
from typing import Any

import click

from wizard import __version__
from wizard.cli.stopping import Stopped, changes, heeded, stop
from wizard.domain.errors import InputError
from wizard.world.ledger import LEDGER

COMMANDS = {
    "wizard": "choose a model, method and batch with memory and rules beside you, and write the config",
    "probe": "show the GPUs of this machine: memory, what they can do, who uses them",
    "generate": "write a config from a preset, without questions",
    "check": "judge configs by every rule, with file and line",
    "migrate": "bring old configs, and keys of other trainers, to today's form",
    "estimate": "show what memory a config needs, by component and phase",
    "fit": "find what fits a GPU: the best settings, what each GiB costs, a map of models",
    "data": "show how long the rows of your data are, what is cut or padded, and the steps of an epoch",
    "run": "train with a config, watched: predicted against measured memory, and what it died of if it does",
    "watch": "watch what a run takes that was started otherwise",
    "history": "list the runs that were watched here and what each needed; delete or export them",
    "doctor": "say what a dead run died of, from its log, and what would have prevented it",
    "import": "make an Axolotl config of another trainer's settings",
    "explain": "tell a rule, a key or a word in full",
    "rules": "list the rules",
    "presets": "list the presets, yours among them",
    "models": "list the models whose shapes are known",
    "gpus": "list the GPUs that --gpu can name",
    "lsp": "serve all this to an editor (Language Server Protocol)",
    "mcp": "serve all this to an agent (Model Context Protocol)",
    "schema": "print a JSON Schema of Axolotl's YAML, for editors",
    "config": "show your settings and where each comes from",
    "report": "print what an issue should tell: versions, machine, settings, the last defect; no secrets",
}
EPILOG = """\b
Begin with one of:
  memwizard                      the wizard, on this machine's GPU
  memwizard --demo rtx-4090      the same, as if on another machine
  memwizard generate --preset qlora-24gb --gpu rtx-4090 -o my.yml
  memwizard check my.yml
  memwizard estimate my.yml --gpu 24GiB
\b
Shell completion (or zsh_source, fish_source):
  eval "$(_MEMWIZARD_COMPLETE=bash_source memwizard)"
"""


class LazyGroup(click.Group):
    """Imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in reading order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"wizard.cli.{cmd_name}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Options without a command belong to the wizard; a wrong command names the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from wizard.domain.nearest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS) or " `memwizard --help` lists them."
            if args[0].endswith((".yml", ".yaml")):
                hint = f" For a config: `memwizard check {args[0]}` or `memwizard estimate {args[0]}`."
            raise InputError(f"there is no command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`memwizard [options]` is `memwizard wizard [options]`."""
        if (not args and not ctx.resilient_parsing) or (
            args and args[0].startswith("-") and args[0] not in ("--help", "-h", "--version", "--")
        ):
            args = ["wizard", *args]
        return super().parse_args(ctx, args)


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="memwizard")
def cli() -> None:
    """Will this Axolotl fine-tune fit my GPU, and if not, what is the smallest change that makes it fit?

    Answers while you choose, in a terminal, over SSH too; ends with a YAML file that Axolotl accepts.
    Exit codes: 0 all is well, 1 an error was found or it does not fit, 2 the input or usage is wrong,
    70 memwizard itself has a fault, 130 interrupted (143 by SIGTERM, 129 by a closed line).
    """


def _defect() -> int:
    """Tell of a fault of ours, and keep where it was."""
    import traceback

    from wizard.cli import defect

    defect.tell(traceback.format_exc())
    return defect.CODE


def _know_shells() -> None:
    """Where a shell asks for completion: how it parts words."""
    if "_MEMWIZARD_COMPLETE" in os.environ:
        import wizard.cli.completing  # noqa: F401 (it tells click)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line: what a person can mend is one sentence and exit code 2, never a traceback."""
    gc.freeze()  # a short life: what is imported stays, and is not looked through again and again
    gc.set_threshold(100_000)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every character
    LEDGER.clear()
    if sys.stdout is None:  # closed from the start: what is found would be lost
        stop("stdout is closed, so that nothing can be printed", 2)
    _know_shells()
    with heeded():
        try:
            code = cli.main(args=arguments, prog_name="memwizard", standalone_mode=False)
        except InputError as error:
            from wizard.cli.common import spoken

            stop(spoken(error), 2)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "memwizard"
            stop(f"{error.format_message()} (`{command} --help` tells the options)", 2)
        except click.ClickException as error:
            stop(error.format_message(), 2)
        except (click.Abort, KeyboardInterrupt):
            stop(f"stopped; {changes()}", 130)
        except Stopped as asked:
            stop(f"stopped; {changes()}", asked.status)
        except BrokenPipeError:  # the reader went away
            sys.stderr.close()
            sys.exit(141)
        except OSError as error:  # stdout on a full disk, a current folder that is gone
            stop((error.strerror or str(error)) + (f"; {changes()}" if LEDGER.written() else ""), 2)
        except Exception:
            code = _defect()
    _tell_parted()
    sys.exit(code if isinstance(code, int) else 0)


def _tell_parted() -> None:
    if LEDGER.parted():
        from wizard.cli.common import say, shown

        for path in LEDGER.parted():
            say(f"{shown(str(path))} had another name (a hard link), under which the old content stays")
