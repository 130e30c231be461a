"""Where memwizard keeps things, on each system's own terms."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_NAME = "memwizard"


def config_folder() -> Path:
    """The person's settings and presets."""
    return Path(platformdirs.user_config_path(_NAME))


def presets_folder() -> Path:
    """The person's own presets."""
    return config_folder() / "presets"


def state_folder() -> Path:
    """Drafts."""
    return Path(platformdirs.user_state_path(_NAME))


def data_folder() -> Path:
    """What is kept of the person's runs."""
    return Path(platformdirs.user_data_path(_NAME))
