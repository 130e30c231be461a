"""`memwizard mcp`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from wizard.cli import completing
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.mcp.ports import Ran, Wrote

_SECONDS = 120.0


class ChildCommands:
    """Commands of memwizard, each in a process of its own."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def run(self, arguments: Sequence[str], text: str = "") -> Ran:
        """`memwizard ARGUMENTS` with this text on stdin."""
        from wizard.mcp.ports import Ran
        from wizard.world.child import run

        done = await run(arguments, text, self._seconds)
        return Ran(done.code, done.out, done.err, done.cut)


class FencedFolder:
    """The one folder that is written into."""

    def __init__(self, folder: str) -> None:
        from wizard.world.fence import Fence

        self._fence = Fence(folder)

    def write(self, name: str, text: str, *, overwrite: bool) -> Wrote:
        """Write a config. Raises InputError where the name leads out of the folder, or the text is no config."""
        from wizard.cli.outside import RealOutside
        from wizard.mcp.ports import Wrote
        from wizard.session.writing import commit, prepare
        from wizard.world.configs import plan_of

        path = str(self._fence.inside(name))
        plan_of(text, name)
        files = RealOutside()
        pending = prepare(path, text, files)
        if pending.status == "replaces" and not overwrite:
            return Wrote(path, "exists", pending.difference)
        done = commit(pending, files)
        status: Literal["new", "same", "replaced"] = "new" if pending.status == "new" else "same"
        if pending.status == "replaces":
            status = "replaced"
        return Wrote(path, status, pending.difference, str(done.backup) if done.backup else None)


@click.group(invoke_without_command=True)
@click.option(
    "--allow-write",
    metavar="FOLDER",
    shell_complete=completing.folders,
    help="Offer the tool `write`, for configs in this folder alone.",
)
@click.option(
    "--seconds", type=click.FloatRange(1, 3600), default=_SECONDS, show_default=True, help="The most that a call takes."
)
@click.pass_context
def command(context: click.Context, allow_write: str | None, seconds: float) -> int:
    """Serve the engine to an agent, by the Model Context Protocol on stdin and stdout.

    \b
    Examples:
      memwizard mcp
      memwizard mcp --allow-write configs
      memwizard mcp install cursor --dry-run

    Its tools read, and tell; none writes but `write`, which is there with --allow-write alone.
    """
    if context.invoked_subcommand is not None:
        return 0
    folder = FencedFolder(allow_write) if allow_write is not None else None
    try:
        from wizard.mcp.server import server
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("mcp"):
            raise
        raise InputError("needs the package `mcp`: pip install 'memwizard[mcp]'") from None
    from wizard.cli.quiet import one_line_each

    made = server(ChildCommands(seconds), folder)
    one_line_each()
    made.run("stdio")
    return 0


@command.command()
@click.argument("agent", metavar="AGENT")
@click.option(
    "--allow-write",
    metavar="FOLDER",
    shell_complete=completing.folders,
    help="Start the server so that it may write configs there.",
)
@click.option("--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def install(agent: str, allow_write: str | None, dry_run: bool, yes: bool) -> int:
    """Put the server into an agent's file: claude, claude-desktop, cursor, codex, vscode.

    The difference is shown, and asked for; the old file stays as a backup.
    """
    import sys
    from pathlib import Path

    from wizard.cli.common import at_terminal, say
    from wizard.cli.echo import echo
    from wizard.domain.diff import unified
    from wizard.domain.nearest import did_you_mean
    from wizard.knowledge.agents import agents
    from wizard.output.agent_file import with_server
    from wizard.world import atomic
    from wizard.world.yamlfile import read_text

    known = agents(sys.platform)
    if agent not in known:
        raise InputError(f"there is no agent '{agent}'.{did_you_mean(agent, known)} Known: {', '.join(known)}.")
    path = Path(known[agent].file).expanduser()
    old = read_text(str(path)) if path.exists() else ""
    folder = [f"--allow-write={Path(allow_write).resolve()}"] if allow_write is not None else []
    new = with_server(old, known[agent], sys.executable, ["-m", "wizard", "mcp", *folder])
    if new == old:
        say(f"{path} has it already; nothing written")
        return 0
    echo(unified(old, new, str(path)), nl=False)
    if dry_run:
        return 0
    if not yes:
        if not at_terminal():
            raise InputError("nobody can be asked here; --yes agrees, --dry-run shows", file=str(path))
        if not click.confirm(f"Write {path} for {known[agent].title}?", err=True):
            raise click.Abort
    path.parent.mkdir(parents=True, exist_ok=True)
    backup = atomic.write(path, new)
    say(f"wrote {path}" + (f", the old content is {backup}" if backup else ""))
    return 0
