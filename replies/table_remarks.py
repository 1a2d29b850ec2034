"""What is to be mended in a 汇总表, each point at its cell of the sender's own file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from intake.model import Document, Summary, SummaryRow
from replies.remarks import TOLD_AS, UNSENDABLE, Marked, Remark
from rules.folding import fold_name
from rules.judging.versions import differ_by_little
from rules.model import Demand, Finding, Judged, Severity
from rules.packs.call import CallPack

OF_A_ROW = frozenset({"C001", "C003", "C005", "C007"})
OF_THE_HEAD = frozenset({"C006", "C008"})
MUST_BE_MENDED = frozenset({"C003", "C005", "C006"})
LINE = re.compile(r"第\s*(\d+)\s*行")


def marked_tables(judged: Judged, pack: CallPack, at: datetime) -> tuple[Marked, ...]:
    """The 汇总表 that a letter brought in which something must be mended, with all that was found in them.

    What a row says otherwise than a demand of an earlier letter is remarked too.
    """
    files = (d for d in judged.checked.submission.documents if d.summary and d.data and not d.has(*UNSENDABLE))
    demands = (*judged.demands, *(c.after for c in judged.changes))
    made = (_marked(file, judged.findings, demands, pack, at) for file in files)
    return tuple(each for each in made if each is not None)


def _marked(
    file: Document, findings: Iterable[Finding], demands: Iterable[Demand], pack: CallPack, at: datetime
) -> Marked | None:
    table = file.summary or Summary()
    found: list[tuple[Finding, SummaryRow | None]] = [
        (f, None) for f in findings if f.document == file.path and f.code in OF_A_ROW | OF_THE_HEAD
    ]
    found += [(f, row) for d in demands if not d.secret for f in d.findings if (row := _row_of(f, d, table, pack))]
    if not any(f.code in MUST_BE_MENDED and f.severity is Severity.ERROR for f, _ in found):
        return None
    remarks = tuple(dict.fromkeys(_remark(f, row or _row(f, table), table, pack) for f, row in found if f.told))
    return Marked(file.name, file.type, file.data, remarks, at)


def _row(finding: Finding, table: Summary) -> SummaryRow | None:
    line = LINE.search(finding.where)
    return next((row for row in table.rows if line and row.line == int(line[1])), None)


def _row_of(finding: Finding, demand: Demand, table: Summary, pack: CallPack) -> SummaryRow | None:
    """The row of this table that a finding on a demand speaks of: the table in force may be another one."""
    row = _row(finding, table) if finding.code in OF_A_ROW and pack.summary else None
    if row is None or pack.summary is None:
        return None
    listed, name = fold_name(row.cells.get(pack.summary.name_column, "")), fold_name(demand.name)
    return row if listed and name and (listed == name or differ_by_little(listed, name)) else None


def _remark(finding: Finding, row: SummaryRow | None, table: Summary, pack: CallPack) -> Remark:
    text = TOLD_AS[finding.severity] + finding.message
    anchors = dict(row.anchors) if row else {}
    places = (anchors[column] for column in _columns(finding, pack) if anchors.get(column, -1) >= 0)
    usual = next((a for a in anchors.values() if a >= 0), table.anchor)
    return Remark(next(places, usual), finding.where, text, finding.fix)


def _columns(finding: Finding, pack: CallPack) -> Iterator[str]:
    """The columns that a finding is about, as far as its words name them; then the one that names the demand."""
    spec = pack.summary
    if spec is None:
        return
    names = [column.name for column in spec.columns]
    if finding.code == "C005":
        empty = str(finding.measured or "").split("、")
        yield from (name for name in names if name in empty)
        if not any(name in empty for name in names):
            yield spec.phone_column
    elif finding.code in ("C003", "C007"):
        yield from (name for name in names if f"「{name}」" in finding.message)
    yield spec.name_column
