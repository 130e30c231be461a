"""MW538."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.rules.registry import Rule, Subject, rule

_TARGET = "sinkgd_spectral_target"


@rule(
    "MW538",
    "sinkgd-arguments",
    "error",
    keys=("optim_args",),
    crashes=("sinkgd_spectral_target must be", "correct for width and double-count"),
)
def sinkgd_arguments(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Arguments that SinkGD does not take.

    What it checks
        `optimizer: sinkgd` with `optim_args` where `sinkgd_spectral_target` is neither unit nor muon, or where
        `sinkgd_base_width` stands beside `sinkgd_spectral_norm: true` with the target muon.

    Why it matters
        Axolotl's schema looks at none of it; the optimizer refuses it when it is made, after the model is loaded.
        Base width and the target muon both correct for the width of a layer, so together they do it twice.

    Example
        Bad:
            optimizer: sinkgd
            optim_args: {sinkgd_spectral_norm: true, sinkgd_spectral_target: mu}

        Bad:
            optimizer: sinkgd
            optim_args: {sinkgd_spectral_norm: true, sinkgd_spectral_target: muon, sinkgd_base_width: 1024}

        Good:
            optimizer: sinkgd
            optim_args: {sinkgd_spectral_norm: true, sinkgd_spectral_target: muon}

    Fix
        unit or muon as the target; with muon no `sinkgd_base_width`.

    Source
        axolotl 0.19.0 utils/optimizers/sinkgd.py:576 and :588 (read)
    """
    plan = subject.plan
    if plan.get("optimizer") != "sinkgd":
        return
    given = _arguments(plan)
    target = given.get(_TARGET)
    if target is not None and target not in ("unit", "muon"):
        message = f"{_TARGET} {target} in optim_args: SinkGD refuses it when training starts"
        yield self.finding(f"{message}, it takes unit or muon", "optim_args", plan=plan)
    normed = str(given.get("sinkgd_spectral_norm", False)).strip().lower() in ("1", "true", "yes", "on")
    if given.get("sinkgd_base_width") is not None and normed and target == "muon":
        message = (
            f"sinkgd_base_width with {_TARGET} muon in optim_args: SinkGD refuses both together when training starts"
        )
        yield self.finding(message, "optim_args", plan=plan)


def _arguments(plan: Plan) -> dict[str, object]:
    """`optim_args` as Axolotl reads them: a block, or `key=value,key=value`."""
    written = plan.get("optim_args")
    if isinstance(written, dict):
        return dict(written)
    if not isinstance(written, str):
        return {}
    pairs = (part.partition("=") for part in written.replace(" ", "").split(","))
    return {key: value for key, _, value in pairs}
