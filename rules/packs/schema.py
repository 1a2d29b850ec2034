"""The form of a pack file and of the officers' settings: every key, its type, and nothing else.

Only the checking lives here (pydantic is slow to load): ``rules.packs.pack`` asks for it when a pack or a setting comes
from outside; the packs that are shipped pass it in the tests.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rules.packs.call import PackError

T = TypeVar("T")
MESSAGES = {
    "missing": "缺少此项，请补上",
    "extra_forbidden": "没有这一项，请检查拼写或删去",
    "string_type": "应为文字（加引号）",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表 [ … ]",
    "tuple_type": "应为列表 [ … ]",
    "float_type": "应为数字",
    "string_too_short": "不能为空",
    "greater_than_equal": "数字过小",
    "model_type": '应为一组值，如 { value = …, source = "…" }',
    "literal_error": "不是可用的值",
}


class Strict(BaseModel):
    """A table of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Sourced(Strict, Generic[T]):
    """A value with the sentence of the notice that it comes from."""

    value: T
    source: str = Field(min_length=1)


class ChoiceTable(Strict):
    """A value that a field may have."""

    name: str
    aliases: list[str] = []


class FieldTable(Strict):
    """[[field]]."""

    name: str
    aliases: list[str] = []
    required: bool = False
    choices: list[ChoiceTable] = []
    others_allowed: bool = False
    others_source: str = ""
    excluded: list[str] = []
    excluded_source: str = ""
    checkboxes: bool = False
    single: bool = True
    format: Literal["", "uscc"] = ""
    unit: Literal["", "元", "万元", "亿元", "月", "个月", "年"] = ""
    source: str = Field(min_length=1)


class SectionTable(Strict):
    """[[section]]."""

    name: str
    aliases: list[str] = []
    hint: str = ""
    labels: list[str] = []
    required: bool = True
    max_words: int | None = Field(default=None, ge=1)
    min_words: int | None = Field(default=None, ge=1)
    must_name: Literal["", "enterprise"] = ""
    source: str = Field(min_length=1)


class QuotaTable(Strict):
    """[[quota]]."""

    category: str
    limit: int | None = Field(default=None, ge=0)
    aliases: list[str] = []
    partner: bool = False
    source: str = Field(min_length=1)


class UnitsTable(Strict):
    """[units]."""

    file: str
    aliases: str = ""
    source: str = Field(min_length=1)


class FormTable(Strict):
    """[form]."""

    titles: list[str]
    notes: list[str] = []
    name_field: str
    applicant_field: str
    unit_field: str = ""
    subject_field: str = ""
    source: str = Field(min_length=1)


class AmountTable(Strict):
    """[amount]."""

    place: str = Field(alias="in")
    of: Literal["财政", "总投入", "申请经费"] = "财政"
    min: int | float | None = Field(default=None, ge=0)
    max: int | float | None = Field(default=None, ge=0)
    source: str = Field(min_length=1)


class MatchingTable(Strict):
    """[matching]; ``in`` where the matching funds have a place of their own."""

    place: str = Field(default="", alias="in")
    ratio: int | float = Field(ge=0)
    asked_of: Literal["all", "enterprise"] = "all"
    source: str = Field(min_length=1)


class PeriodTable(Strict):
    """[period]."""

    place: str = Field(alias="in")
    min_months: int | None = Field(default=None, ge=0)
    max_months: int | None = Field(default=None, ge=0)
    words: str = ""
    source: str = Field(min_length=1)


class ElementTable(Strict):
    """[[indicators.element]]."""

    name: str
    patterns: list[str]
    ignore: list[str] = []


class IndicatorTable(Strict):
    """[indicators]."""

    place: str = Field(alias="in")
    number: bool = False
    element: list[ElementTable] = []
    papers_refused: bool = False
    source: str = Field(min_length=1)


class ApplicantTable(Strict):
    """[applicant]."""

    kind: Literal["", "enterprise"] = ""
    region_field: str = ""
    region: list[str] = []
    source: str = Field(min_length=1)


class ColumnTable(Strict):
    """[[summary.column]]."""

    name: str
    heading: str = ""
    aliases: list[str] = []
    required: bool = False


class SummaryTable(Strict):
    """[summary]."""

    titles: list[str]
    column: list[ColumnTable]
    name_column: str
    applicant_column: str = ""
    contact_column: str = ""
    phone_column: str = ""
    subject_column: str = ""
    amount_column: str = ""
    partner_column: str = ""
    source: str = Field(min_length=1)


class PackFile(Strict):
    """A whole pack."""

    id: str = Field(min_length=1)
    prefix: Sourced[str]
    title: Sourced[str]
    short: Sourced[str]
    item_word: Sourced[str]
    office: Sourced[str]
    issued: Sourced[str] | None = None
    deadline: Sourced[str]
    deadline_words: Sourced[str]
    stays_open: Sourced[bool] | None = None
    grace_hours: Sourced[int]
    mailbox: Sourced[str]
    contact: Sourced[str]
    recommended: Sourced[bool]
    paper_duty: Sourced[str] | None = None
    units: UnitsTable | None = None
    quota: list[QuotaTable] = []
    form: FormTable
    field: list[FieldTable]
    section: list[SectionTable]
    amount: AmountTable | None = None
    matching: MatchingTable | None = None
    period: PeriodTable | None = None
    indicators: IndicatorTable | None = None
    applicant: ApplicantTable | None = None
    summary: SummaryTable | None = None


class RangeTable(Strict):
    """A range in the settings; a missing end keeps the pack's."""

    min: int | float | None = Field(default=None, ge=0)
    max: int | float | None = Field(default=None, ge=0)


class Settings(Strict):
    """[call."ID"] of a workspace: what officers set over the pack."""

    deadline: str | datetime | date | None = None
    deadline_words: str | None = None
    grace_hours: int | None = Field(default=None, ge=0)
    mailbox: str | None = None
    contact: str | None = None
    paper_duty: str | None = None
    amount_wan: RangeTable | None = None
    matching_ratio: int | float | None = Field(default=None, ge=0)
    months: RangeTable | None = None
    quota: dict[str, int] | None = None
    sections: dict[str, RangeTable] | None = None


def check_pack(raw: Mapping[str, Any], file: str) -> None:
    """Refuse a pack that is not of this form, naming the place.

    Raises:
        PackError: with the first place that is wrong and its cure.
    """
    _check(PackFile, raw, file, "")


def check_settings(raw: Mapping[str, Any], call: str, file: str) -> None:
    """Refuse settings that are not of this form; errors as in ``check_pack``."""
    _check(Settings, raw, file, f'[call."{call}"]')


def _check(model: type[BaseModel], raw: Mapping[str, Any], file: str, root: str) -> None:
    try:
        model.model_validate(dict(raw))
    except ValidationError as error:
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")  # explains what is missing
        place = ".".join(_step(part) for part in first["loc"] if not _is_branch(part))
        cure = MESSAGES.get(first["type"], "值不正确")
        if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
            near = difflib.get_close_matches(str(first["loc"][0]), model.model_fields, n=1)
            cure = f"没有这一项，是否为 {near[0]}？" if near else cure
        raise PackError(file, f"{root}.{place}".strip("."), cure) from error


def _step(part: int | str) -> str:
    """A step of the place: list positions count from one for a reader."""
    return f"第{part + 1}项" if isinstance(part, int) else part


def _is_branch(part: int | str) -> bool:
    """Whether pydantic names a branch of a union here, which is no place in the file."""
    return isinstance(part, str) and part in {"str", "int", "float", "datetime", "date", "RangeTable"}
