"""What the rules on optimizers share."""

from __future__ import annotations

SHARDING = ("fsdp", "fsdp_config", "deepspeed")
"""The keys by which a plan may divide the optimizer's states."""
