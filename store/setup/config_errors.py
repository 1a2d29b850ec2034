"""What is wrong in ``zhengji.toml``, in one Chinese line: file, place, cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from store.setup.settings import Settings

_TYPES = {
    "string_type": "应为文字，写在引号里",
    "int_type": "应为整数，不加引号",
    "float_type": "应为数字，不加引号",
    "bool_type": "应为 true 或 false，不加引号",
    "tuple_type": '应为列表，例如 ["甲", "乙"]',
    "model_type": "应为一个表，写作 [表名] 加各行配置",
    "mapping_type": "应为一个表，写作 [表名] 加各行配置",
    "date_type": "应为日期，例如 2027-01-01",
    "time_type": '应为时刻，例如 "08:30"',
}


def syntax_line(file: str, error: tomllib.TOMLDecodeError) -> str:
    """A file that is no TOML."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    place = f"第 {found[1]} 行第 {found[2]} 列" if found else "文件末尾"
    return f"{file}：{place}：不符合 TOML 格式，请检查引号、括号和等号"


def settings_line(file: str, error: ValidationError) -> str:
    """The first thing that a check of the settings found; the others come when this one is mended."""
    first = min(error.errors(), key=_importance)
    place, words = place_of(first["loc"]), _words(first)
    if first["type"] == "extra_forbidden" and isinstance(first["input"], dict):
        place = f"[{place}]"
    return f"{file}：{place}：{words}" if place else f"{file}：{words}"


def place_of(location: Iterable[int | str]) -> str:
    """Where a key stands, as it is written in the file: ``[mailbox].url``, ``[call."x"].deadline``, ``calls``."""
    keys = [key for key in location if isinstance(key, str)]
    ordinals = [key for key in location if isinstance(key, int)]
    item = f" 第 {ordinals[0] + 1} 项" if ordinals else ""
    if keys[:1] == ["call"] and len(keys) > 1:
        return f'[call."{keys[1]}"]' + "".join(f".{key}" for key in keys[2:]) + item
    if len(keys) > 1:
        return f"[{keys[0]}].{'.'.join(keys[1:])}{item}"
    return "".join(f"[{key}]" if _is_table(key) else key for key in keys) + item


def _importance(error: ErrorDetails) -> int:
    """An unknown key explains a missing one (a slip of the pen makes both): it is told first."""
    return {"extra_forbidden": 0, "missing": 2}.get(error["type"], 1)


def _words(error: ErrorDetails) -> str:
    say = _SPEAKERS.get(error["type"])
    return say(error) if say else _TYPES.get(error["type"], "值不对")


def _unknown(location: tuple[int | str, ...]) -> str:
    key, known = str(location[-1]), known_keys(location[:-1])
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    if near:
        return f"没有这个配置项，是否应为 {near[0]}？"
    if key in known_keys(()):
        return f"{key} 应写在文件开头，第一个 [表] 之前"
    homes = [table for table in known_keys(()) if _is_table(table) and key in known_keys((table,))]
    if homes:
        return f"这一项属于 [{homes[0]}]，请移到那里"
    return f"没有这个配置项，可用的有：{'、'.join(known)}"


def known_keys(table: Iterable[int | str]) -> list[str]:
    """The keys that a table of the file may hold, as they are written in it."""
    model: type[BaseModel] = Settings
    for key in table:
        model = next(_model(f.annotation) for name, f in model.model_fields.items() if key in (name, f.alias))
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_table(key: str) -> bool:
    return any(name == key and _holds_keys(f.annotation) for name, f in Settings.model_fields.items())


def _holds_keys(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _model(annotation: Any) -> type[BaseModel]:
    choices = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    found: type[BaseModel] = next(c for c in choices if _holds_keys(c))
    return found


def _missing(error: ErrorDetails) -> str:
    return "缺少这个表，请补上" if _is_table(str(error["loc"][-1])) else "缺少这一项，请补上"


def _choices(error: ErrorDetails) -> str:
    expected = error["ctx"]["expected"].replace("'", "").replace(", ", "、").replace(" or ", " 或 ")
    return f"“{error['input']}”不是可用的值，应为 {expected}"


_SPEAKERS: Mapping[str, Callable[[ErrorDetails], str]] = {
    "extra_forbidden": lambda error: _unknown(error["loc"]),
    "missing": _missing,
    "value_error": lambda error: str(error["ctx"]["error"]),
    "literal_error": _choices,
    "greater_than_equal": lambda error: f"不能小于 {error['ctx']['ge']}",
    "greater_than": lambda error: f"应大于 {error['ctx']['gt']:g}",
    "too_short": lambda error: "不能为空",  # noqa: ARG005 - every speaker is handed the error
}
