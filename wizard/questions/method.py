"""Step 3: what is trained, and in which precision."""

from __future__ import annotations

from wizard.axolotl import losses, precision, quantization
from wizard.axolotl.architectures import target_changes
from wizard.domain.plan import REMOVE
from wizard.fit.field_changes import loss_changes
from wizard.fit.method import method_changes, method_of
from wizard.questions.entries import real, shown, whole
from wizard.questions.kind import KIND, OF_KIND
from wizard.questions.question import Choice, Group, Option, Question, Situation, Step, TypedQuestion


def _adapters(situation: Situation) -> tuple[Option, ...]:
    plan, model = situation.plan, situation.model
    return (
        Option("QLoRA", "a small adapter is trained beside a base rounded to 4 bits: least memory",
               method_changes("qlora", plan, model)),
        Option("LoRA", "a small adapter is trained beside the frozen base, which stays exact",
               method_changes("lora", plan, model)),
        Option("8-bit LoRA", "the same beside a base rounded to 8 bits: slower, little gained over QLoRA",
               method_changes("lora8", plan, model)),
        Option("Full fine-tune", "every weight is trained: most memory, most change",
               method_changes("full", plan, model)),
    )  # fmt: skip


def _adapter_now(situation: Situation) -> int | None:
    method = method_of(situation.plan)
    return {"qlora": 0, "lora": 1, "lora8": 2, "full": 3}[method] if method else None


def _targets(situation: Situation) -> tuple[Option, ...]:
    if situation.plan.get("adapter") is None:
        return ()
    linear: dict[str, object] = {"lora_target_linear": True, "lora_target_modules": REMOVE}
    attention: dict[str, object] = {"lora_target_linear": REMOVE}
    attention["lora_target_modules"] = ["q_proj", "k_proj", "v_proj", "o_proj"]
    if situation.model is not None:
        linear |= target_changes(situation.plan.changed(linear), situation.model)
    found = [Option("attention only", "smaller adapter, learns less", attention)]
    if not quantization.quantize_moe_experts(situation.plan):
        found.insert(0, Option("all linear layers", "what the QLoRA paper recommends", linear))
    return tuple(found)


def _target_now(situation: Situation) -> int | None:
    options = _targets(situation)
    for place, option in enumerate(options):
        if all(
            situation.plan.get(name) == (None if value is REMOVE else value) for name, value in option.changes.items()
        ):
            return place
    return None


_NO_FP8: dict[str, object] = {"fp8": REMOVE, "torch_compile": REMOVE}


def _precisions(situation: Situation) -> tuple[Option, ...]:
    machine = situation.machine
    found = []
    if machine is None or machine.bf16 is not False:
        auto = {"bf16": "auto", "fp16": REMOVE, **_NO_FP8}
        found.append(Option("bf16", "16 bits with the range of fp32: the usual choice", auto))
    fp16 = {"bf16": False, "fp16": True, **_NO_FP8}
    found.append(Option("fp16", "16 bits for GPUs before Ampere; needs a gradient scaler", fp16))
    fp32: dict[str, object] = {"bf16": False, "fp16": False, **_NO_FP8}
    if losses.cut_cross_entropy(situation.plan):
        fp32 |= loss_changes(situation.plan, "plain")  # cut cross entropy wants 16 bits
    found.append(Option("fp32", "32 bits: twice the memory, for special cases", fp32))
    if situation.plan.get("adapter") is None and (machine is None or machine.fp8 is not False):
        fp8 = {"bf16": "auto", "fp16": REMOVE, "fp8": True, "torch_compile": True}
        found.append(Option("fp8 products", "faster on Hopper and later; full fine-tunes", fp8))
    return tuple(found)


def _precision_now(situation: Situation) -> int | None:
    plan = situation.plan
    if precision.fp8(plan):
        label = "fp8 products"
    elif precision.fp16(plan) and precision.bf16(plan) is not True:
        label = "fp16"
    else:
        label = "bf16" if precision.wants_bf16(plan) else "fp32"
    labels = [option.label for option in _precisions(situation)]
    return labels.index(label) if label in labels else None


def _has_adapter(situation: Situation) -> bool:
    return situation.plan.get("adapter") is not None


_PART: tuple[Question, ...] = (
    Choice(
        "adapter", "What is trained", "adapter",
        "A full fine-tune changes every weight and needs memory for weights, gradients and optimizer states. "
        "LoRA trains small matrices beside the frozen weights. QLoRA also rounds the frozen weights to 4 bits.",
        _adapters, _adapter_now,
    ),
    TypedQuestion(
        "rank", "Adapter rank", "lora_r",
        "How wide the adapter's matrices are. 8 to 64 is usual; twice the rank is twice the adapter.",
        shown("lora_r", 16), whole("lora_r", 1, 4096), shown=_has_adapter,
    ),
    TypedQuestion(
        "alpha", "Adapter scale", "lora_alpha",
        "The adapter's output is multiplied by lora_alpha / lora_r. Twice the rank is a common start.",
        shown("lora_alpha", 32), whole("lora_alpha", 1, 65536), shown=_has_adapter,
    ),
    TypedQuestion(
        "dropout", "Adapter dropout", "lora_dropout",
        "Drops this share of the adapter's input in training. 0 is fastest and needs least memory.",
        shown("lora_dropout", 0.0), real("lora_dropout", 0.0, 0.9), shown=_has_adapter,
    ),
    Choice(
        "targets", "Which layers get an adapter", "lora_target_linear",
        "All linear layers learn most. Attention only makes a smaller adapter.",
        _targets, _target_now,
    ),
)  # fmt: skip
_PRECISION = Choice(
    "precision", "Precision", "bf16",
    "The number format of weights and products. bf16 wherever the GPU has it.",
    _precisions, _precision_now,
)  # fmt: skip
METHOD = Step(
    "method",
    "Method",
    "How will it be trained?",
    (
        Group("The kind of training", (KIND, *OF_KIND)),
        Group("The part that is trained", _PART),
        Group("The format of numbers", (_PRECISION,)),
    ),
)  # fmt: skip
