"""Why a run died, in sentences with figures."""

from __future__ import annotations

from wizard.doctor.diagnosis import CauseName
from wizard.doctor.growth import growth
from wizard.doctor.heard import Death, Heard
from wizard.doctor.shortage import Shortage
from wizard.domain.text import plain, shortened
from wizard.domain.units import GIB, MIB, gib
from wizard.knowledge.deaths import cause_texts, death_named

_LONG = 300


def phase_words(death: Death) -> str | None:
    """Where it died: `first step`, `step`, `first optimizer step`, or the phase's own name; None: untold."""
    if not death.placed:
        return None
    first = death.step == 0 or (death.step is None and death.steps is None)
    if death.phase in ("forward", "backward"):
        return "first step" if first and death.step is not None else "step"
    if death.phase == "optimizer":
        return "first optimizer step" if death.step == 0 else "step"
    return death.phase


def step_of(death: Death) -> int | None:
    """The step that it died in; of an evaluation or a save the one before it."""
    if death.step is None:
        return None
    return death.step + (death.phase in ("forward", "backward", "optimizer", "generation"))


def why(death: Death, heard: Heard, cause: CauseName) -> str:
    """What it died of, with the figures that the log has, and what that means."""
    row = death_named(death.name)
    said = [f"It died of {row.says}." if row else f"It died of {_ended(headline(death))}"]
    if row and row.kind == "stopped":
        said = [f"It was ended by {row.says}."]
    elif row and row.kind == "follower":
        said = [f"All that the log tells is {row.says}: the log of the process that died first is wanted."]
    elif row and row.kind == "killed":
        which = f"It died of {row.says}" if row.name != "killed" else "It was killed (SIGKILL)"
        said = [f"{which}. By whom the log does not say; it is most often the system's OOM killer when"
                " host memory is at its end, and `dmesg` tells."]  # fmt: skip
    elif not row and not death.name:
        said = ["The log is cut off within a stack, before it says of what."]
    if death.shortage is not None:
        said += figures(death.shortage)
    if cause == "leak" and (grown := growth(heard.samples, death.line)):
        old, new = grown
        said.append(f"After step {old.step} {gib(old.active)} were in use at the most, after step {new.step}"
                    f" {gib(new.active)}.")  # fmt: skip
    if cause == "first_optimizer_step" and death.phase != "optimizer":
        said.append("It was the second step, the first that has the optimizer's states beside it.")
    elif cause == "too_big" and heard.constant and (death.step or 0) > 1:
        said.append("Every batch has the same shape, so that no longer row explains why this step and none before it.")
    elif cause not in ("unknown", "not_memory") and not (row and row.kind == "killed"):
        said.append(cause_texts()[cause].says)
    return " ".join(said)


def figures(found: Shortage) -> list[str]:
    """The figures of a text as sentences."""
    said = []
    if found.asked is not None:
        free = f"; {size(found.free)} of {size(found.capacity)} were free" if found.capacity is not None else ""
        said.append(f"{size(found.asked)} more were asked for{free}.")
    if found.allocated is not None:
        idle = f", and {size(found.idle)} reserved but in no use" if found.idle is not None else ""
        said.append(f"PyTorch had {size(found.allocated)} allocated{idle}.")
    if found.allowed is not None:
        said.append(f"It was allowed {size(found.allowed)} of the GPU.")
    if found.of_others >= 256 * MIB:
        said.append(f"Other processes held {size(found.of_others)}.")
    if found.killed is not None:
        said.append(f"The process held {size(found.killed)} of host memory.")
    return said


def size(count: int | None) -> str:
    """Bytes as people read them."""
    if count is None:
        return "unknown"
    return gib(count) if count >= GIB // 10 else f"{count / MIB:.0f} MiB"


def headline(death: Death) -> str:
    """The line of an exception in a sentence, with the one below it where it only names the class, or announces it."""
    text = short(death.text)
    more = next((one.strip() for one in death.message.splitlines()[1:] if one.strip()), "")
    return short(f"{text} {more}") if text.endswith(":") and more else text


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "…")) else text + "."


def short(text: str) -> str:
    """A line of a log in a sentence."""
    return shortened(plain(text.strip()), _LONG)
