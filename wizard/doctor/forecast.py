"""What the estimate forecast of the moment of a death, and what was reached there."""

from __future__ import annotations

from wizard.doctor.diagnosis import Diagnosis
from wizard.doctor.heard import Death
from wizard.doctor.patient import Patient
from wizard.doctor.stacks import term_of
from wizard.doctor.words import size
from wizard.domain.estimate import Component, Estimate, Phase

_PHASES: dict[str, tuple[Phase, ...]] = {
    "load": ("load",), "data": ("load",), "forward": ("forward", "backward"), "backward": ("forward", "backward"),
    "optimizer": ("optimizer",), "evaluation": ("eval",), "save": ("save",), "generation": ("forward", "backward"),
}  # fmt: skip
_NEAR = 0.03
"""Share by which a size may differ from a term's to be taken for it: torch rounds what is asked for up."""


def forecast(one: Diagnosis, patient: Patient) -> list[str]:
    """Sentences: what was forecast of this phase, what was reached, which term was in the making, and the verdict."""
    estimate, death = patient.estimate, one.death
    if estimate is None or death is None or death.kind != "gpu":
        return []
    phases = [phase for phase in _PHASES.get(death.phase, ()) if phase in estimate.phases]
    said = []
    if phases:
        likely = max(estimate.phases[phase] for phase in phases)
        said.append(_against(max(phases, key=lambda phase: estimate.phases[phase]), likely, death, estimate))
    making = _making(death, patient, estimate)
    if making:
        said.append(making)
    if patient.free is not None:
        need = f"{size(estimate.device.likely)} ({size(estimate.device.low)} to {size(estimate.device.high)})"
        verdict = {
            "over": "so that it could not fit", "tight": "so that it might just not fit",
            "fits": "so that it should have fitted: something took memory that the config does not tell of",
        }[estimate.fit(patient.free)]  # fmt: skip
        said.append(f"In all the run needs {need} of the {size(patient.free)} it could have, {verdict}.")
    return said


def beyond(one: Diagnosis, patient: Patient) -> int:
    """Bytes that the run had reached beyond its forecast: whatever they are, another plan would have them too."""
    estimate, found = patient.estimate, one.death.shortage if one.death else None
    if estimate is None or found is None or found.reached is None:
        return 0
    beside = estimate.device.likely - estimate.allocated.likely
    if found.process is not None and found.allocated is not None:
        beside = max(0, found.process - found.allocated - (found.idle or 0))
    return max(0, found.reached + beside - estimate.device.likely)


def _against(phase: str, likely: int, death: Death, estimate: Estimate) -> str:
    told = f"The estimate forecasts {size(likely)} allocated in this phase ({phase})"
    reached = death.shortage.reached if death.shortage else None
    if reached is None:
        return told + "."
    more = reached - likely
    spread = max(estimate.allocated.high - estimate.allocated.likely, likely // 50)
    if more > spread:
        return f"{told}; {size(reached)} were reached, {size(more)} more than that."
    return f"{told}, and {size(reached)} were reached with what was asked for."


def _making(death: Death, patient: Patient, estimate: Estimate) -> str:
    """Which term was in the making, by the size that was asked for or by the stack."""
    asked = death.shortage.asked if death.shortage else None
    logits = _as_logits(asked, death, patient)
    if logits:
        return logits
    term = term_of(death.calls)
    if term is None:
        return ""
    known: dict[str, int] = {str(name): value for name, value in estimate.components.items()}
    forecast_of = known.get(term)
    if not forecast_of:
        return f"What was being made belonged to the {term}."
    return f"What was being made belonged to the {term}, forecast as {size(forecast_of)} at the peak."


def _as_logits(asked: int | None, death: Death, patient: Patient) -> str:
    """Whether what was asked for has the size of the logits: tokens by words of the vocabulary by 2 or 4 bytes."""
    if asked is None or patient.model is None:
        return ""
    settings = patient.settings
    tokens = settings.eval_tokens if death.phase == "evaluation" else settings.tokens
    for width in (4, 2):
        whole = tokens * patient.model.vocab * width
        if whole and abs(asked - whole) <= whole * _NEAR:
            return (
                f"{size(asked)} are the logits: {tokens:,} tokens × {patient.model.vocab:,} words × {width} bytes;"
                f" forecast for all copies of them: {size(patient.estimate.components['logits'])}."
                if patient.estimate
                else ""
            )
    return ""


def states_of(patient: Patient) -> int | None:
    """Bytes of the optimizer's states, None where they are not known."""
    name: Component = "optimizer"
    return patient.estimate.components[name] if patient.estimate is not None else None
