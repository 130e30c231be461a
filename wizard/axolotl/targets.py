"""Which tensors LoRA adapts, and with which rank."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from wizard.axolotl.lora import Lora
from wizard.axolotl.unfrozen import names
from wizard.domain.model import Model, Tensor
from wizard.domain.patterns import compiled
from wizard.knowledge.peft import moved_experts


@dataclass(frozen=True, slots=True)
class Adapted:
    """`count` pairs of matrices: (rank, inputs) and (outputs, rank)."""

    count: int
    rank: int
    inputs: int
    outputs: int

    @property
    def numel(self) -> int:
        """Elements of one pair."""
        return self.rank * (self.inputs + self.outputs)


@lru_cache(maxsize=64)
def module_paths(model: Model) -> frozenset[str]:
    """The whole path of each module, those that hold others too; a tied output layer has one without a tensor."""
    paths = {name.rpartition(".")[0] for tensor in model.tensors for name in names(tensor)}
    inner = {path.rsplit(".", up)[0] for path in paths for up in range(1, path.count(".") + 1)}
    return frozenset(paths | inner | {"lm_head", "embed_out"})


def no_layers(model: Model, lora: Lora) -> list[str]:
    """Paths that it names and that are no layer which PEFT adapts: a norm, or a module that holds others.

    Of what is neither a norm nor such a holder nothing is said. Experts are moved elsewhere, and left out.
    Source: peft 0.21.2 tuners/lora/model.py `_create_new_module`, which raises for every other class.
    """
    norms = {name.rpartition(".")[0] for tensor in model.tensors if tensor.kind == "norm" for name in names(tensor)}
    weighed = {name.rpartition(".")[0] for tensor in model.tensors for name in names(tensor)}
    outer = {path.rsplit(".", 1)[0] for path in module_paths(model) if "." in path} - weighed
    holders = {path for path in outer if "experts" not in path.split(".")}
    found = compiled(lora.pattern) if lora.pattern is not None else None
    if lora.linear or (lora.pattern is not None and found is None):
        return []
    if found is not None:
        return sorted(path for path in norms | holders if found.fullmatch(path))
    ends = {name for name in lora.modules if name not in moved(model)}
    return sorted(path for path in norms | holders if _ends(path, ends))


def _ends(path: str, ends: Collection[str]) -> bool:
    parts = path.split(".")
    return any(".".join(parts[place:]) in ends for place in range(len(parts)))


def moved(model: Model) -> Mapping[str, str]:
    """Old names of a mixture's expert parts, and the stacked tensor each is in now; empty for most models."""
    return moved_experts().get(model.form, {})


@lru_cache(maxsize=256)
def expert_ranks(model: Model, lora: Lora) -> dict[str, int]:
    """Rank for each expert of each stacked tensor that is adapted, by the tensor's name; usually none is.

    `lora_target_parameters` name them; PEFT 0.19 also moves names there, as knowledge/peft.toml says.
    """
    written = set(lora.modules)
    if lora.linear:
        written |= {tensor.module for tensor in model.tensors if tensor.kind == "linear"}
    stacks = [tensor for tensor in model.tensors if tensor.kind == "experts"]
    found = {tensor.module: lora.rank for tensor in stacks if _layers(tensor, lora)}
    moves = moved(model)
    for place in set(moves.values()):
        parts = sum(moves.get(name) == place for name in written)
        if parts:
            found[place] = lora.rank * parts
    stacked = {tensor.module for tensor in stacks}
    return {name: rank for name, rank in found.items() if name in stacked}


def _layers(tensor: Tensor, lora: Lora) -> int:
    """In how many layers `lora_target_parameters` names it: in all, or in those whose numbers are named before it, as
    "7.mlp.experts.down_proj" (peft 0.20 `_create_and_replace_parameter`: the end of the whole name).
    """
    if any(tensor.path == name or tensor.path.endswith(f".{name}") for name in lora.parameters):
        return tensor.count
    before, _, after = tensor.path.rpartition("*.")
    named = set()
    for name in lora.parameters if before else ():
        start, _, number = name.removesuffix(f".{after}").rpartition(".")
        if name.endswith(f".{after}") and number.isdecimal() and f".{before}".endswith(f".{start}." if start else "."):
            named.add(int(number))
    return min(len(named), tensor.count)


def targeted(model: Model, tensor: Tensor, lora: Lora) -> bool:
    """Whether LoRA adapts this linear layer.

    `lora_target_linear` takes every linear layer but lm_head; names match the end of the module's path,
    a text is a regular expression over the whole path (peft 0.19 `check_target_module_exists`).
    """
    if tensor.kind not in ("linear", "head", "embedding"):
        return False
    path = tensor.path.replace("*", "0")
    if lora.pattern is not None and not lora.linear:
        found = compiled(lora.pattern)
        return bool(found and found.fullmatch(path))
    if tensor.module in moved(model) and expert_ranks(model, lora):
        return False
    if lora.linear and tensor.kind == "linear":
        return True
    return _ends(path, _names(lora.modules))


@lru_cache(maxsize=64)
def _names(modules: tuple[str, ...]) -> frozenset[str]:
    return frozenset(modules)


@lru_cache(maxsize=256)
def adapted(model: Model, lora: Lora) -> tuple[Adapted, ...]:
    """Every kind of adapted tensor. A stacked one has one pair with the rank of all its experts together."""
    found = []
    ranks = expert_ranks(model, lora)
    for tensor in model.tensors:
        if tensor.kind == "experts" and tensor.module in ranks and len(tensor.shape) == 3:
            experts, outputs, inputs = tensor.shape
            count = _layers(tensor, lora) or tensor.count  # the latter of names that PEFT moves there
            found.append(Adapted(count, experts * ranks[tensor.module], inputs, outputs))
        elif len(tensor.shape) == 2 and targeted(model, tensor, lora):
            found.append(Adapted(tensor.count, lora.rank, tensor.shape[1], tensor.shape[0]))
    return tuple(found)


def reached(model: Model, lora: Lora, rounded: Collection[str] = ()) -> int:
    """Elements of the base model's tensors that an adapter changes, and those of the kinds that are `rounded`."""
    ranks = expert_ranks(model, lora)
    return sum(
        tensor.total
        for tensor in model.tensors
        if tensor.kind in rounded
        or (tensor.kind == "experts" and tensor.module in ranks and len(tensor.shape) == 3)
        or (len(tensor.shape) == 2 and targeted(model, tensor, lora))
    )
