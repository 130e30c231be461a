"""Puts a tool's values into a command line, and reads what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import TypeAdapter

from wizard.mcp.answers import ConfigText, Row, ToolAnswer
from wizard.mcp.ports import Commands, Ran
from wizard.output.json.explain import ExplainOut
from wizard.output.json.meaning import MeaningOut

_START = "memwizard: "
_MOST_NOTES = 100
_EXPLAINED: TypeAdapter[ExplainOut | MeaningOut] = TypeAdapter(ExplainOut | MeaningOut)
AnyRow = TypeVar("AnyRow")


def option(name: str, value: object | None) -> list[str]:
    """`--name=value` as one word, so that a value that begins with a dash is no option; nothing for None."""
    return [] if value is None else [f"--{name}={value}"]


def source(path: str | None, text: str | None, what: str = "text") -> tuple[list[str], str]:
    """The last words of a command that reads one file, and its stdin. Raises ToolError unless one is given."""
    if (path is None) == (text is None):
        raise ToolError(f"give either `path` or `{what}`")
    if path is not None:
        if not path or "\0" in path:
            raise ToolError("`path` is no file's name")
        return ["--", f"./{path}" if path.startswith("-") else path], ""
    return ["--", "-"], text or ""


async def rows(commands: Commands, shape: type[Row], arguments: list[str], text: str = "") -> ToolAnswer[Row]:
    """What a command prints as JSON. Raises ToolError with its sentences where it could do nothing."""
    ran = await _ran(commands, arguments, text)
    found = [shape.model_validate_json(line) for line in ran.out.splitlines()]
    _able(ran, found)
    return ToolAnswer[shape](rows=found, notes=_notes(ran), exit_code=ran.code)  # type: ignore[valid-type]


async def explained(commands: Commands, arguments: list[str]) -> ToolAnswer[ExplainOut | MeaningOut]:
    """What `memwizard explain` prints of a rule or of another word. Raises ToolError where it knows none."""
    ran = await _ran(commands, ["explain", *arguments])
    found = [_EXPLAINED.validate_json(line) for line in ran.out.splitlines()]
    _able(ran, found)
    return ToolAnswer[ExplainOut | MeaningOut](rows=found, notes=_notes(ran), exit_code=ran.code)


def _able(ran: Ran, found: Sequence[object]) -> None:
    if ran.code not in (0, 1) and not found:
        raise ToolError(_sentences(ran))


async def config(commands: Commands, arguments: list[str], text: str = "") -> ConfigText:
    """What a command prints as a config. Raises ToolError where it printed none."""
    ran = await _ran(commands, arguments, text)
    if ran.code not in (0, 1) or not ran.out:
        raise ToolError(_sentences(ran))
    return ConfigText(text=ran.out, notes=_notes(ran), exit_code=ran.code)


async def _ran(commands: Commands, arguments: list[str], text: str = "") -> Ran:
    if any("\0" in word for word in arguments):
        raise ToolError("a value can't hold a zero byte")
    ran = await commands.run(arguments, text)
    if ran.cut:
        raise ToolError(ran.cut)
    return ran


def _notes(ran: Ran) -> list[str]:
    lines = [line.removeprefix(_START) for line in ran.err.splitlines() if line.strip()]
    more = len(lines) - _MOST_NOTES
    return [*lines[:_MOST_NOTES], *([f"and {more} more lines"] if more > 0 else [])]


def _sentences(ran: Ran) -> str:
    return "; ".join(_notes(ran)) or f"memwizard ended with {ran.code} and said nothing"
