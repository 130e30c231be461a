"""A conversation as a chat template is given it, and what renders one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Turn = dict[str, Any]
"""A message: its role, its content, and what else the template asks of it."""
Render = Callable[[Sequence[Turn], "list[Any] | None"], str]
"""The text of some turns with these tools. Raises TemplateRefused."""


class TemplateRefused(Exception):  # noqa: N818 (a refusal is what it is)
    """A template that does not render these turns: one sentence."""
