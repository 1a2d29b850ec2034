"""The house keeps its shape: imports point left, one library one door, functions and files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("intake", "rules", "replies", "store", "scheduler", "cli")
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
    "apscheduler": {"scheduler"},
    "click": {"cli", "replies"},
    "rich": {"cli", "replies"},
}
LONGEST_FUNCTION, MOST_PARAMETERS, LONGEST_FILE = 60, 6, 300
GLOSSARY, LONGEST_GLOSSARY = "model.py", 350  # nothing but types: split, they would be harder to read
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


@pytest.mark.parametrize("path", sources(), ids=name)
def test_imports_point_left(path: Path) -> None:
    own = ROOMS.index(room_of(path))
    for module in imported(tree_of(path)):
        top = module.partition(".")[0]
        if top in ROOMS:
            assert ROOMS.index(top) <= own, f"{module} lies to the right of {ROOMS[own]}"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_each_library_has_its_room(path: Path) -> None:
    for module in imported(tree_of(path)):
        rooms = DOORS.get(module.partition(".")[0])
        assert rooms is None or room_of(path) in rooms, f"{module} belongs to {rooms}"


def test_each_door_is_one_file_or_one_family() -> None:
    alone = {"imapclient": 4, "smtplib": 2, "jinja2": 2, "apscheduler": 1}
    for library, most in alone.items():
        users = [p for p in sources() if library in {m.partition(".")[0] for m in imported(tree_of(p))}]
        assert len(users) <= most, f"{library} is imported in {[name(p) for p in users]}"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_small_and_well_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (LONGEST_GLOSSARY if path.name == GLOSSARY else LONGEST_FILE)
    assert not BAD_NAMES & set(path.stem.split("_")), "a name that says nothing"
    for function in functions(tree_of(path)):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, f"{function.name} is {length} lines long"
        places = len([a for a in (*function.args.posonlyargs, *function.args.args) if a.arg not in ("self", "cls")])
        assert places <= MOST_PARAMETERS, f"{function.name} has {places} parameters"


@pytest.mark.parametrize("path", [p for p in sources() if room_of(p) in PURE], ids=name)
def test_pure_rooms_have_no_clock(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            value = node.func.value
            owner = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
            assert (owner, node.func.attr) not in CLOCKS, f"line {node.lineno} asks a clock"


@pytest.mark.parametrize("path", [p for p in sources() if room_of(p) in PURE], ids=name)
def test_pure_rooms_keep_no_state(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        assert not isinstance(node, ast.Global), f"line {node.lineno}: module state"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_broad_excepts_are_few(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not isinstance(node.body[-1], ast.Raise)  # clearing up and passing on is no swallowing
    ]
    allowed = {"scheduler": 1, "cli": 1, "intake": 1}.get(room_of(path), 0)
    assert len(broad) <= allowed, f"broad excepts in lines {broad}"


def test_no_rule_knows_a_call_by_name() -> None:
    calls = [path.stem for path in (ROOT / "rules" / "calls").glob("*.toml")]
    assert calls
    for path in sources():
        if room_of(path) in ("intake", "rules"):
            text = path.read_text(encoding="utf-8")
            assert not [call for call in calls if f'"{call}"' in text], f"{name(path)} knows a call by name"
