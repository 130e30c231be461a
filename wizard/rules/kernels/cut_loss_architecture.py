"""MW983."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import losses
from wizard.axolotl.base import architecture
from wizard.axolotl.plugins import CUT_LOSS, others
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.knowledge.axolotl.settings import without_loss
from wizard.rules.kernels._common import removed
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW983",
    "cut-loss-architecture",
    "error",
    fix="unsafe",
    keys=("cut_cross_entropy", "plugins"),
    crashes=("Could not import ForCausalLM class", "ForCausalLM' object has no attribute 'model'"),
)
def cut_loss_architecture(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Cut Cross Entropy on an architecture that it is not made for.

    What it checks
        The plugin of Cut Cross Entropy is listed and its loss is on, as it is by itself, and the base model is of a
        type that neither the fork of Axolotl knows nor the general way reaches: Falcon, GPT-NeoX and Pythia, GPT-J,
        GPT-2, Mamba, MPT, DBRX, SmolVLM, PaddleOCR-VL and others. The type must be known. Nothing is said with
        `trust_remote_code`, where the class that is changed may not be the one that is loaded.

    Why it matters
        The validator, which sees no model, takes the file. The general way puts a forward of Llama's into the class
        that is called ...ForCausalLM: where there is none the run dies as the model is loaded ("Could not import
        ForCausalLM class"), and where its layers are called otherwise at the first step ("'FalconForCausalLM' object
        has no attribute 'model'").

    Example
        Bad:
            base_model: tiiuae/falcon-7b
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

        Bad:
            base_model: EleutherAI/pythia-1.4b-deduped
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]

        Good:
            base_model: tiiuae/falcon-7b
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: false

        Good:
            base_model: Qwen/Qwen3-0.6B
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

    Fix
        The plain loss: the switch and the plugin go. Not safe: the logits of a whole batch stand in memory then.

    Source
        axolotl 0.21.0 integrations/cut_cross_entropy/__init__.py:164-205 with transformers 5.20.1 (small models of each
        type, executed to the loss, whose kernel wants a GPU)
    """
    plan = subject.plan
    kind = architecture(plan, subject.model)
    if kind not in without_loss("cut", "stops") or not losses.switches_to_cut(plan):
        return
    if flag(plan.get("trust_remote_code")):
        return
    key = "cut_cross_entropy" if "cut_cross_entropy" in plan else "plugins"
    fix = Fix(
        {**removed(one for one in plan.values if str(one).startswith("cut_cross_entropy")),
         "plugins": others(plan, CUT_LOSS) or REMOVE},
        "unsafe", "no cut_cross_entropy",
    )  # fmt: skip
    message = f"cut_cross_entropy is not made for {kind}: the run dies as the model is loaded, or at the first step"
    yield self.finding(message, key, plan=plan, fix=fix)
