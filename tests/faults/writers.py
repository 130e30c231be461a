"""All that memwizard writes: what was there before, what does it, and how it is read again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.cli.command import run
from tests.cli.configs import with_line
from wizard.domain.errors import InputError
from wizard.domain.receipt import Like, Receipt
from wizard.world import atomic, firstrun
from wizard.world.drafts import Drafts
from wizard.world.receipts import Receipts

BAD = with_line("eval_batch_size: 8")
GPU = ("--gpu", "rtx-4090")


@dataclass(frozen=True)
class Writer:
    """`path`: the file below the folder. `old`: its content before; None for none. `write` says if it was done."""

    path: str
    old: str | None
    write: Callable[[Path], bool]


def _config(folder: Path) -> bool:
    with contextlib.suppress(InputError):
        atomic.write(folder / "my.yml", "new: 1\n" * 500)
        return True
    return False


def _draft(folder: Path) -> bool:
    drafts = Drafts(folder / "drafts")
    drafts.save({"a": 1})
    drafts.close()
    return drafts.failed is None


def _receipt(folder: Path) -> bool:
    like = Like("0.21", None, "m", "lora", "sft")
    one = Receipt("2026-11-29T10:14:03Z", "d", "1", like, "x/y", None, None, (), None, 0)
    with contextlib.suppress(InputError):
        Receipts(folder).add(one)
        return True
    return False


def _seen(folder: Path) -> bool:
    firstrun.seen()
    return not firstrun.first_run()


def _called(*arguments: str) -> Callable[[Path], bool]:
    def call(folder: Path) -> bool:
        done = run(*arguments)
        assert done.code in (0, 1, 2)
        assert "Traceback" not in done.err
        return done.code != 2

    return call


WRITERS = {
    "the writer": Writer("my.yml", "old: 1\n" * 500, _config),
    "a new file": Writer("my.yml", None, _config),
    "a draft": Writer("drafts", None, _draft),
    "a receipt": Writer("history.jsonl", None, _receipt),
    "that the first page was seen": Writer("seen", None, _seen),
    "check --fix": Writer("my.yml", BAD, _called("check", "my.yml", "--fix", *GPU)),
    "check --output-file": Writer("out.json", "old\n", _called("check", "my.yml", *GPU, "--output-file", "out.json")),
    "a baseline": Writer("known.json", "old\n", _called("check", "my.yml", *GPU, "--write-baseline", "known.json")),
    "generate -o": Writer(
        "out.yml", "a: 1\n", _called("generate", "--preset", "qlora-24gb", *GPU, "-o", "out.yml", "--overwrite")
    ),
    "generate --launch": Writer(
        "job.yml", None, _called("generate", "--preset", "qlora-24gb", *GPU, "--launch", "slurm", "-o", "job.yml")
    ),
    "an agent's file": Writer("home/.cursor/mcp.json", '{"a": 1}\n', _called("mcp", "install", "cursor", "--yes")),
}
