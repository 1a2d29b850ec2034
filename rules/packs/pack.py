"""Load a call: a pack that is shipped, or one at a path, with the officers' settings laid over it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rules.packs.build import Units, build, read_deadline
from rules.packs.call import TO_DECIDE, CallPack, PackError
from rules.packs.settings import lay_over

__all__ = ["CallPack", "PackError", "load_pack", "shipped_packs", "undecided"]

CALLS = Path(__file__).parent.parent / "calls"
EDITION = "1"  # rises when a rule of the catalogue may decide otherwise than before


def shipped_packs() -> tuple[str, ...]:
    """The ids of the packs that come with the program."""
    return tuple(sorted(path.stem for path in CALLS.glob("*.toml")))


def load_pack(id_or_path: str, settings: Mapping[str, Any] | None = None, config: str = "zhengji.toml") -> CallPack:
    """The call of a shipped pack's id or of a pack file, under the officers' settings (``[call."ID"]`` as read).

    ``config`` names the file of the settings in errors.

    Raises:
        PackError: no such pack, not readable, an unknown key, a value that cannot be.
    """
    shipped = CALLS / f"{id_or_path}.toml"
    path = shipped if shipped.is_file() else Path(id_or_path)
    raw = _read(path, id_or_path)
    if path != shipped:
        from rules.packs.schema import check_pack

        check_pack(raw, path.name)
    if settings:
        from rules.packs.schema import check_settings

        check_settings(settings, str(raw["id"]), config)
        read_deadline(settings.get("deadline", ""), config, f'[call."{raw["id"]}"].deadline')
    raw, by_officers = lay_over(raw, settings or {}, config)
    units, aliases = _units(raw, path)
    pack = build(raw, path.name, units, aliases, by_officers)
    return replace(pack, hash=_hash(raw, units, aliases))


def undecided(id_or_path: str) -> tuple[str, ...]:
    """The points that a pack file leaves to the officers in comments (待定), a line each with its place."""
    shipped = CALLS / f"{id_or_path}.toml"
    path = shipped if shipped.is_file() else Path(id_or_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(f"第{n}行：{x.removeprefix('# ')}" for n, x in enumerate(lines, start=1) if x.startswith(TO_DECIDE))


def _read(path: Path, wanted: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        cure = f"没有这个征集，随程序提供的有：{'、'.join(shipped_packs())}；也可以写 .toml 文件的路径"
        raise PackError(wanted, "", cure) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(path.name, "", "读不出来，请检查文件权限，并以 UTF-8 编码保存") from error
    except tomllib.TOMLDecodeError as error:
        raise PackError(path.name, _line(str(error)), "不符合 TOML 格式，请检查引号、括号和等号") from error


def _line(error: str) -> str:
    found = re.search(r"line (\d+), column (\d+)", error)
    return f"第{found[1]}行第{found[2]}列" if found else "文件末尾"


def _units(raw: Mapping[str, Any], path: Path) -> tuple[Units, dict[str, str]]:
    """The units that the notice addresses, and other names for them: (name, category, whether checked)."""
    table = raw.get("units")
    if table is None:
        return (), {}
    units = tuple((r[0], r[1], r[2] == "已核实") for r in _rows(path, table["file"], 3))
    aliases = {r[0]: r[1] for r in _rows(path, table["aliases"], 2)} if table.get("aliases") else {}
    return units, aliases


def _rows(path: Path, name: str, columns: int) -> list[list[str]]:
    place = path.parent / name
    try:
        lines = list(csv.reader(place.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(path.name, "units", f"名单 {name} 读不出来，请放在同一文件夹并以 UTF-8 编码保存") from error
    return [(row + [""] * columns)[:columns] for row in lines[1:] if row and row[0].strip()]


def _hash(raw: Mapping[str, Any], units: Units, aliases: Mapping[str, str]) -> str:
    whole = json.dumps([EDITION, raw, units, aliases], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()
