"""What a layer is built with: which weights are trained, adapted, quantized, and in which dtype."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import targeted
from wizard.domain.model import Block, Model
from wizard.domain.model import Tensor as Shape
from wizard.memory.tape.engine import Parameter, Tape, TapeTensor
from wizard.memory.tape.liger import liger_norm
from wizard.memory.tape.linear import Adapter, Linear
from wizard.memory.tape.norms import centered_norm, gemma_norm, late_norm, layer_norm, rms_norm
from wizard.memory.weights import embedding_bytes


@dataclass(frozen=True)
class Builder:
    """Makes the parts of one layer: which weights are trained, adapted, quantized, and in which dtype."""

    model: Model
    block: Block
    settings: Effective

    @property
    def item(self) -> int:
        """Bytes of a frozen or trained weight as loaded."""
        return 4 if self.settings.weights_fp32 else 2

    @property
    def trained(self) -> bool:
        """Whether the base weights are trained."""
        return self.settings.lora is None

    @property
    def names(self) -> frozenset[str]:
        """Last parts of the names of its linear layers: Axolotl's kernels look for some of them."""
        return self.model.linear_names

    @property
    def narrow_learns(self) -> bool:
        """Whether a gradient goes to what the second embedding gives: through its projection, that is, where the
        embeddings' result wants one (`enable_input_require_grads`), or it has an adapter.
        """
        lora = self.settings.lora
        if lora is None or self.settings.checkpointing != "none":
            return True
        return any(
            "per_layer_model_projection" in one.path and targeted(self.model, one, lora) for one in self.model.tensors
        )

    def norm_weight(self, count: float) -> Parameter:
        """A norm's weight; fp32 where a full fine-tune keeps it so."""
        return Parameter(count, embedding_bytes(self.settings), trained=self.trained)

    def linear(self, outputs: float, inputs: float, *names: str) -> Linear:
        """A projection; `names` are the ends of its module's path, for LoRA's targets."""
        spared = names[0].rpartition(".")[2] in self.model.spared(self.settings.quantization)
        wide = self.settings.base_fp32 or (spared and self.settings.leftovers_fp32)
        weight = Parameter(outputs * inputs, 4 if wide else self.item, trained=self.trained)
        stored = self.settings.stored if self.settings.stored and "linear" in self.settings.stored.kinds else None
        quantized = (self.settings.quantization == "nf4" and not spared) or stored is not None
        lora = self.settings.lora
        adapter = None
        if lora is not None and self._adapted(names):
            a = Parameter(lora.rank * inputs, self.settings.adapter_computed, trained=True)
            b = Parameter(lora.rank * outputs, self.settings.adapter_computed, trained=True)
            adapter = Adapter(a, b, lora.rank, lora.dropout, lora.dora)
        eight = self.settings.quantization == "int8" and not spared
        unpacked = 2.0 * outputs * inputs if quantized else 0.0
        unpacks = stored is not None and stored.method == "gptq"
        copies = self.settings.copies_inputs or not (quantized or eight)
        return Linear(inputs, outputs, weight, adapter, unpacked, eight, unpacks, copies, self.settings.outliers)

    def _adapted(self, names: tuple[str, ...]) -> bool:
        lora = self.settings.lora
        assert lora is not None
        return any(
            targeted(self.model, Shape(f"{self.model.layer_path}.{name}", "linear", (1, 1)), lora) for name in names
        )

    def norm(self, tape: Tape, x: TapeTensor, count: float, groups: float = 1.0) -> TapeTensor:
        """The family's norm."""
        weight = self.norm_weight(count)
        if "norm" in self.settings.liger and self.model.norm_style in ("rms", "late", "gemma"):
            return liger_norm(tape, x, weight, groups)
        if self.model.norm_style == "gemma":
            return gemma_norm(tape, x, weight, groups)
        if self.model.norm_style == "late":
            return late_norm(tape, x, weight, groups)
        if self.model.norm_style == "centered":
            return centered_norm(tape, x, weight, groups)
        if self.model.norm_style in ("layer", "layer1p") and groups == 1.0:
            return layer_norm(tape, x, weight, narrow=self.model.norm_style == "layer1p")
        return rms_norm(tape, x, weight, groups)
