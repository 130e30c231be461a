"""Shows what memory snapshots tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wizard.cli.common import print_json, shown
from wizard.cli.echo import echo

if TYPE_CHECKING:
    from wizard.domain.version import Version


def snapshots_of(files: Sequence[str]) -> list[str]:
    """Those that are snapshots and no logs."""
    from wizard.world.snapshots import is_snapshot

    return [file for file in files if is_snapshot(file)]


def see(files: Sequence[str], config: str | None, gpu: str | None, axolotl: Version, *, as_json: bool) -> int:
    """Print what each tells; 1 where memory was lacking in one. Raises InputError for what can't be read."""
    from wizard.cli.patients import patient_of, plan_named
    from wizard.doctor.snapshots import seen
    from wizard.world.snapshots import read_snapshot

    forecast: dict[str, int] = {}
    if config is not None:
        from wizard.cli.common import chosen_machine

        plan = plan_named(config, axolotl, found=False)
        if plan is not None:
            found = patient_of(plan, config, chosen_machine(gpu) if gpu is not None else None)
            forecast = {str(name): size for name, size in found.estimate.components.items()} if found.estimate else {}
    told = [seen(shown(file), read_snapshot(file)) for file in files]
    if as_json:
        from wizard.output.json.doctor import snapshot_out

        print_json(*(snapshot_out(one, config) for one in told))
    else:
        from wizard.output.text.snapshot import snapshot_text

        echo("\n\n".join(snapshot_text(one, forecast) for one in told))
    return int(any(one.diagnosis.died for one in told))
