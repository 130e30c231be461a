"""The estimate: one file per term, put together phase by phase in `phases`."""

from wizard.memory.phases import estimate, estimate_of

__all__ = ["estimate", "estimate_of"]
