"""Starts a run that was checked, stands beside it to its end, and tells and keeps what it needed."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from wizard.cli.common import say
from wizard.domain.errors import InputError
from wizard.domain.receipt import ENDED_BY_SOMEBODY
from wizard.domain.text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.cli.following import Ending, Face
    from wizard.cli.standing import Beside
    from wizard.doctor.leakwatch import Where
    from wizard.domain.receipt import Like, Receipt
    from wizard.domain.version import Version
    from wizard.output.text.run import Expected
    from wizard.review import Review
    from wizard.world.launched import Launched


_BY_US = "; something of it was still there after it, and was ended"


def begin(
    command: Sequence[str],
    review: Review,
    axolotl: Version,
    *,
    stop_after_save: bool = False,
    smoke: str | None = None,
    screen: str | None = None,
) -> int:
    """Run it; the exit code is the run's own.

    `stop_after_save`: where a leak will end it, the next save does. `smoke`: the config of a try. `screen`: what a full
    screen calls it, None for the plain form. Raises InputError where it can't be started.
    """
    from wizard.cli.learning import with_history
    from wizard.cli.standing import Beside
    from wizard.cli.starting import environment_of, launched, library_of
    from wizard.world.gauge import Gauge
    from wizard.world.launched import Launched
    from wizard.world.tree import Tree

    environment, set_here = environment_of(command[0], review.machine, axolotl)
    library, told = library_of(environment, review.machine)
    environment |= library
    by_accelerate = launched(command)
    _needs(
        with_history(review, axolotl, command[0]), disk=smoke is None, launched=by_accelerate
    )  # the receipt has the forecast without it
    for sentence in filter(None, (f"{set_here} is set for the run" if set_here else "", told)):
        say(sentence)
    expected = expected_of(review, launched=by_accelerate)
    face = _face(review, screen, disk=smoke is None)
    gauge = Gauge()
    ending = _Ending(command, review, axolotl, now(), smoke)
    try:
        run = Launched(command, environment, face.line.clear, face.held)
        beside = Beside(Tree(mark=run.mark), gauge, face.line, expected, frozenset({run.keeper}))
        beside.leaks.limits.update(limits(review))
        beside.stop, beside.stops_at_leak = lambda: run.signal(signal.SIGINT), stop_after_save
        face.follow(run, beside, lambda: ending.told(run, beside))
    finally:
        gauge.close()
    return ending.code


def _face(review: Review, screen: str | None, *, disk: bool) -> Face:
    """How the run is shown. `disk`: what it takes there too."""
    from wizard.cli.following import PlainForm

    if screen is None:
        return PlainForm()
    from wizard.cli.run_view import run_view
    from wizard.memory.disk import disk as left
    from wizard.world.there import free_disk

    folder = str(review.plan.get("output_dir") or ".")
    most = left(review.plan, review.effective, review.model).most if disk and review.model is not None else None
    return run_view(screen, most, lambda: free_disk(folder)) or PlainForm()


@dataclass
class _Ending:
    """The end of a run: what is said, what is kept. `code`: known then."""

    command: Sequence[str]
    review: Review
    axolotl: Version
    begun: str
    smoke: str | None
    code: int = 1

    def told(self, run: Launched, beside: Beside) -> Ending:
        """Keep its receipt; what is to be said, and the exit code."""
        from wizard.cli.learning import like_of
        from wizard.output.text.run import ended

        assert run.status is not None
        review = self.review
        code = run.status if run.status >= 0 else 128 - run.status
        words = [f"it ended with exit code {code}" + (_BY_US if run.killed else "")]
        receipt = receipt_of(review, like_of(review, self.axolotl, self.command[0]), beside, self.begun, code)
        words += ended(receipt, beside.expected)
        texts = [f"memwizard: {plain(one)}" for one in words]
        if code and code not in ENDED_BY_SOMEBODY:
            cause, text = _diagnosed(beside, review, run.status)
            receipt = replace(receipt, cause=cause)
            texts += [f"\n{text}"] if text else []
        texts += [f"memwizard: {plain(one)}" for one in kept(receipt)]
        self.code = code
        if self.smoke is not None:
            from wizard.cli.trying import verdict

            said, self.code = verdict(receipt, beside.expected, self.smoke, evaluates=review.effective.evaluates)
            texts.append(f"memwizard: {plain(said)}")
        return texts, self.code


def _needs(review: Review, *, disk: bool, launched: bool) -> None:
    """Say what will be needed and what is there; of the disk too, unless it is only tried."""
    from wizard.output.text.run import disk_need, needs
    from wizard.world.hostmemory import threads
    from wizard.world.there import free_disk

    free = free_disk(str(review.plan.get("output_dir") or "."))
    for sentence in (*needs(review, launched=launched, threads=threads()), *(disk_need(review, free) if disk else ())):
        say(sentence)


def now() -> str:
    """This moment, as receipts tell it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def expected_of(review: Review, *, launched: bool = True) -> Expected:
    """What a reviewed plan is forecast to need."""
    from wizard.output.text.run import Expected, host_need
    from wizard.world.hostmemory import threads

    total = review.machine.total_bytes if review.machine is not None else None
    return Expected(review.estimate, total, host_need(review, launched=launched, threads=threads()))


def limits(review: Review) -> dict[Where, int | None]:
    """Bytes that PyTorch can have of a GPU, and that the run's processes can have of host memory."""
    machine, estimate = review.machine, review.estimate
    free = machine.free_bytes if machine is not None else None
    beside = estimate.device.likely - estimate.allocated.likely if estimate is not None else 0
    return {
        "gpu": free - beside if free is not None else None,
        "host": machine.host_free_bytes if machine is not None else None,
    }


def kept(receipt: Receipt) -> list[str]:
    """Put the receipt into the store; why not, where that fails: a run is not less well done by that."""
    from wizard.world.receipts import Receipts

    try:
        Receipts().add(receipt)
    except InputError as error:
        return [str(error)]
    return []


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


def _diagnosed(beside: Beside, review: Review, status: int) -> tuple[str | None, str]:
    """What the run died of, by name, and as the doctor says it; None and "" where it did not."""
    from wizard.cli.patients import patient_from
    from wizard.doctor.tell import diagnoses, with_config
    from wizard.output.text.doctor import doctor_text

    if status < 0:
        beside.hears(beside.lines, f"ended with exit code {128 - status}")
    heard = beside.listener.ends()
    patient = patient_from(review)
    (one,) = diagnoses([heard], {each.code for each in patient.findings})
    return (one.cause, doctor_text(with_config(one, heard, patient))) if one.died else (None, "")
