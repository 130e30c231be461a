"""Where agents keep the servers that they start; agents.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class AgentFile:
    """An agent's file of servers, on a system (`linux`, `darwin`). `key`: where in it the servers stand."""

    title: str
    file: str
    key: str

    @property
    def is_toml(self) -> bool:
        """Whether it is TOML; else it is JSON."""
        return self.file.endswith(".toml")


def agents(system: str) -> Mapping[str, AgentFile]:
    """All of them by name."""
    rows = {name: row for name, row in toml("agents").items() if isinstance(row, dict)}
    return {
        name: AgentFile(row["title"], str(row.get(f"file_on_{system}", row["file"])), row["key"])
        for name, row in rows.items()
    }
