"""Puts what would have prevented a death into the config, or shows the difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.cli.common import say, shown
from wizard.cli.echo import echo, put
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.doctor.diagnosis import Diagnosis, Remedy
    from wizard.doctor.heard import Heard
    from wizard.domain.version import Version

Seen = tuple[Sequence["Heard"], Sequence["Diagnosis"], "str | None"]
_ROUNDS = 6


def treat(config: str, axolotl: Version, seen: Seen, *, unsafe: bool, only_shown: bool) -> None:
    """Change one thing after another, the best first, until the plan fits the GPU of the log or nothing is left.

    Raises InputError where the file can't be changed.
    """
    from wizard.cli.fixing import save
    from wizard.domain.diff import unified
    from wizard.world.yamlfile import read_marked

    mark, text = read_marked(config)
    made, done, left = _treated(config, text, axolotl, seen, unsafe=unsafe)
    made = _retold(config, text, made, axolotl)
    name = "<stdin>" if config == "-" else config
    if only_shown:
        echo(unified(text, made, shown(name)), nl=False)
    elif config == "-":
        put(mark + made)
    elif made != text:
        save(config, mark, text, made)
    verb = "would be" if only_shown else "is"
    for one in done:
        say(f"{name}: {verb} changed: {one.says}")
    if not done:
        more = "; some that change the training need --unsafe-fixes" if left else ""
        say(f"{name}: nothing to change is known{more}")


def _retold(config: str, before: str, made: str, axolotl: Version) -> str:
    """The text with our own comments said of it as it is now; it may run on any GPU."""
    from wizard.cli.common import model_of
    from wizard.output.retold import retold
    from wizard.review import estimated
    from wizard.world.configs import plan_of

    plan = plan_of(made, "<stdin>" if config == "-" else config, axolotl)
    return retold(before, made, estimated(plan, model_of(plan, None, config)[0], None))


def _treated(config: str, text: str, axolotl: Version, seen: Seen, *, unsafe: bool) -> tuple[str, list[Remedy], bool]:
    """The text as changed, what was done, and whether there are changes that were not asked for."""
    from wizard.cli.patients import machine_of, patient_of
    from wizard.doctor.tell import diagnoses, with_config
    from wizard.world.configs import plan_of
    from wizard.world.rewrite import rewrite

    heard, told, gpu = seen
    machine = machine_of(told, heard, gpu)
    done: list[Remedy] = []
    left = False
    for _ in range(_ROUNDS):
        plan = plan_of(text, "<stdin>" if config == "-" else config, axolotl)
        patient = patient_of(plan, config, machine)
        again = diagnoses(heard, {one.code for one in patient.findings})
        leader = next((one for one in again if one.died and one.after is None), None)
        if leader is None:
            break
        one = with_config(leader, heard[again.index(leader)], patient)
        if done and patient.estimate is not None and patient.estimate.fit(patient.free) == "fits":
            break
        left = not unsafe and any(each.safety == "unsafe" for each in one.offers)
        offer = next((each for each in one.offers if each.safety == "safe" or unsafe), None)
        if offer is None or any(dict(offer.changes) == dict(each.changes) for each in done):
            break
        try:
            text = rewrite(text, offer.changes, config)
        except InputError as error:
            say(str(error))
            break
        done.append(offer)
        if one.cause not in ("load", "too_big", "longest_row", "first_optimizer_step", "not_memory", "disk"):
            break
    return text, done, left
