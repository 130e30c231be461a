"""Packing, padding and streams: `sample_packing`, `eval_sample_packing`, `pad_to_sequence_len`, `batch_flattening`.

Source: axolotl 0.19.0 utils/schemas/{config,validation}.py, core/builders/causal.py:278.
"""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl import preference
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import flag, integer, optional_flag
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

_TELLS_ROWS_APART = Version(0, 21)
"""The first whose transformers refuses packed rows without the kernels."""


def sample_packing(plan: Plan) -> bool:
    """Whether short rows share a full one in training."""
    return flag(plan.get("sample_packing"))


def eval_sample_packing(plan: Plan) -> bool | None:
    """As written; None where it is not, which follows `sample_packing`."""
    return optional_flag(plan.get("eval_sample_packing"))


def early_eval_packing(plan: Plan) -> object:
    """`eval_sample_packing` as the early checks compare it: only YAML's own `false` turns it off there."""
    return plan.get("eval_sample_packing")


def packs_training(plan: Plan) -> bool:
    """Whether training packs: the trainers of preference methods do not."""
    return sample_packing(plan) and plan.get("rl") is None


def needs_kernels(plan: Plan) -> bool:
    """Whether rows are packed where Mamba's layers end without their kernels, instead of mixing what is packed.

    Source: transformers 5.20.1 integrations/hub_kernels.py, `use_kernel_func_from_hub_with_fallback`, which 5.16 and
    5.17 lack; what tells where rows begin comes from axolotl monkeypatch/models (`seq_idx`).
    """
    return packs_training(plan) and of_plan(plan) >= _TELLS_ROWS_APART


def packs_evaluation(plan: Plan) -> bool:
    """Whether evaluation packs too."""
    return packs_training(plan) and eval_sample_packing(plan) is not False


def pad_to_sequence_len(plan: Plan) -> bool | None:
    """As written; None where it is not."""
    return optional_flag(plan.get("pad_to_sequence_len"))


PADDING_MULTIPLE = 64


def padding_multiple(plan: Plan) -> int:
    """Tokens of which the rows of a batch are padded to a multiple, the longest of them too; 1 where they are not, as
    under TRL's trainers. What is no length counts as not written.

    Source: axolotl 0.21.0 core/builders/causal.py:393 (before it was 64 for all, 0.19.0 :386).
    """
    if pad_to_sequence_len(plan) is False or flattens(plan) or plan.get("rl") is not None:
        return 1
    return max(0, integer(plan.get("pad_to_multiple_of"), PADDING_MULTIPLE)) or PADDING_MULTIPLE


def pads(plan: Plan) -> bool:
    """Whether every row is as long as `sequence_len`: packed ones are, a reward model's where nothing is written."""
    written = pad_to_sequence_len(plan)
    return packs_training(plan) or (preference.reward_model(plan) if written is None else written)


def flattens(plan: Plan) -> bool:
    """Whether batch_flattening is on and not left to `auto`."""
    return not flattens_if_it_can(plan) and flag(plan.get("batch_flattening"))


def flattening_off(plan: Plan) -> bool:
    """Whether batch_flattening is written and YAML's own `false`."""
    return plan.get("batch_flattening") is False


def flattens_if_it_can(plan: Plan) -> bool:
    """Whether batch_flattening is `auto`."""
    return plan.get("batch_flattening") == "auto"


def streaming(plan: Plan) -> bool:
    """Whether `streaming` is set, as the early checks see it."""
    return bool(plan.get("streaming"))


def pretraining_dataset(plan: Plan) -> bool:
    """Whether `pretraining_dataset` is set."""
    return bool(plan.get("pretraining_dataset"))


def streams(plan: Plan) -> bool:
    """Whether rows are read as a stream, as Axolotl sees it before it reads types."""
    return pretraining_dataset(plan) or streaming(plan)


def with_evaluation(settings: Mapping[str, object], plan: Plan) -> dict[str, object]:
    """Settings, and where they end packing that of evaluation too: it would get pictures in a collator of texts alone,
    and stop (axolotl 0.21.0 core/builders/causal.py `build_collator`; executed).
    """
    ends = settings.get("sample_packing") is False and plan.get("eval_sample_packing")
    return {**settings, **({"eval_sample_packing": REMOVE} if ends else {})}
