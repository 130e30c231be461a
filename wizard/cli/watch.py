"""`memwizard watch`."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from wizard.cli import completing
from wizard.cli.common import gpu_option, say, shown
from wizard.cli.echo import echo
from wizard.cli.version_option import axolotl_option
from wizard.domain.errors import InputError
from wizard.domain.text import plain

if TYPE_CHECKING:
    from wizard.cli.standing import Beside
    from wizard.cli.viewing import View
    from wizard.domain.version import Version
    from wizard.review import Review

_PAUSE, _EVERY = 0.25, 60.0


@click.command()
@click.argument("pid", metavar="PID", type=click.IntRange(1))
@click.option(
    "--config",
    metavar="FILE",
    shell_complete=completing.files,
    help="The run's config. Default: the one on its command line.",
)
@click.option(
    "--log",
    metavar="FILE",
    shell_complete=completing.files,
    help="What it prints: tells phases, steps, and a leak before it is full.",
)
@click.option("--tui", is_flag=True, help="On a full screen: figures and bars, the log below. F1 there has the keys.")
@gpu_option
@axolotl_option
def command(*, pid: int, config: str | None, log: str | None, tui: bool, gpu: str | None, axolotl: Version) -> int:
    """Watch what a run takes that was started otherwise: PID, and all that came of it. Ctrl+C ends the watching alone.

    \b
    Examples:
      memwizard watch 4711
      memwizard watch 4711 --config my.yml --log train.log
      memwizard watch 4711 --log train.log --tui

    Exit code 0 when the run has ended, 2 where there is no such process.
    """
    from wizard.cli.beginning import expected_of, limits, now
    from wizard.cli.standing import Beside
    from wizard.cli.statusline import StatusLine
    from wizard.cli.watch_view import watch_view
    from wizard.doctor.measured import RunPhases
    from wizard.output.text.run import Expected, needs
    from wizard.world.gauge import Gauge
    from wizard.world.terminal import unmixed
    from wizard.world.tree import Tree, command_line, folder_of

    tree = Tree(pid=pid)
    if not tree.pids():
        raise InputError(f"there is no process {pid}")
    words = command_line(pid)
    file = config or _config_of(words, folder_of(pid))
    review = _review(file, gpu, axolotl)
    expected = expected_of(review) if review is not None else Expected()
    for sentence in needs(review) if review is not None else ["its config is not known: name it with --config"]:
        say(sentence)
    screen = watch_view(f"{pid} {shown(file or '')}".rstrip()) if tui else None
    gauge, begun = Gauge(), now()
    line = screen.line if screen is not None else StatusLine(drawn=unmixed())
    beside = Beside(tree, gauge, line, expected, measured=RunPhases("run"))
    if review is not None:
        beside.leaks.limits.update(limits(review))

    def over() -> list[str]:
        return _over(review, axolotl, words, beside, begun) if review is not None else []

    try:
        if screen is not None:
            told = screen.follow(beside, lambda: _follow(beside, log, screen), over)
        else:
            _follow(beside, log)
            told = over()
    finally:
        gauge.close()
        beside.line.clear()
    for sentence in told:
        echo(sentence, err=True)
    return 0


def _over(review: Review, axolotl: Version, words: list[str], beside: Beside, begun: str) -> list[str]:
    """Keep a receipt; the last words."""
    from wizard.cli.beginning import kept, receipt_of
    from wizard.cli.learning import like_of
    from wizard.output.text.run import ended

    receipt = receipt_of(review, like_of(review, axolotl, words[0] if words else ""), beside, begun, None)
    return [f"memwizard: {plain(one)}" for one in (*ended(receipt, beside.expected), *kept(receipt))]


def _follow(beside: Beside, log: str | None, screen: View | None = None) -> None:
    """Until nothing of it lives, or the screen is left; of the log what stands in it by now, and what comes."""
    from contextlib import ExitStack, nullcontext

    from wizard.world.logs import opened

    told, lives, lock = time.monotonic(), True, screen.lock if screen is not None else nullcontext()
    with ExitStack() as open_files:
        source = open_files.enter_context(opened(log)) if log is not None else None
        while lives and not (screen is not None and screen.closes):
            lives = bool(beside.tree.pids())
            while source is not None and (text := source.read(1 << 16)):
                with lock:
                    beside.printed(text, error=False, beside=False)
                    if screen is not None:
                        screen.prints(text)
            with lock:
                beside.ticks()
            told = told if beside.line.live else _told(beside, told)
            time.sleep(_PAUSE)
    with lock:
        beside.ends()


def _told(beside: Beside, at: float) -> float:
    """A line now and then, where none can be drawn again and again; when the last was said."""
    moment = time.monotonic()
    if moment - at < _EVERY:
        return at
    beside.line.say(beside.status())
    return moment


def _config_of(words: list[str], folder: str | None) -> str | None:
    """The config on a command line, where it is a file that can be read."""
    for word in words[1:]:
        path = os.path.join(folder or "", word)
        if word.endswith((".yml", ".yaml")) and os.path.isfile(path):
            return path
    return None


def _review(config: str | None, gpu: str | None, axolotl: Version) -> Review | None:
    from wizard.cli.common import chosen_machine, model_of
    from wizard.review import review
    from wizard.world.configs import read_plan

    if config is None:
        return None
    plan = read_plan(config, axolotl)
    return review(plan, model_of(plan, None, config)[0], chosen_machine(gpu))
