"""From the tables of a pack file to a ``CallPack``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from intake.model import FieldLayout, Layout, SectionLayout
from rules.packs.call import (
    AmountSpec,
    ApplicantSpec,
    CallPack,
    Choice,
    ColumnSpec,
    Element,
    FieldSpec,
    IndicatorSpec,
    MatchingSpec,
    PackError,
    PeriodSpec,
    Quota,
    SectionSpec,
    SummarySpec,
)
from rules.packs.terms import terms_of

Table = Mapping[str, Any]
Units = tuple[tuple[str, str, bool], ...]
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def build(raw: Table, file: str, units: Units, aliases: Mapping[str, str], by_officers: frozenset[str]) -> CallPack:
    """The call that the tables describe; ``by_officers`` are the places that a workspace has set.

    Raises:
        PackError: a value that cannot be, named by its place.
    """
    _check_references(raw, file)
    form = raw["form"]
    return CallPack(
        id=raw["id"],
        **{key: raw[key]["value"] for key in ("prefix", "title", "short", "item_word", "office", "grace_hours")},
        **{key: raw[key]["value"] for key in ("mailbox", "contact", "recommended")},
        deadline=read_deadline(raw["deadline"]["value"], file, "deadline"),
        deadline_words=_deadline_words(raw, file),
        stays_open=_optional(raw, "stays_open", False),
        paper_duty=_optional(raw, "paper_duty", ""),
        layout=_layout(raw),
        fields=tuple(_field(f) for f in raw["field"]),
        sections=tuple(_section(s) for s in raw["section"]),
        name_field=form["name_field"],
        applicant_field=form["applicant_field"],
        unit_field=form.get("unit_field", ""),
        subject_field=form.get("subject_field", ""),
        quotas=tuple(_quota(q) for q in raw.get("quota", ())),
        units=units,
        unit_aliases=aliases,
        terms=terms_of(raw, by_officers),
        **_demands(raw),
    )


def read_deadline(value: object, file: str, place: str) -> datetime | None:
    """The instant at which letters are late: ``2026-06-30T24:00:00+08:00``, a day (to its 24:00), or ``""`` for none.

    Raises:
        PackError: not a time.
    """
    if value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    if isinstance(value, date):
        return _end_of(value)
    try:
        return _parse_deadline(str(value))
    except ValueError as error:
        cure = f"“{value}”不是时间，请写成 2026-06-30T24:00:00+08:00 或 2026-06-30"
        raise PackError(file, place, cure) from error


def _parse_deadline(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _end_of(date.fromisoformat(text))
    midnight = re.sub(r"([T ])24:00", r"\g<1>00:00", text)
    at = datetime.fromisoformat(midnight)
    at = at if at.tzinfo else at.replace(tzinfo=CHINA)
    return at + timedelta(days=1) if midnight != text else at


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)


def _deadline_words(raw: Table, file: str) -> str:
    words: str = raw["deadline_words"]["value"]
    at = read_deadline(raw["deadline"]["value"], file, "deadline")
    if words or at is None:
        return words
    last = at.astimezone(UTC).astimezone(CHINA)
    if last.hour or last.minute:
        return f"{last.year}年{last.month}月{last.day}日{last.hour}时{last.minute:02d}分"
    day = last - timedelta(days=1)
    return f"{day.year}年{day.month}月{day.day}日"


def _check_references(raw: Table, file: str) -> None:
    """Refuse a pack whose tables name fields, sections or columns that it does not have."""
    fields = {f["name"] for f in raw["field"]}
    places = fields | {s["name"] for s in raw["section"]}
    form = raw["form"]
    wanted = [(f"form.{k}", form.get(k, ""), fields) for k in ("name_field", "applicant_field", "unit_field")]
    wanted.append(("form.subject_field", form.get("subject_field", ""), fields))
    wanted += [(f"{k}.in", raw[k]["in"], places) for k in ("amount", "period", "indicators") if k in raw]
    wanted.append(("matching.in", raw.get("matching", {}).get("in", ""), places))
    if "summary" in raw:
        columns = {c["name"] for c in raw["summary"]["column"]}
        wanted += [(f"summary.{k}", v, columns) for k, v in raw["summary"].items() if k.endswith("_column")]
    for place, name, known in wanted:
        if name and name not in known:
            raise PackError(file, place, f"“{name}”不在本文件的字段、部分或列中，请更正")


def _optional(raw: Table, key: str, default: Any) -> Any:
    return raw[key]["value"] if key in raw else default


def _layout(raw: Table) -> Layout:
    form, summary, amount = raw["form"], raw.get("summary", {}), raw.get("amount", {})
    return Layout(
        call=raw["id"],
        titles=tuple(form["titles"]),
        fields=tuple(
            FieldLayout(f["name"], tuple(f.get("aliases", ())), bool(f.get("checkboxes")), f.get("unit", ""))
            for f in raw["field"]
        ),
        sections=tuple(
            SectionLayout(s["name"], tuple(s.get("aliases", ())), s.get("hint", ""), tuple(s.get("labels", ())))
            for s in raw["section"]
        ),
        notes=tuple(form.get("notes", ())),
        name_field=form["name_field"],
        amount_section=amount.get("in", ""),
        matching_section=raw.get("matching", {}).get("in", ""),
        amount_of=amount.get("of", "财政"),
        period_section=raw.get("period", {}).get("in", ""),
        summary_titles=tuple(summary.get("titles", ())),
        summary_columns=tuple((c["name"], tuple(c.get("aliases", ()))) for c in summary.get("column", ())),
    )


def _field(table: Table) -> FieldSpec:
    return FieldSpec(
        name=table["name"],
        required=table.get("required", False),
        choices=tuple(Choice(c["name"], tuple(c.get("aliases", ()))) for c in table.get("choices", ())),
        others_allowed=table.get("others_allowed", False),
        excluded=tuple(table.get("excluded", ())),
        checkboxes=table.get("checkboxes", False),
        single=table.get("single", True),
        format=table.get("format", ""),
    )


def _section(table: Table) -> SectionSpec:
    return SectionSpec(
        name=table["name"],
        required=table.get("required", True),
        max_words=table.get("max_words"),
        min_words=table.get("min_words"),
        must_name=table.get("must_name", ""),
    )


def _quota(table: Table) -> Quota:
    return Quota(table["category"], table.get("limit"), tuple(table.get("aliases", ())), table.get("partner", False))


def _demands(raw: Table) -> dict[str, Any]:
    """The terms that not every call has, ready for ``CallPack``."""
    makers = {
        "amount": _amount,
        "matching": lambda t: MatchingSpec(Decimal(str(t["ratio"])), t.get("asked_of", "all"), t.get("in", "")),
        "period": lambda t: PeriodSpec(t["in"], t.get("min_months"), t.get("max_months"), t.get("words", "")),
        "indicators": _indicators,
        "applicant": lambda t: ApplicantSpec(t.get("kind", ""), t.get("region_field", ""), tuple(t.get("region", ()))),
        "summary": _summary,
    }
    return {key: make(raw[key]) for key, make in makers.items() if key in raw}


def _amount(table: Table) -> AmountSpec:
    low, high = (None if table.get(k) is None else Decimal(str(table[k])) for k in ("min", "max"))
    return AmountSpec(table["in"], table.get("of", "财政"), low, high)


def _indicators(table: Table) -> IndicatorSpec:
    elements = tuple(
        Element(e["name"], tuple(e["patterns"]), tuple(e.get("ignore", ()))) for e in table.get("element", ())
    )
    return IndicatorSpec(table["in"], table.get("number", False), elements, table.get("papers_refused", False))


def _summary(table: Table) -> SummarySpec:
    columns = tuple(
        ColumnSpec(c["name"], c.get("heading") or c["name"], tuple(c.get("aliases", ())), c.get("required", False))
        for c in table["column"]
    )
    named = {key: value for key, value in table.items() if key.endswith("_column")}
    return SummarySpec(title=table["titles"][0], columns=columns, **named)
