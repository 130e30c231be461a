"""Puts the terms together: which phase is the worst, and the range."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl.effective import Effective, effective
from wizard.domain.estimate import Cause, Component, Estimate, Phase, Range
from wizard.domain.machine import Machine
from wizard.domain.model import Model, Packed
from wizard.domain.plan import Plan
from wizard.knowledge.optimizers import optimizer
from wizard.memory.activations import Activations, activations
from wizard.memory.adapter import trainable_parameters
from wizard.memory.alone import alone
from wizard.memory.generation import beside_training
from wizard.memory.host import host_bytes, host_need
from wizard.memory.loading import loading_in_doubt
from wizard.memory.peers import among
from wizard.memory.pinned import pinned
from wizard.memory.runtime import nvidia_smi, runtime
from wizard.memory.scored import scored
from wizard.memory.sound import causes_of_sound
from wizard.memory.static import Static, static
from wizard.memory.tensor_parallel import local
from wizard.memory.timeline import Moment, moments
from wizard.memory.tower import Images, images, of_other_sizes, unknown_tower
from wizard.memory.uncertainty import causes
from wizard.memory.uncertainty_sharding import causes_of_sharding
from wizard.memory.uncertainty_tapes import causes_of_tapes


def estimate(plan: Plan, model: Model, machine: Machine | None = None) -> Estimate:
    """The memory one run of this plan needs on the fullest GPU. Bytes; never raises.

    Formulas and sources stand in the terms this puts together; `docs/estimate.md` tells the whole.
    """
    return estimate_of(effective(plan, model, machine), model)


def estimate_of(settings: Effective, model: Model) -> Estimate:
    """The same for settings that are resolved already: an estimate reads nothing else of a plan."""
    model = scored(alone(model, settings), settings)
    found = _of_one(settings, model)
    return among(found, [_of_one(settings, peer) for peer in model.peers]) if model.peers else found


def _of_one(settings: Effective, model: Model) -> Estimate:
    mine = local(model, settings.sharding)
    known = static(mine, settings)
    seen = images(mine, settings)
    made = activations(settings, known, seen)
    phases, peak = _phases(mine, settings, known, made)
    if settings.offload_activations:
        here = settings._replace(offload_activations=False)
        without, other = _phases(mine, here, known, activations(here, known, seen))
        worst = max(phases[peak.phase], phases["load"])  # the range stands above both
        peak = peak._replace(back=max(0, without[other.phase] - worst))
    return _estimate(model, settings, known, made, phases, peak)


def _phases(model: Model, settings: Effective, known: Static, made: Activations) -> tuple[dict[Phase, int], _Peak]:
    """The most that is live in each phase, and the worst of the training."""
    parts, stays = known.parts, pinned(model, settings)
    fixed = parts.weights + parts.adapter + parts.states + beside_training(settings) + stays.all
    if stays.layer:
        made = made._replace(forward=made.forward - stays.layer, backward=made.backward - stays.layer)
    most: dict[Phase, float] = {}
    worst: tuple[Phase, Moment] | None = None
    busiest = 0.0
    for phase, moment in moments(model, settings, known, made):
        gradients, kept, logits, passing, reserved = moment  # its total, without a call for each of a dozen
        alive = gradients + kept + logits + passing + reserved
        total = alive + (fixed if phase != "load" else parts.weights)
        if total > most.get(phase, -1.0):
            most[phase] = total
            if phase == "load":
                continue  # before training: it counts for the device, not for training's peak
            busiest = max(busiest, alive - reserved)
            if worst is None or total > most[worst[0]] or phase == worst[0]:
                worst = (phase, moment)
    assert worst is not None
    return {phase: int(total) for phase, total in most.items()}, _Peak(*worst, busiest)


class _Peak(NamedTuple):
    """The worst moment of the training, and the most that one of its steps makes and frees, in bytes. `back`: by how
    much it would be worse if no activations were offloaded.
    """

    phase: Phase
    moment: Moment
    dynamic: float
    back: int = 0


def _estimate(
    model: Model,
    settings: Effective,
    known: Static,
    made: Activations,
    phases: dict[Phase, int],
    peak: _Peak,
) -> Estimate:
    phase, moment, dynamic, back = peak
    parts, trainable, mine = known.parts, known.trainable, local(model, settings.sharding)
    if mine is not model:
        trainable = trainable_parameters(model, settings)
    static = parts.weights + parts.adapter + parts.states + beside_training(settings)
    likely = phases[phase]
    found = (
        *_of_images(model, settings, made.images, dynamic),
        *causes_of_sound(model, settings, known),
        *causes_of_tapes(settings, known),
        *causes(mine, settings, static=static, dynamic=dynamic, trainable=trainable, back=back),
        *causes_of_sharding(model, settings, static=static, dynamic=dynamic, trainable=trainable),
    )
    over = max(0, phases["load"] - likely)
    found += _of_loading(over, loading_in_doubt(mine, settings, known) - likely - over)
    allocated = Range(
        max(0, likely - sum([cause.less for cause in found])),
        likely,
        likely + sum([cause.more for cause in found]),
    )
    host = host_bytes(model, settings, known, made)
    beside = runtime(settings, static, dynamic, parts.apart)
    device = Range(
        allocated.low + over + beside.low,
        likely + over + beside.likely,
        allocated.high + beside.high,
    )
    return Estimate(
        allocated=allocated,
        device=device,
        nvidia_smi_bytes=nvidia_smi(settings, likely, device.likely),
        peak_phase=phase,
        phases=phases,
        components=_components(known, moment, likely, beside.likely),
        trainable=trainable,
        host=host,
        host_need=host_need(host, settings.sharding.per_node, pinned=settings.sharding.pinned),
        causes=found,
        assumptions=settings.assumptions,
        warnings=_warnings(model, settings),
    )


def _of_images(model: Model, settings: Effective, made: Images, dynamic: float) -> tuple[Cause, ...]:
    """What images of another size than the likely one take, and towers that are not known here.

    A larger one also makes its row longer, where `sequence_len` is not longer already; what a step makes grows with
    it, and with its square where every score is written.
    """
    image, form = settings.image, model.images
    if image is None and settings.images and model.multimodal:
        return (Cause("images: this model's tower is not known here", 0, int(unknown_tower(model))),)
    if image is None or not image.varies or form is None:
        return ()
    small, large = of_other_sizes(model, settings)
    longer = max(1.0, form.seen(*form.largest).tokens / settings.sequence_len)
    written = settings.attention == "eager" or (settings.attention == "sdpa" and bool(settings.image_masks))
    text = max(0.0, dynamic - made.batch - made.kept) * (longer ** (2 if written else 1) - 1)
    tower = max(large.batch + large.kept - made.batch - made.kept, large.batch + large.kept + large.worst - dynamic)
    less = made.batch + made.kept - small.batch - small.kept
    return (Cause("how large images are", int(max(0.0, less)), int(max(0.0, tower) + text)),)


def _of_loading(over: int, doubt: float) -> tuple[Cause, ...]:
    """What loading adds to the training's peak, and may add."""
    if over <= 0 and doubt <= 0:
        return ()
    found = {"whether each process loads the whole model": doubt, "loading takes more than training for a moment": over}
    return tuple(Cause(name, 0, int(more)) for name, more in found.items() if more > 0)


def _components(known: Static, moment: Moment, likely: int, beside: int) -> dict[Component, int]:
    """What is live at the worst moment; what is not counted by name is temporary. `beside`: outside of PyTorch."""
    parts = known.parts
    named: dict[Component, int] = {
        "weights": int(parts.weights),
        "adapter": int(parts.adapter),
        "gradients": int(moment.gradients),
        "optimizer": int(parts.states),
        "activations": int(moment.activations),
        "logits": int(moment.logits),
    }
    named["temporaries"] = max(0, likely - sum(named.values()))
    named["runtime"] = beside
    return named


def _warnings(model: Model, settings: Effective) -> tuple[str, ...]:
    found = list(model.notes)
    if not model.exact and model.said is None:
        found.append(f"{model.model_type or 'this architecture'} has no known form here: taken as a plain transformer")
    if not optimizer(settings.optimizer).known:
        found.append(f"the memory of optimizer {settings.optimizer} is not known: priced as AdamW, widened")
    if model.moe and settings.quantization != "none" and not settings.quantize_experts:
        bits = "PEFT turns them to fp32" if settings.leftovers_fp32 else "they stay in 16 bits"
        found.append(f"the experts are not quantized without `quantize_moe_experts: true`: {bits}")
    if settings.mamba.code == "plain":
        found.append(
            "in 4 bits this model runs without mamba-ssm alone, whose kernel takes out_proj as it lies:"
            " transformers' own code is counted"
        )
    if pinned(model, settings).all:
        found.append(
            "Axolotl 0.19 never lets go of experts that it took out of 8 bits if checkpointing is not reentrant:"
            " `gradient_checkpointing_kwargs: {use_reentrant: true}` or Axolotl 0.20"
        )
    if settings.stored and model.packed and (said := _unpacked(model, model.packed, settings.stored)):
        found.append(said)
    if model.own_linear and settings.adapter == "qlora":
        found.append(f"bitsandbytes does not quantize {model.model_type}'s linear layers: QLoRA saves nothing here")
    if settings.images and settings.image is None:
        found.append("image tokens and the vision tower's activations are not in this estimate")
    if settings.adapter not in (None, "lora", "qlora"):
        found.append(f"adapter {settings.adapter} is priced as LoRA")
    return tuple(found)


def _unpacked(model: Model, came: Packed, stays: Packed) -> str:
    """What a base that came quantized has in 16 bits all the same; "" where all stays packed."""
    if not stays.kinds:
        return f"what {came.method} packed is turned to 16 bits in the first forward: nothing of it stays small"
    if model.moe and "experts" in came.kinds and "experts" not in stays.kinds:
        return f"{came.method} packs linear layers, and transformers 5 stacks the experts: they are in 16 bits here"
    return ""
