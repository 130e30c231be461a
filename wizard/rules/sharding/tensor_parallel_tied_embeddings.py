"""MW616."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.mesh import size
from wizard.domain.finding import Finding
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW616",
    "tensor-parallel-tied-embeddings",
    "error",
    keys=("tensor_parallel_size",),
    crashes="Tensor parallelism is incompatible with models configured with `tie_word_embeddings`",
)
def tensor_parallel_tied_embeddings(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Tensor parallelism for a model whose lm_head is its embedding.

    What it checks
        `tensor_parallel_size` is above 1 and the base model is known to tie its word embeddings, unless the
        config unties them under `overrides_of_model_config`.

    Why it matters
        Axolotl refuses it when it has read the model's own config, which is after the data were prepared.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            tensor_parallel_size: 2

        Good:
            base_model: Qwen/Qwen3-0.6B
            tensor_parallel_size: 1

    Fix
        FSDP in place of tensor parallelism, or a model that does not tie them.

    Source
        axolotl 0.19.0 loaders/utils.py:138 (read)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.tied or model.multimodal or not model.exact or size(plan, "tensor_parallel_size") < 2:
        return
    overrides = {**mapping(plan, "model_config"), **mapping(plan, "overrides_of_model_config")}
    if overrides.get("tie_word_embeddings", True):
        message = (
            f"tensor_parallel_size {size(plan, 'tensor_parallel_size')}, but {model.id} ties its word embeddings: "
            "Axolotl refuses it when it loads the model"
        )
        yield self.finding(message, "tensor_parallel_size", "base_model", plan=plan)
