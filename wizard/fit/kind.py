"""The fields that change with the kind of training: what it needs, and what it may not have."""

from __future__ import annotations

from wizard.axolotl import adapters, batch, checkpointing, datasets, evaluation, fsdp, packing
from wizard.axolotl.architectures import UNPACKED, working_targets
from wizard.axolotl.kernels import LORA_KERNELS
from wizard.axolotl.kinds import kind_of
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import number
from wizard.fit.adapt import expert_changes
from wizard.fit.field_changes import loss_changes, micro_changes
from wizard.fit.method import method_changes, method_of
from wizard.knowledge.axolotl.versions import of_plan
from wizard.knowledge.kinds import TrainingKind, heads, own_fields, samples

_WHERE = ("path", "ds_type", "data_files", "name", "split", "revision", "trust_remote_code")
"""Of an entry of `datasets`, where the rows are; the rest is how they look."""


def kind_changes(kind: TrainingKind, plan: Plan, model: Model | None) -> dict[str, object]:
    """The change to another kind of training; nothing where the plan is of it."""
    if kind_of(plan) == kind.name:
        return {}
    changes: dict[str, object] = dict.fromkeys(own_fields(), REMOVE)
    if plan.get("model_type") in heads():
        changes["model_type"] = REMOVE
    changes |= kind.sets
    for name, value in kind.starts.items():
        changes[name] = value if plan.get(name) is None else plan[name]
    if kind.exact and method_of(plan) in ("qlora", "lora8"):
        changes |= method_changes("lora", plan.changed(changes), model)
    if kind.answers:
        changes |= _without_tokens_loss(plan)
    changes |= _batch(kind, plan) | _evaluation(kind, plan) | _schedule(kind, plan)
    changes["datasets"] = rows_of(kind, plan)
    if model is not None and kind.answers:
        changes |= expert_changes(plan.changed(changes), model)
    named = working_targets(model, of_plan(plan)) if model is not None and kind.name == "process_reward" else None
    if named is not None and adapters.lora_target_linear(plan):  # which takes the head as well, where PEFT stops
        changes |= {"lora_target_linear": REMOVE, "lora_target_modules": list(named)}
    return {name: value for name, value in changes.items() if value is not REMOVE or name in plan}


def rows_of(kind: TrainingKind, plan: Plan) -> list[dict[str, object]]:
    """The entries of `datasets`: a person's own rows stay where they are, public ones give way to rows of the form."""
    entries = [one.values for one in datasets.entries(plan, "datasets", "pretraining_dataset")]
    own = [one for one in entries if one.get("path") not in (None, *samples())]
    if not own:
        return [dict(kind.data)]
    form = {"type": kind.forms[0][0]} if kind.forms[0][0] else {}
    return [{**{key: one[key] for key in _WHERE if key in one}, **form} for one in own]


def _without_tokens_loss(plan: Plan) -> dict[str, object]:
    """What goes where the loss is not that of the next token: packing, fused losses, LoRA kernels, offloading."""
    changes: dict[str, object] = dict(UNPACKED) if packing.sample_packing(plan) else {"eval_sample_packing": REMOVE}
    changes |= loss_changes(plan, "plain") | {"activation_offloading": REMOVE}
    if adapters.adapter(plan) is not None:
        changes |= dict.fromkeys(LORA_KERNELS, False)
    if checkpointing.gradient_checkpointing(plan) and not fsdp.has_block(plan):
        changes |= {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}}
    return changes


def _batch(kind: TrainingKind, plan: Plan) -> dict[str, object]:
    micro = batch.micro_batch_size(plan)
    return micro_changes(plan, kind.rows) if micro < kind.rows else {}


def _evaluation(kind: TrainingKind, plan: Plan) -> dict[str, object]:
    """Rows kept aside as a share: only supervised training takes a number, and test data are of the old form."""
    if kind.sets.get("val_set_size") == 0:  # nothing is kept aside, so nothing is evaluated
        return dict.fromkeys(("evals_per_epoch", "eval_steps", "eval_strategy"), REMOVE)
    counts = kind.answers and evaluation.val_set_size(plan) >= 1
    return {"val_set_size": 0.05} if counts or evaluation.test_datasets(plan) else {}


def _schedule(kind: TrainingKind, plan: Plan) -> dict[str, object]:
    adapter, full = kind.rate
    changes: dict[str, object] = {"learning_rate": adapter if adapters.adapter(plan) is not None else full}
    if kind.warmup_steps is not None and number(plan.get("warmup_ratio"), 0.0) != 0:
        changes |= {"warmup_ratio": REMOVE, "warmup_steps": kind.warmup_steps}
    return changes
