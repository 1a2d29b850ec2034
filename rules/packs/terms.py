"""The terms of a call in Chinese words, each with its sentence: what ``calls show`` prints and an officer signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rules.packs.call import Term

Table = Mapping[str, Any]
DEADLINE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?")
MENDED_LATE = "；截止前所报版本尚在补正的，其改正后的版本迟到时待复核"
PLAIN = (
    ("title", "通知"),
    ("short", "简称"),
    ("item_word", "征集的是"),
    ("office", "受理处室"),
    ("issued", "发文日期"),
    ("deadline", "截止时间"),
    ("grace_hours", "宽限时长"),
    ("mailbox", "报送邮箱"),
    ("contact", "联系方式"),
    ("recommended", "报送渠道"),
    ("stays_open", "截止以后"),
    ("paper_duty", "纸质材料"),
    ("prefix", "编号前缀"),
)


def terms_of(raw: Table, by_officers: frozenset[str]) -> tuple[Term, ...]:
    """Every term of the pack, in the order of a notice; those that a workspace has set are marked."""
    parts = (_plain, _who, _quotas, _fields, _sections, _money, _indicators, _summary)
    return tuple(
        Term(place, subject, words, source, place in by_officers)
        for part in parts
        for place, subject, words, source in part(raw)
    )


Lines = Iterator[tuple[str, str, str, str]]
MOST_PLACES = 20  # of a region, in one line


def _plain(raw: Table) -> Lines:
    for key, subject in PLAIN:
        if key in raw:
            yield key, subject, _words(key, raw[key]["value"]), raw[key]["source"]


def _words(key: str, value: Any) -> str:
    said = {
        ("recommended", True): "只受理登记的归口管理部门推荐，其他来信待复核",
        ("recommended", False): "任何人均可报送",
        ("stays_open", True): "继续受理，计入下一批",
        ("stays_open", False): "不再受理",
        ("deadline", ""): "（未设定，须由处室设定后才能运行）",
        ("mailbox", ""): "（未设定，须由处室设定后才能运行）",
        ("grace_hours", 0): f"无；迟到即不予受理{MENDED_LATE}",
    }
    if (key, value) in said:
        return said[key, value]
    if key == "grace_hours":
        return f"{value} 小时内迟到的待复核，再迟的不予受理{MENDED_LATE}"
    return _moment(value) if key == "deadline" else str(value)


def _moment(value: str) -> str:
    """A deadline in words; a day without an hour runs to its end."""
    found = DEADLINE.match(value)
    if found is None:
        return value
    year, month, day, hour = found.groups()
    return f"{year}年{int(month)}月{int(day)}日 {hour or '24:00'}（以邮件服务器收到的时间为准，该时刻及以后为逾期）"


def _who(raw: Table) -> Lines:
    if "units" in raw:
        yield "units", "归口管理部门名单", f"见 {raw['units']['file']}", raw["units"]["source"]
    if "applicant" in raw:
        table = raw["applicant"]
        kind = "企业" if table.get("kind") == "enterprise" else "单位"
        names = table.get("region", ())
        more = f"等 {len(names)} 个地名之内" if len(names) > MOST_PLACES else ""
        region = f"，所在地须在：{'、'.join(names[:MOST_PLACES])}{more}" if names else ""
        yield "applicant", "申报主体", f"须为{kind}{region}（否则待复核）", table["source"]


def _quotas(raw: Table) -> Lines:
    for table in raw.get("quota", ()):
        limit = table.get("limit")
        words = "不设限额（通知未规定）" if limit is None else f"原则上不超过 {limit} 项（第 {limit + 1} 项起待复核）"
        partner = "；须写明合作单位（缺则提醒）" if table.get("partner") else ""
        yield f"quota.{table['category']}", f"限额：{table['category']}", words + partner, table["source"]


def _fields(raw: Table) -> Lines:
    for table in raw["field"]:
        words = ["必填" if table.get("required") else "选填"]
        if table.get("choices"):
            words.append("限于：" + "、".join(c["name"] for c in table["choices"]))
        if table.get("format") == "uscc":
            words.append("须为有效的统一社会信用代码")
        place, subject = f"field.{table['name']}", f"字段：{table['name']}"
        yield place, subject, "；".join(words), table["source"]
        if table.get("others_allowed"):
            yield place, subject, "写其他方向的，待复核", table.get("others_source") or table["source"]
        if table.get("excluded"):
            outside = f"属于“{'、'.join(table['excluded'])}”的，不予受理；仅名称提及的，待复核"
            yield place, subject, outside, table.get("excluded_source") or table["source"]


def _sections(raw: Table) -> Lines:
    for table in raw["section"]:
        words = ["必须填写" if table.get("required", True) else "选填"]
        if table.get("max_words"):
            words.append(f"不超过 {table['max_words']} 字（含本数）")
        if table.get("min_words"):
            words.append(f"不少于 {table['min_words']} 字（含本数）")
        if table.get("must_name") == "enterprise":
            words.append("须写明技术需求企业或意向合作企业名称")
        yield f"section.{table['name']}", f"部分：{table['name']}", "；".join(words), table["source"]


def _money(raw: Table) -> Lines:
    if "amount" in raw:
        table = raw["amount"]
        subject = {"财政": "申请财政资金", "总投入": "项目拟总投入", "申请经费": "申请经费"}[table.get("of", "财政")]
        yield "amount", subject, _range(table.get("min"), table.get("max"), "万元") or "不设限额", table["source"]
    if "matching" in raw:
        table = raw["matching"]
        whom = "由企业牵头的，" if table.get("asked_of") == "enterprise" else ""
        yield "matching", "配套资金", f"{whom}配套资金不低于申请金额的 {table['ratio']} 倍", table["source"]
    if "period" in raw:
        table = raw["period"]
        usual = _range(table.get("min_months"), table.get("max_months"), "个月")
        words = f"须写明；一般{usual}（超出的待复核）" if usual else "须写明，长短不限"
        yield "period", "实施周期", words, table["source"]


def _range(low: Any, high: Any, measure: str) -> str:
    if low is not None and high is not None:
        return f"{low}—{high} {measure}（含两端）"
    if low is not None:
        return f"不低于 {low} {measure}"
    return "" if high is None else f"不超过 {high} {measure}"


def _indicators(raw: Table) -> Lines:
    if "indicators" not in raw:
        return
    table = raw["indicators"]
    words = ["须有量化数字"] if table.get("number") else []
    if table.get("element"):
        words.append("须写明" + "、".join(e["name"] for e in table["element"]) + "（缺则提醒）")
    if table.get("papers_refused"):
        words.append("以论文为主要考核指标的，待复核")
    yield "indicators", f"指标：{table['in']}", "；".join(words), table["source"]


def _summary(raw: Table) -> Lines:
    if "summary" not in raw:
        return
    table = raw["summary"]
    columns = "、".join(
        (c.get("heading") or c["name"]) + ("" if c.get("required") else "（可空）") for c in table["column"]
    )
    yield "summary", "汇总表", f"《{table['titles'][0]}》，列：{columns}", table["source"]
