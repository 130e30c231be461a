"""The checklist of a written file: what the run needs of the place where it starts, tried as far as it can be."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention, batch, deepspeed, images, losses, mesh, plugins
from wizard.axolotl.base import architecture
from wizard.domain.checklist import Checked, Needed
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.units import gib
from wizard.domain.units import size as sized
from wizard.domain.values import flag
from wizard.knowledge.axolotl.packages import run_package, type_packages
from wizard.knowledge.axolotl.versions import of_plan, release
from wizard.knowledge.models.catalogue import gated
from wizard.memory.disk import disk
from wizard.review import Review
from wizard.session.own_functions import own_functions
from wizard.session.ports import Here

AXOLOTL = "axolotl"
_JUDGED_BY_MATH = "trl.rewards.accuracy_reward"


def needed(review: Review, here: Here) -> tuple[Needed, ...]:
    """What the run needs, the packages first. `here`: whether the model is in the cache already."""
    plan = review.plan
    return (*_packages(review), *_files(plan), *own_functions(plan, here), *_model(plan), *_disk(review, here))


def _packages(review: Review) -> Iterator[Needed]:
    plan, version = review.plan, of_plan(review.plan)
    yield Needed(f"Axolotl {version}", f'pip install "axolotl=={release(version)}"', package=AXOLOTL)
    for identity in _asked(plan, review.model):
        found = run_package(identity, version)
        if found is not None:
            command = found.command.format(cut=losses.cut_loss_package(plan))
            yield Needed(found.package, command, found.note, package=found.package)
    for one in (*plugins.packages(plan), *type_packages(architecture(plan, review.model), version)):
        yield Needed(one.package, one.command, one.note, package=one.package)


def _asked(plan: Plan, model: Model | None) -> Iterator[str]:
    """The ids of what is asked for."""
    trl = batch.trl(plan)
    rewards = trl.get("reward_funcs")
    if attention.implementation(plan) == "flash_attention_2":
        yield "flash"
    if mesh.context_parallel_size(plan) > 1 and not deepspeed.deepspeed(plan):
        yield "ring"
    if deepspeed.deepspeed(plan):
        yield "deepspeed"
    if losses.loss(plan, None, []) == "cut":
        yield "cut"
    if flag(trl.get("use_vllm")):
        yield "vllm"
    if isinstance(rewards, list) and _JUDGED_BY_MATH in rewards:
        yield "math"
    if images.seen(plan, model) and model is not None and model.hears:
        yield "sound"
    if plan.get("mlflow_experiment_name"):
        yield "mlflow"


def _files(plan: Plan) -> Iterator[Needed]:
    written = deepspeed.file(plan)
    if written is not None:
        command = "axolotl fetch deepspeed_configs" if deepspeed.is_shipped(plan) else ""
        yield Needed(written, command, file=written)


def _model(plan: Plan) -> Iterator[Needed]:
    name = str(plan.get("base_model") or "")
    if gated(name):
        terms = f"and agree to its terms at https://huggingface.co/{name}"
        yield Needed(f"a login for {name}, which is gated", "hf auth login", terms, login=True)


def _disk(review: Review, here: Here) -> Iterator[Needed]:
    model, now = review.model, review.estimate
    if model is None or now is None:
        return
    name = str(review.plan.get("base_model") or "")
    if not here.cached(name):
        size = model.stored_bytes or 2 * model.parameters
        yield Needed(f"{gib(size)} of disk for {name}", file=here.cache_folder(), size=size)
    left = disk(review.plan, review.effective, model)
    folder = str(review.plan.get("output_dir") or ".")
    each = f"each checkpoint {sized(left.checkpoint.likely)}" if left.kept else "no checkpoint"
    yield Needed(f"{sized(left.most.likely)} of disk for what it saves ({each})", file=folder, size=left.most.likely)


def checked(review: Review, here: Here) -> tuple[Checked, ...]:
    """Each thing with its mark. Without Axolotl here the run starts elsewhere, and what is there is unknown."""
    elsewhere = here.installed(AXOLOTL) is None
    return tuple(_checked(one, here, elsewhere) for one in needed(review, here))


def _checked(need: Needed, here: Here, elsewhere: bool) -> Checked:
    if need.size:
        free = here.free_disk(need.file)
        if free is None or elsewhere:
            return Checked(need, "unknown", f"{gib(free)} free here" if free is not None else "")
        return Checked(need, "have" if free > need.size else "missing", f"{gib(free)} free")
    found = here.installed(need.package) if need.package else None
    there = found is not None or (need.login and here.logged_in()) or (bool(need.file) and here.exists(need.file))
    if there:
        return Checked(need, "have", found or "")
    return Checked(need, "unknown" if elsewhere or (need.note and need.package) else "missing")
