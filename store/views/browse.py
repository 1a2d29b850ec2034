"""The store in a browser: Datasette, read-only, on this machine alone, with Chinese titles and prepared queries.

Datasette is an optional extra; without it there is one line that says how to get it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from replies.wording import decision_word
from rules.packs.call import CallPack
from store.database import StoreError
from store.setup.workspace import Workspace
from store.views.words import KINDS, LETTERS

HERE = "127.0.0.1"
MISSING = "没有安装 datasette，不能浏览：请先在程序文件夹中运行 pip install '.[browse]'，再用 zhengji browse。"
TABLES = {
    "mails": "来信", "items": "需求（每个版本一行）", "documents": "附件", "findings": "审查发现", "letters": "去信",
    "events": "经过（只增不改）", "summaries": "各单位汇总表", "units": "登记册", "approvals": "人工登记的邮箱",
    "papers": "纸质正式文件", "reference_entries": "查重清单", "likenesses": "相似需求", "arrivals": "邮箱中的来信",
}  # fmt: skip
SETTINGS = {"allow_download": "off", "default_page_size": "50", "suggest_facets": "off", "sql_time_limit_ms": "5000"}


@dataclass(frozen=True, slots=True)
class Query:
    """A prepared query: its address, its Chinese title, what it shows, and its SQL."""

    name: str
    title: str
    description: str
    sql: str


def browse(workspace: Workspace, port: int, announce: Callable[[], None]) -> None:
    """Serve the store until interrupted; whoever opens it must come by the address that Datasette prints.

    ``announce`` is called right before.

    Raises StoreError where Datasette is not installed or there is no store yet.
    """
    try:
        from datasette.cli import cli
    except ImportError as error:
        raise StoreError(MISSING) from error
    if not workspace.db.exists():
        raise StoreError(f"{workspace.db.name}：还没有数据库，请先运行 zhengji once。")
    with tempfile.TemporaryDirectory() as folder:
        described = Path(folder) / "metadata.json"
        told = metadata(workspace.db.stem, workspace.packs[0])
        described.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        announce()
        cli.main(list(_arguments(workspace.db, described, port)), standalone_mode=False)


def _arguments(db: Path, described: Path, port: int) -> Iterator[str]:
    yield from ("serve", str(db), "--metadata", str(described), "--host", HERE, "--port", str(port), "--root")
    for name, value in SETTINGS.items():
        yield from ("--setting", name, value)


def metadata(database: str, pack: CallPack) -> Mapping[str, Any]:
    """What Datasette is told: titles, prepared queries, and that nobody but who holds the printed address may look."""
    named = {query.name: {"title": query.title, "description": query.description, "sql": query.sql}
             for query in queries(pack)}  # fmt: skip
    tables = {name: {"description": title} for name, title in TABLES.items()}
    return {
        "title": f"{pack.short}：来信和需求（只读）",
        "description_html": f"先看：{'　'.join(_link(database, query) for query in queries(pack))}",
        "allow": {"id": "root"},
        "databases": {database: {"queries": named, "tables": tables}, "_internal": {"allow": False}},
    }


def _link(database: str, query: Query) -> str:
    return f'<a href="/{database}/{query.name}">{query.title}</a>'


def queries(pack: CallPack) -> tuple[Query, ...]:
    """The prepared queries for a call."""
    words = {
        "call": _quoted(pack.id),
        "field": _quoted(f'$.fields."{pack.subject_field}"'),
        "counts": _COUNTS,
        "kind": _words_of("e.kind", {**KINDS, **LETTERS, **_JUDGED}),
        "decision": _words_of("json_extract(e.detail, '$.decision')", {d: decision_word(d) for d in _OUTCOMES}),
    }
    return tuple(Query(name, title, told, sql.substitute(words).strip()) for name, title, told, sql in _PREPARED)


_OUTCOMES = ("accepted", "correction", "held", "refused", "ignored", "request")
_JUDGED = {"verdict": "审查结论", "judged": "审查来信", "purged": "彻底清除"}
_COUNTS = """
  sum(i.decision = 'accepted' AND i.withdrawn = 0) AS 受理,
  sum(i.decision = 'correction' AND i.withdrawn = 0) AS 需补正,
  sum(i.decision = 'held' AND i.withdrawn = 0) AS 待复核,
  sum(i.decision = 'refused' AND i.withdrawn = 0) AS 不予受理,
  sum(i.withdrawn) AS 已撤回, count(*) AS 合计"""
_BY_UNIT = Template("""
SELECT coalesce(i.unit, '（未登记）') AS 归口管理部门, $counts
FROM items i LEFT JOIN units u ON u.name = i.unit WHERE i.call = $call AND i.current = 1
GROUP BY i.unit ORDER BY coalesce(u.position, 99999), i.unit""")
_BY_FIELD = Template("""
SELECT coalesce(nullif(json_extract(i.form, $field), ''), '（未填）') AS 所属领域, $counts
FROM items i WHERE i.call = $call AND i.current = 1 GROUP BY 1 ORDER BY 合计 DESC, 1""")
_OPEN = Template("""
SELECT i.number AS 编号, coalesce(i.unit, '（未登记）') AS 归口管理部门, i.name AS 需求名称,
  group_concat(f.code || ' ' || f.message, char(10)) AS 须改正, substr(i.received, 1, 16) AS 收到时间,
  cast(julianday('now') - julianday(i.received) AS INTEGER) AS 已等待天数
FROM items i LEFT JOIN findings f ON f.item_id = i.id AND f.severity = 'error'
WHERE i.call = $call AND i.current = 1 AND i.decision = 'correction' AND i.withdrawn = 0
GROUP BY i.id ORDER BY i.received""")
_COURSE = Template("""
SELECT substr(e.at, 1, 19) AS 时间, $kind AS 经过, coalesce(nullif(e.item, ''), m.receipt) AS 编号, e.version AS 版本,
  $decision AS 结论, json_extract(e.detail, '$$.officer.reason') AS 理由, l.subject AS 去信, e.actor AS 经办
FROM events e LEFT JOIN mails m ON m.id = e.mail_id LEFT JOIN letters l ON l.id = e.letter_id
WHERE upper(trim(:number)) IN (upper(m.receipt), upper(e.item)) ORDER BY e.id""")
_PREPARED = (
    ("units", "按单位", "各归口管理部门的需求，按登记册的次序。", _BY_UNIT),
    ("fields", "按领域", "各领域的需求。", _BY_FIELD),
    ("corrections", "待补正", "等待报送单位改正的需求，最久的在前。", _OPEN),
    ("course", "来信全程", "在 number 中填来信编号或需求编号，例如 GX2027-R0001，看它的全过程。", _COURSE),
)


def _words_of(column: str, words: Mapping[str, str]) -> str:
    """A column's English words in Chinese."""
    cases = " ".join(f"WHEN {_quoted(key)} THEN {_quoted(word)}" for key, word in words.items())
    return f"CASE {column} {cases} ELSE {column} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
