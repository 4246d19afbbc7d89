"""Small errors that could stand in a module: one changed comparison, number or call each."""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

T = TypeVar("T")

OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
PAIRS = (
    *(("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("floor", "ceil")),
    *(("any", "all"), ("isna", "notna"), ("le", "lt"), ("ge", "gt")),
    *(("head", "tail"), ("lstrip", "rstrip"), ("startswith", "endswith")),
)
NAMES = dict(PAIRS) | {other: one for one, other in PAIRS}
# Options such as side="left"
WORDS = {"left": "right", "first": "last", "lower": "higher", "inner": "outer"}
WORDS |= {other: one for one, other in WORDS.items()}
# Calls that something would be left as it is without
STEPS = {
    *("abs", "sqrt", "log10", "log", "exp", "square", "round", "floor", "ceil", "cumsum"),
    *("sort", "sorted", "sort_values", "nine_digits", "unique", "drop_duplicates", "dropna"),
    *("fillna", "strip", "lower", "casefold", "removesuffix", "rstrip", "lstrip"),
}


class Mutant(NamedTuple):
    """A module with one small error.

    Parameters
    ----------
    kind : str
        Of error, such as ``number``.
    line : int
        Where it is.
    before, after : str
        The statement on one line, without those that stand in it.
    of, statement, instead : ast.Module, ast.stmt, ast.AST
        The right module, and what stands in it for one of its statements.
    """

    kind: str
    line: int
    before: str
    after: str
    of: ast.Module
    statement: ast.stmt
    instead: ast.AST

    def tree(self) -> ast.Module:
        """The module with the error."""
        return ast.fix_missing_locations(_Swap(self.statement, self.instead).visit(self.of))


class Error(NamedTuple):
    """An error that a node may have: what kind it is, and what stands there instead."""

    kind: str
    instead: ast.AST


def mutants(source: str) -> Iterator[Mutant]:
    """Yield each mutant of a module.

    No error is in a type, a docstring, a decorator, a message of an exception or of the log.
    """
    module = ast.parse(source)
    for statement in [node for node in ast.walk(module) if isinstance(node, ast.stmt)]:
        before = _head(statement)
        for node in _parts(statement):
            line = getattr(node, "lineno", statement.lineno)
            for kind, error in _errors(node):
                instead = _Swap(node, error).visit(statement)
                if (after := _head(instead)) != before:
                    yield Mutant(kind, line, before, after, module, statement, instead)


def drawn(source: str, rng: random.Random) -> Iterator[Mutant]:
    """Draw the mutants of a module, kind of error by kind."""
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in mutants(source):
        by_kind.setdefault(mutant.kind, []).append(mutant)
    for of_kind in by_kind.values():
        rng.shuffle(of_kind)
    return by_turns(by_kind.values())


def by_turns(lists: Iterable[Iterable[T]]) -> Iterator[T]:
    """Yield the first of each list, then the second of those that have one, and so on."""
    for turn in itertools.zip_longest(*lists):
        yield from (each for each in turn if each is not None)


def as_unparsed(text: str) -> str:
    """A statement as this version of Python writes it; see `Mutant`."""
    try:
        return _head(ast.parse(f"{text} ..." if text.endswith(":") else text).body[0])
    except SyntaxError:
        return text


class _Swap(ast.NodeTransformer):
    """Puts a node in the place of another one, in copies of what is around it."""

    def __init__(self, node: ast.AST, instead: ast.AST) -> None:
        self.node, self.instead = node, instead

    def visit(self, node: ast.AST) -> ast.AST:
        return self.instead if node is self.node else self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        parts = {
            name: [self.visit(each) if isinstance(each, ast.AST) else each for each in value]
            if isinstance(value, list)
            else self.visit(value)
            if isinstance(value, ast.AST)
            else value
            for name, value in ast.iter_fields(node)
        }
        return ast.copy_location(type(node)(**parts), node)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """A statement and what stands in it, but for other statements and what no error is in."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "exc", "op", "ops", "ctx"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and not _is_elsewhere(each):
                yield from _parts(each)


def _is_elsewhere(node: ast.AST) -> bool:
    """Whether a part of a statement is another one, a text, an axis or a guard."""
    is_guard = isinstance(node, ast.keyword) and node.arg in ("axis", "strict")
    return isinstance(node, ast.stmt | ast.JoinedStr) or is_guard or _is_message(node)


def _is_message(node: ast.AST) -> bool:
    """Whether a node says something in the log."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("LOG.", "logging."))


def _head(statement: ast.AST) -> str:
    """A statement on one line, without those that stand in it."""
    body = {"body": [ast.Expr(ast.Constant(...))], "orelse": [], "handlers": [], "finalbody": []}
    fields = dict(ast.iter_fields(statement))
    bare = type(statement)(**fields | {name: body[name] for name in body if name in fields})
    bare.__dict__.setdefault("lineno", 1)
    text = " ".join(ast.unparse(ast.fix_missing_locations(bare)).split())
    return text.removesuffix(" ...") if "body" in fields else text


def _errors(node: ast.AST) -> Iterator[Error]:
    """Yield the errors that a node may have."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                if type(op) in OPERATORS:
                    others = [*ops[:place], OPERATORS[type(op)](), *ops[place + 1 :]]
                    yield Error("comparison", _with(node, ops=others))
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() as op) | ast.BoolOp(op=op):
            yield Error("logic", _with(node, op=OPERATORS[type(op)]()))
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            if type(op) in OPERATORS:
                yield Error("arithmetic", _with(node, op=OPERATORS[type(op)]()))
            if isinstance(node, ast.AugAssign):
                yield Error("left out", ast.Pass())
        case ast.UnaryOp(op=op, operand=operand):
            yield Error("arithmetic" if isinstance(op, ast.USub) else "logic", operand)
        case ast.Constant(value=bool() as value):
            yield Error("truth", ast.Constant(not value))
        case ast.Constant(value=int() as value):
            yield Error("number", ast.Constant(value + 1))
        case ast.Constant(value=float() as value):
            yield Error("number", ast.Constant(2 * value if value else 1.0))
        case ast.Constant(value=str() as value) if value in WORDS:
            yield Error("name", ast.Constant(WORDS[value]))
        case ast.Name(id=name) if name in NAMES:
            yield Error("name", _with(node, id=NAMES[name]))
        case ast.Attribute(attr=name) if name in NAMES:
            yield Error("name", _with(node, attr=NAMES[name]))
        case ast.Call():
            if (rest := _without(node)) is not None:
                yield Error("left out", rest)
        case ast.Expr(value=ast.Call() as call) if not _is_message(call):
            yield Error("left out", ast.Pass())
        case ast.Raise():
            yield Error("left out", ast.Pass())


def _without(call: ast.Call) -> ast.expr | None:
    """What a call is made on, if it is one of `STEPS`."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="np" | "math"), attr=name) | ast.Name(id=name):
            return call.args[0] if name in STEPS and len(call.args) > 0 else None
        case ast.Attribute(value=value, attr=name):
            return value if name in STEPS else None
    return None


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with other fields."""
    return type(node)(**dict(ast.iter_fields(node)) | fields)
