"""The faults that can be put into a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One changed place, the so-manieth node of its file. `function`: the first line of the outermost one around it."""

    file: str
    line: int
    function: int
    name: str
    place: int
    before: str
    after: str


def faults(file: str, text: str) -> Iterator[Fault]:
    """Every fault of a file."""
    tree = ast.parse(text)
    places = {id(node): place for place, node in enumerate(ast.walk(tree))}
    for holder in _functions(tree):
        skipped = _left_out(holder)
        first = min([holder.lineno, *(one.lineno for one in holder.decorator_list)])
        for node in ast.walk(holder):
            other = _other(node) if isinstance(node, ast.expr) and id(node) not in skipped else None
            if isinstance(node, ast.expr) and other is not None:
                words = ast.unparse(node), ast.unparse(other)
                yield Fault(file, node.lineno, first, holder.name, places[id(node)], *words)


def with_fault(text: str, place: int) -> ast.Module:
    """The file with that node changed."""
    tree = ast.parse(text)
    wanted = list(ast.walk(tree))[place]

    class Change(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            other = _other(node) if node is wanted and isinstance(node, ast.expr) else None
            return ast.copy_location(other, node) if other is not None else self.generic_visit(node)

    Change().visit(tree)
    return ast.fix_missing_locations(tree)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Functions and methods, not those inside of them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif not isinstance(node, ast.expr):
            yield from _functions(node)


def _left_out(holder: ast.FunctionDef) -> set[int]:
    """Signatures, types, and what is said to people."""
    out: set[int] = set()
    for node in ast.walk(holder):
        parts: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef):
            parts = [node.args, *node.decorator_list, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.JoinedStr):
            parts = [node]
        out |= {id(inner) for part in parts for inner in ast.walk(part)}
    return out


def _other(node: ast.expr) -> ast.expr | None:
    """What could stand there by mistake."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARED:
            return ast.Compare(node.left, [_COMPARED[type(op)]()], node.comparators)
        case ast.BinOp() if type(node.op) in _RECKONED:
            return ast.BinOp(node.left, _RECKONED[type(node.op)](), node.right)
        case ast.BoolOp():
            return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            return node.operand
        case ast.IfExp():
            return ast.IfExp(node.test, node.orelse, node.body)
        case ast.Constant(value=bool()):
            return ast.Constant(not node.value)
        case ast.Constant(value=int() | float() as number):
            return ast.Constant(number + 1)
        case ast.Constant(value=str() as word) if word.isidentifier():
            return ast.Constant(word + "x")
    return None
