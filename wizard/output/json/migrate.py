"""The JSON of `memwizard migrate`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE
from wizard.domain.secrets import masked
from wizard.domain.version import Version
from wizard.migrate.engine import Migration
from wizard.output.json.shape import LineShape, Shape


class MoveOut(Shape):
    """One move: the rule, the keys it is about, why, and what it sets; null takes a key out."""

    code: str
    name: str
    fields: list[str]
    line: int | None
    message: str
    changes: dict[str, Any]
    safety: Literal["safe", "unsafe"]


class OpenOut(Shape):
    """What a person has to decide, in one sentence."""

    code: str
    fields: list[str]
    line: int | None
    message: str


class MigrateOut(LineShape):
    """One line of `memwizard migrate --json`. `text`: the file as it would be for this `axolotl`."""

    holds_a_file: ClassVar[bool] = True

    config: str
    changed: bool
    moves: list[MoveOut]
    open: list[OpenOut]
    text: str
    axolotl: str


def _move(move: Finding) -> MoveOut:
    assert move.fix is not None
    changes = {key: None if value is REMOVE else value for key, value in move.fix.changes.items()}
    return MoveOut(
        code=move.code,
        name=move.name,
        fields=list(move.fields),
        line=move.line,
        message=masked(move.message),
        changes=changes,
        safety=move.fix.safety,
    )


def migrate_out(config: str, before: str, made: Migration, axolotl: Version) -> MigrateOut:
    """A migration as JSON."""
    return MigrateOut(
        config=config,
        changed=made.text != before,
        moves=[_move(move) for move in made.moves],
        open=[
            OpenOut(code=one.code, fields=list(one.fields), line=one.line, message=masked(message))
            for message, one in made.open
        ],
        text=made.text,
        axolotl=str(axolotl),
    )
