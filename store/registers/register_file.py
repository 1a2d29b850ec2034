"""The register of recommending units as officers keep it: a file of one unit a row, read strictly, row by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rules.model import Unit
from rules.packs.pack import CallPack
from store.registers.lists import Columns, Line, ListError, read_lines

COLUMNS = Columns(
    names=("归口管理部门", "类别", "邮箱", "限额", "联系人", "联系电话", "备注", "别名"),
    required=("归口管理部门", "类别", "邮箱"),
    aliases={
        "单位": "归口管理部门",
        "单位名称": "归口管理部门",
        "推荐单位": "归口管理部门",
        "归口部门": "归口管理部门",
        "单位类别": "类别",
        "电子邮箱": "邮箱",
        "邮箱地址": "邮箱",
        "推荐限额": "限额",
        "电话": "联系电话",
        "简称": "别名",
    },
)
WIDTHS = (34, 18, 36, 8, 12, 22, 20, 24)
SEPARATORS = re.compile(r"[;；,，、\s]+")
ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+")
DOMAIN = re.compile(r"@[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+")
NOT_CHECKED = "待核实"

# Anybody can have an address there, so none of them can stand for a unit.
PUBLIC_DOMAINS = frozenset({
    "163.com", "126.com", "yeah.net", "188.com", "netease.com", "qq.com", "foxmail.com", "sina.com", "sina.cn",
    "sina.com.cn", "sohu.com", "139.com", "189.cn", "wo.cn", "wo.com.cn", "aliyun.com", "21cn.com", "21cn.net",
    "tom.com", "263.net", "263.net.cn", "2980.com", "eyou.com", "china.com", "citiz.net", "hainan.net", "10086.cn",
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "live.cn", "msn.com", "icloud.com",
    "me.com", "mac.com", "yahoo.com", "yahoo.cn", "yahoo.com.cn", "proton.me", "protonmail.com", "mail.com", "gmx.com",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Register:
    """The units of a register, in its order, and what in it an officer should look at."""

    units: tuple[Unit, ...]
    warnings: tuple[str, ...] = ()


def read_register(path: Path) -> Register:
    """The units as the file has them; a blank 限额 is null (``quota_of`` fills it).

    Raises ListError naming file, row and column: no unit name, a unit twice, a bad address, the domain of a public
    mail service, a 限额 that is no number.
    """
    units: dict[str, Unit] = {}
    for line in read_lines(path, COLUMNS):
        unit = _unit(path.name, line)
        if unit.name in units:
            raise _error(path.name, line, "归口管理部门", f"“{unit.name}”在前面已有一行，请合并为一行，邮箱用分号隔开")
        units[unit.name] = unit
    return Register(tuple(units.values()))


def with_warnings(register: Register, packs: Iterable[CallPack]) -> Register:
    """The register with a warning for each 类别 that none of the calls knows."""
    calls = [pack for pack in packs if pack.quotas]
    strange = [u for u in register.units if calls and not any(pack.quota(u.category) for pack in calls)]
    known = "、".join(dict.fromkeys(q.category for pack in calls for q in pack.quotas))
    words = (f"{u.name}：类别“{u.category}”不在通知所列之中，不设限额；可用的有：{known}" for u in strange)
    return Register(register.units, (*register.warnings, *words))


def quota_of(unit: Unit, pack: CallPack) -> int | None:
    """The unit's limit under a call: its own 限额, else the call's figure for its 类别, else null (通知未规定)."""
    if unit.limit is not None:
        return unit.limit
    quota = pack.quota(unit.category)
    return quota.limit if quota else None


def _unit(file: str, line: Line) -> Unit:
    name = line.cells.get("归口管理部门", "")
    if not name:
        raise _error(file, line, "归口管理部门", "没有填写单位名称，请补上或删去这一行")
    entries = tuple(_entries(file, line))
    return Unit(
        name=name,
        category=line.cells.get("类别", ""),
        limit=_limit(file, line),
        addresses=tuple(e for e in entries if not e.startswith("@")),
        domains=tuple(e[1:] for e in entries if e.startswith("@")),
        contact=line.cells.get("联系人", ""),
        phone=line.cells.get("联系电话", ""),
        note=line.cells.get("备注", ""),
        aliases=tuple(a for a in SEPARATORS.split(line.cells.get("别名", "")) if a),
    )


def _entries(file: str, line: Line) -> Iterator[str]:
    """The addresses and ``@domain`` entries of a row, lower case, each once."""
    text = unicodedata.normalize("NFKC", line.cells.get("邮箱", "")).lower()
    for entry in dict.fromkeys(e for e in SEPARATORS.split(text) if e):
        if not (DOMAIN.fullmatch(entry) if entry.startswith("@") else ADDRESS.fullmatch(entry)):
            raise _error(file, line, "邮箱", f"“{entry}”不是邮箱地址，也不是 @域名，请改正；多个邮箱用分号隔开")
        if entry.startswith("@") and is_public(entry[1:]):
            raise _error(file, line, "邮箱", f"{entry} 是公共邮箱的域名，任何人都能注册，请改填单位的完整邮箱地址")
        yield entry


def is_public(domain: str) -> bool:
    """Whether a domain belongs to a public mail service (vip.qq.com does too)."""
    return any(domain == public or domain.endswith(f".{public}") for public in PUBLIC_DOMAINS)


def _limit(file: str, line: Line) -> int | None:
    text = unicodedata.normalize("NFKC", line.cells.get("限额", "")).removesuffix("项").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise _error(file, line, "限额", f"“{text}”不是整数，请改为数字；留空则按类别取通知规定的限额")
    return int(text)


def _error(file: str, line: Line, column: str, cure: str) -> ListError:
    return ListError(f"{file}：第 {line.number} 行“{column}”列：{cure}")


def write_register(path: Path, units: Iterable[Unit]) -> None:
    """Write a register as .xlsx, ready to be filled in: header frozen and filtered, widths for Chinese."""
    from openpyxl import Workbook

    from store.made import sheets
    from store.made.ledger import save_whole

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "归口管理部门登记册"
    sheets.head(sheet, 1, COLUMNS.names)
    last = sheets.body(sheet, 2, [_cells(unit) for unit in units], WIDTHS)
    sheets.widths(sheet, WIDTHS)
    sheets.filter_and_freeze(sheet, 1, max(last, 2), len(COLUMNS.names), 1)
    sheets.print_setup(sheet, 1, max(last, 2), len(COLUMNS.names))
    save_whole(book, path)


def _cells(unit: Unit) -> tuple[object, ...]:
    limit = "" if unit.limit is None else unit.limit
    return (unit.name, unit.category, unit.entries, limit, unit.contact, unit.phone, unit.note, "、".join(unit.aliases))


def write_default_register(path: Path, pack: CallPack) -> None:
    """Write the register of the units that the notice addresses, addresses empty; raises FileExistsError."""
    if path.exists():
        raise FileExistsError(path)
    others: dict[str, list[str]] = {}
    for alias, unit in pack.unit_aliases.items():
        others.setdefault(unit, []).append(alias)
    units = (
        Unit(name, category, note="" if checked else NOT_CHECKED, aliases=tuple(others.get(name, ())))
        for name, category, checked in pack.units
    )
    write_register(path, units)
