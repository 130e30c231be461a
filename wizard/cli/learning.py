"""What runs of this machine tell of an estimate."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.cli.common import say
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.receipt import Like
    from wizard.domain.version import Version
    from wizard.review import Review


def like_of(review: Review, axolotl: Version, program: str) -> Like:
    """What other runs have to share to tell of this one."""
    from wizard.domain.receipt import Like
    from wizard.world.programs import beside

    settings = review.effective
    method = " ".join(filter(None, (settings.adapter or "full", settings.rl, settings.precision, settings.optimizer)))
    if settings.sharding.kind not in ("none", "ddp"):
        method += f" {settings.sharding.kind}"
    machine = review.machine.title if review.machine is not None else "unknown"
    return Like(str(axolotl), beside(program, "torch"), machine, method, settings.loss)


def with_history(review: Review, axolotl: Version, program: str | None = None) -> Review:
    """The review with the range that the receipts of like runs give its estimate.

    `program`: the Axolotl that would run, None for the one that is found here.
    """
    from wizard.memory.learned import learned, residuals
    from wizard.world.programs import axolotl_program
    from wizard.world.receipts import Receipts

    store = Receipts()
    if review.estimate is None or review.machine is None or not store.path.exists():
        return review
    try:
        found = store.all()
        started = program or axolotl_program(os.environ)
    except InputError as error:
        if error.file is not None:
            say(str(error))
        return review
    ratios = residuals(found, like_of(review, axolotl, started))
    return replace(review, estimate=learned(review.estimate, ratios, review.machine.free_bytes))


def last_run_of(review: Review) -> tuple[str, ...]:
    """What became of the last run of a config, as a sentence; none where nothing is known, or can't be read."""
    from wizard.session.last_run import last_run_text
    from wizard.world.receipts import Receipts

    store = Receipts()
    if not store.path.exists():
        return ()
    try:
        found = store.all()
    except InputError as error:
        return (str(error),)
    said = last_run_text(found, review)
    return (said,) if said is not None else ()
