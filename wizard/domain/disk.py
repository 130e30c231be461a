"""What a run leaves on disk."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.estimate import Range


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes. `checkpoint`: one of them. `final`: what is saved at the end. `merged`: what `axolotl merge-lora` makes,
    None without a LoRA. `most`: the output folder at its fullest, while a checkpoint is written or at the end; what is
    merged afterwards is not in it. `kept`: checkpoints that stay.
    """

    checkpoint: Range
    final: Range
    merged: Range | None
    most: Range
    kept: int

    def parts(self) -> dict[str, Range]:
        """What is written, by name: each `checkpoint`, what is saved at the end (`final`), and `merged`."""
        found = {"checkpoint": self.checkpoint, "final": self.final}
        return found if self.merged is None else {**found, "merged": self.merged}
