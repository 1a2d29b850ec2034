"""The house keeps its shape: imports point left, one library one door, functions and files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("intake", "rules", "replies", "store", "scheduler", "worker", "commands", "cli")
PURE = ("intake", "rules", "replies")
DOORS = {
    "imapclient": {"intake"},
    "libarchive": {"intake"},
    "python_calamine": {"intake"},
    "docx": {"replies"},
    "openpyxl": {"store", "replies"},
    "jinja2": {"replies"},
    "smtplib": {"replies"},
    "sqlite_utils": {"store"},
    "sqlite3": {"store"},
    "apscheduler": {"worker"},
    "click": {"cli", "commands", "replies"},
    "rich": {"replies"},
}
LONGEST_FUNCTION, MOST_PARAMETERS, LONGEST_FILE = 60, 6, 300
GLOSSARY, LONGEST_GLOSSARY = "model.py", 350  # nothing but types: split, they would be harder to read
BROAD_EXCEPTS = {"scheduler": 1, "cli": 1, "intake": 1, "worker": 1}  # around one letter, command, worker, job
BAD_NAMES = {"utils", "helper", "helpers", "manager", "process", "data", "common", "misc"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    folders = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted(folders + [ROOT / f"{room}.py" for room in ROOMS if (ROOT / f"{room}.py").exists()])


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(tree: ast.AST) -> tuple[str, ...]:
    return tuple(_imported(tree))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_point_left() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources()
        for module in imported(tree_of(path))
        if (top := module.partition(".")[0]) in ROOMS and ROOMS.index(top) > ROOMS.index(room_of(path))
    ]
    assert wrong == []


def test_each_library_has_its_room() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in sources()
        for module in imported(tree_of(path))
        if room_of(path) not in DOORS.get(module.partition(".")[0], set(ROOMS))
    ]
    assert wrong == []


@pytest.mark.parametrize(("library", "most"), [("imapclient", 4), ("smtplib", 2), ("jinja2", 2), ("apscheduler", 1)])
def test_each_door_is_one_file_or_one_family(library: str, most: int) -> None:
    users = [p for p in sources() if library in {m.partition(".")[0] for m in imported(tree_of(p))}]
    assert len(users) <= most, [name(p) for p in users]


def test_files_are_small_and_well_named() -> None:
    wrong = []
    for path in sources():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > (LONGEST_GLOSSARY if path.name == GLOSSARY else LONGEST_FILE):
            wrong.append(f"{name(path)} has {lines} lines")
        if BAD_NAMES & set(path.stem.split("_")):
            wrong.append(f"{name(path)}: a name that says nothing")
    assert wrong == []


def test_functions_are_small() -> None:
    wrong = []
    for path in sources():
        for function in functions(tree_of(path)):
            length = (function.end_lineno or 0) - function.lineno + 1
            given = [a for a in (*function.args.posonlyargs, *function.args.args) if a.arg not in ("self", "cls")]
            if length > LONGEST_FUNCTION or len(given) > MOST_PARAMETERS:
                wrong.append(f"{name(path)}:{function.lineno} {function.name}: {length} lines, {len(given)} parameters")
    assert wrong == []


def test_pure_rooms_have_no_clock_and_no_state() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in sources()
        if room_of(path) in PURE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Global) or (isinstance(node, ast.Call) and asks_a_clock(node.func))
    ]
    assert wrong == []


def asks_a_clock(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute):
        return False
    value = function.value
    owner = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return (owner, function.attr) in CLOCKS


def test_broad_excepts_are_few() -> None:
    found: dict[str, list[str]] = {}
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler) and swallows_all(node):
                found.setdefault(room_of(path), []).append(f"{name(path)}:{node.lineno}")
    assert {room: places for room, places in found.items() if len(places) > BROAD_EXCEPTS.get(room, 0)} == {}


def swallows_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    broad = caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))
    return broad and not isinstance(handler.body[-1], ast.Raise)  # clearing up and passing on is no swallowing


def test_no_rule_knows_a_call_by_name() -> None:
    calls = [path.stem for path in (ROOT / "rules" / "calls").glob("*.toml")]
    assert calls
    wrong = [
        f"{name(path)} names {call}"
        for path in sources()
        if room_of(path) in ("intake", "rules")
        for call in calls
        if f'"{call}"' in path.read_text(encoding="utf-8")
    ]
    assert wrong == []
