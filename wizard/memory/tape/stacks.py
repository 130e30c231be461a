"""The stacked weights of experts: as they are, packed in fewer bits, or with LoRA's product added to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor

Packing = Literal["none", "nf4", "int8"]


@dataclass(frozen=True)
class Stack:
    """A stacked weight. `item`: bytes of an element as it is multiplied, which is not always as it is stored.

    `packing`: quantized by Axolotl as it loaded (monkeypatch/moe_quant.py), and taken out of its bits in each forward,
    4 bits to 16, 8 bits to fp32. `adapter`: elements of LoRA's two matrices on it, of `wide` bytes each; 0 where it has
    none. `folded`: their product goes into the sum as it is made, in the stack's own dtype (peft 0.21.2
    `_LoraFactorsProxy`, which turns autocast off).
    """

    weight: Parameter
    item: int
    packing: Packing = "none"
    adapter: float = 0.0
    folded: bool = False
    wide: int = 4

    @property
    def trained(self) -> bool:
        """Whether it gets a gradient of its own or through an adapter."""
        return self.weight.trained or bool(self.adapter)

    def delta(self, tape: Tape) -> TapeTensor | None:
        """LoRA's product, whole, which lives as long as the forward of the layer (peft `ParamWrapper`), but where it is
        folded into the sum.
        """
        return tape.new(0.0, self.item, self.weight.count) if self.adapter and not self.folded else None

    def read(self, tape: Tape) -> TapeTensor | None:
        """What is multiplied, where that is not the stored weight: it stays until the backward has used it."""
        count = self.weight.count
        plain = self._unpacked(tape) if self.packing != "none" else None
        if not self.adapter:
            return plain
        copies = self._copied(tape)
        out = tape.new(0.0, self.item, count)
        matrices = Parameter(self.adapter, self.wide, trained=True)
        saved = [copies]

        def backward(g: TapeTensor) -> Gradients:
            made = tape.new(0.0, self.wide, self.adapter)
            saved.clear()
            return [made]

        tape.link([out], [matrices], backward)
        return out

    def _copied(self, tape: Tape) -> TapeTensor:
        """The matrices in the dtype of their product, which saves them: none where they have it."""
        item = self.item if self.folded else tape.half
        return tape.new(0.0, item, self.adapter if self.wide != item else 0.0)

    def gradient(self, tape: Tape) -> TapeTensor | None:
        """The gradient of what was multiplied, whole."""
        return tape.new(0.0, self.item, self.weight.count) if self.trained else None

    def handed(self, tape: Tape, made: TapeTensor | None) -> TapeTensor | None:
        """The gradient once its product is done: one of an own weight goes at once into that of micro batches before
        (autograd takes such nodes first).
        """
        return None if tape.accumulates and self.weight.trained else made

    def _unpacked(self, tape: Tape) -> TapeTensor:
        """bitsandbytes: scales of 64 weights in fp32 on the way from 4 bits; a product in fp32 on that from 8."""
        count = self.weight.count
        passing = tape.new(0.0, 4, count / 64 if self.packing == "nf4" else count)
        out = tape.new(0.0, self.item, count)
        del passing
        return out
