"""Starts a run that was checked, stands beside it to its end, and tells and keeps what it needed."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from wizard.cli.common import say
from wizard.cli.echo import echo
from wizard.domain.errors import InputError
from wizard.domain.receipt import ENDED_BY_SOMEBODY
from wizard.domain.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wizard.cli.standing import Beside
    from wizard.doctor.leakwatch import Where
    from wizard.domain.receipt import Like, Receipt
    from wizard.domain.version import Version
    from wizard.output.text.run import Expected
    from wizard.review import Review


_BY_US = "; something of it was still there after it, and was ended"


def begin(
    command: Sequence[str], review: Review, axolotl: Version, *, stop_after_save: bool = False, smoke: str | None = None
) -> int:
    """Run it; the exit code is the run's own.

    `stop_after_save`: where a leak will end it, the next save does. `smoke`: the config of a try. Raises InputError
    where it can't be started.
    """
    from wizard.cli.learning import like_of, with_history
    from wizard.cli.standing import Beside
    from wizard.cli.starting import environment_of, launched
    from wizard.cli.statusline import StatusLine
    from wizard.output.text.run import ended
    from wizard.world.gauge import Gauge
    from wizard.world.launched import Launched
    from wizard.world.terminal import unmixed
    from wizard.world.tree import Tree

    environment, set_here = environment_of(command[0], review.machine, axolotl)
    by_accelerate = launched(command)
    _needs(
        with_history(review, axolotl, command[0]), disk=smoke is None, launched=by_accelerate
    )  # the receipt has the forecast without it
    _allocators(review, environment, set_here)
    expected = expected_of(review, launched=by_accelerate)
    line, gauge, begun = StatusLine(drawn=unmixed()), Gauge(), now()
    try:
        run = Launched(command, environment, line.clear)
        beside = Beside(Tree(mark=run.mark), gauge, line, expected, frozenset({run.keeper}))
        beside.leaks.limits.update(limits(review))
        if stop_after_save:
            beside.stops_after_save = lambda: run.signal(signal.SIGINT)
        with run.heeding():
            for event in run.events():
                if event is None:
                    beside.ticks()
                else:
                    beside.printed(event.text, error=event.error, beside=event.beside)
        beside.ends()
    finally:
        gauge.close()
    assert run.status is not None
    code = run.status if run.status >= 0 else 128 - run.status
    line.say("memwizard: " + plain(f"it ended with exit code {code}" + (_BY_US if run.killed else "")))
    receipt = receipt_of(review, like_of(review, axolotl, command[0]), beside, begun, code)
    for sentence in ended(receipt, expected):
        say(sentence)
    if code and code not in ENDED_BY_SOMEBODY:
        receipt = replace(receipt, cause=_diagnosed(beside, review, run.status))
    kept(receipt)
    if smoke is not None:
        from wizard.cli.trying import verdict

        return verdict(receipt, expected, smoke, evaluates=review.effective.evaluates)
    return code


def _needs(review: Review, *, disk: bool, launched: bool) -> None:
    """Say what will be needed and what is there; of the disk too, unless it is only tried."""
    from wizard.output.text.run import disk_need, needs
    from wizard.world.there import free_disk

    free = free_disk(str(review.plan.get("output_dir") or "."))
    for sentence in (*needs(review, launched=launched), *(disk_need(review, free) if disk else ())):
        say(sentence)


def _allocators(review: Review, environment: Mapping[str, str], set_here: str) -> None:
    from wizard.cli.starting import keeps_what_is_freed
    from wizard.output.text.run import library_keeps

    if set_here:
        say(f"{set_here} is set for the run")
    if keeps_what_is_freed(environment, review.machine):
        say(library_keeps())


def now() -> str:
    """This moment, as receipts tell it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def expected_of(review: Review, *, launched: bool = True) -> Expected:
    """What a reviewed plan is forecast to need."""
    from wizard.output.text.run import Expected, host_need

    total = review.machine.total_bytes if review.machine is not None else None
    return Expected(review.estimate, total, host_need(review, launched=launched))


def limits(review: Review) -> dict[Where, int | None]:
    """Bytes that PyTorch can have of a GPU, and that the run's processes can have of host memory."""
    machine, estimate = review.machine, review.estimate
    free = machine.free_bytes if machine is not None else None
    beside = estimate.device.likely - estimate.allocated.likely if estimate is not None else 0
    return {
        "gpu": free - beside if free is not None else None,
        "host": machine.host_free_bytes if machine is not None else None,
    }


def kept(receipt: Receipt) -> None:
    """Put the receipt into the store; a run is not less well done where that fails."""
    from wizard.world.receipts import Receipts

    try:
        Receipts().add(receipt)
    except InputError as error:
        say(str(error))


def receipt_of(review: Review, like: Like, beside: Beside, begun: str, code: int | None) -> Receipt:
    """The receipt of a run that is over."""
    from wizard import __version__
    from wizard.domain.receipt import Receipt
    from wizard.session.last_run import digest_of

    estimate, course = review.estimate, beside.listener.course
    forecast = (estimate.allocated.low, estimate.allocated.likely, estimate.allocated.high) if estimate else None
    most = max((one.allocated for one in course.samples), default=0)
    return Receipt(
        begun=begun,
        digest=digest_of(review),
        memwizard=__version__,
        like=like,
        model=str(review.plan.get("base_model") or "")[:200],
        forecast=forecast if forecast is not None and forecast[0] > 0 else None,
        allocated=most or None,
        phases=beside.measured.told(),
        steps=course.finished,
        code=code,
    )


def _diagnosed(beside: Beside, review: Review, status: int) -> str | None:
    """Say what the run died of, as the doctor does; the name of the cause."""
    from wizard.cli.patients import patient_from
    from wizard.doctor.tell import diagnoses, with_config
    from wizard.output.text.doctor import doctor_text

    if status < 0:
        beside.hears(beside.lines, f"ended with exit code {128 - status}")
    heard = beside.listener.ends()
    patient = patient_from(review)
    (one,) = diagnoses([heard], {each.code for each in patient.findings})
    if one.died:
        echo("\n" + doctor_text(with_config(one, heard, patient)), err=True)
    return one.cause if one.died else None
