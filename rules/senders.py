"""Who a letter is from: addresses against the register, and names of units as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rules.folding import fold, is_blank
from rules.model import Sender, Unit

SHORTER = (
    ("科学技术", "科技"),
    ("工业和信息化", "工信"),
    ("工业与信息化", "工信"),
    ("发展和改革", "发改"),
    ("发展改革", "发改"),
    ("林业和草原", "林草"),
    ("卫生健康", "卫健"),
    ("人力资源和社会保障", "人社"),
    ("住房和城乡建设", "住建"),
    ("市场监督管理", "市场监管"),
    ("国有资产监督管理", "国资"),
    ("人民政府", ""),
    ("委员会", "委"),
    ("有限责任公司", ""),
    ("股份有限公司", ""),
    ("有限公司", ""),
)
REGION = re.compile(r"^(内蒙古自治区|自治区|内蒙古)(?=.{2})")
CITY = re.compile(r"(?<=..)[市盟](?=(教育)?科技局|工信)")
BRACKETS = re.compile(r"[（(【\[〔][^）)】\]〕]{0,60}[）)】\]〕]")
PARTS = re.compile(r"[、，,；;/\n]|\s{2,}")
INNER_OFFICE = re.compile(r".{0,8}[科处室]")


def find_sender(address: str, units: Iterable[Unit]) -> Sender:
    """Who writes from the address; an exact address wins over a domain, ``""`` is nobody.

    Addresses are compared without case; a domain entry means exactly that domain.
    """
    wanted = address.strip().lower()
    if not wanted:
        return Sender("")
    known = tuple(units)
    exact = tuple(u for u in known if wanted in (a.lower() for a in u.addresses))
    if exact:
        return Sender(wanted, exact)
    domain = wanted.rpartition("@")[2]
    by_domain = tuple(u for u in known if domain in (d.lower().lstrip("@") for d in u.domains))
    return Sender(wanted, by_domain, by_domain=bool(by_domain))


def names_unit(text: str, unit: Unit, aliases: Mapping[str, str]) -> bool:
    """Whether the text names the unit: by its name, its short forms, or another name for it.

    ``aliases`` are the call's other names, folded by ``alias_keys``. Several names in the text: one is enough.
    """
    wanted = {key for name in (unit.name, *unit.aliases) for key in _keys(name)}
    wanted |= {aliases[key] for key in wanted if key in aliases}
    return any(_is_one_of(part, wanted, aliases) for part in (text, *PARTS.split(text)) if not is_blank(part))


def unit_named(text: str, units: Iterable[Unit], aliases: Mapping[str, str]) -> Unit | None:
    """The first unit that the text names."""
    return next((unit for unit in units if names_unit(text, unit, aliases)), None)


def alias_keys(aliases: Mapping[str, str]) -> dict[str, str]:
    """Other names for units in folded form: key of the alias -> key of the unit."""
    return {unit_key(alias): unit_key(unit) for alias, unit in aliases.items()}


def unit_key(name: str) -> str:
    """A unit's name without what people leave out or shorten: 内蒙古自治区科学技术厅 and 自治区科技厅 are one."""
    key = fold(name)
    for long, short in SHORTER:
        key = key.replace(long, short)
    return CITY.sub("", REGION.sub("", key))


def _keys(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", name)
    return {unit_key(plain), unit_key(BRACKETS.sub("", plain))} - {""}


def _is_one_of(text: str, wanted: set[str], aliases: Mapping[str, str]) -> bool:
    keys = _keys(text)
    if (keys | {aliases[key] for key in keys if key in aliases}) & wanted:
        return True
    return any(_is_office_of(key, unit) for key in keys for unit in wanted)


def _is_office_of(key: str, unit: str) -> bool:
    """Whether the key is the unit's with an inner office behind it (包头市科学技术局高新科)."""
    return len(unit) >= 4 and key.startswith(unit) and INNER_OFFICE.fullmatch(key[len(unit) :]) is not None
