"""What is to be mended in a form, each point at its paragraph of the sender's own file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.model import Document, Form, Problem
from rules.model import Decision, Demand, Finding, Severity
from rules.packs.call import CallPack

TOLD_AS = {
    Severity.ERROR: "【必须修改】",
    Severity.REFUSE: "【不予受理】",
    Severity.REVIEW: "【待复核】",
    Severity.WARNING: "【建议核对】",
}
UNSENDABLE = (Problem.SECRET, Problem.ACTIVE, Problem.HOSTILE, Problem.EXECUTABLE)  # S001–S003 never go back
OF_THE_TABLE = frozenset({"C002", "C005", "C007"})  # what is mended in the 汇总表 is no remark on the form


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said at one paragraph of a file: ``anchor`` as in ``intake.model.Paragraph``."""

    anchor: int
    where: str
    text: str
    fix: str

    @property
    def comment(self) -> str:
        """The comment's words: finding and cure."""
        return f"{self.text}\n{self.fix}" if self.fix else self.text


@dataclass(frozen=True, slots=True)
class Marked:
    """A file of the sender that goes back with remarks: its own name, its bytes, and when."""

    name: str
    type: str
    data: bytes
    remarks: tuple[Remark, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """What goes back to a sender: the file itself with comments in it or, where it can carry none, a list of them."""

    name: str
    content: bytes
    commented: bool = True


def marked_documents(
    documents: Iterable[Document], brought: Iterable[Demand], pack: CallPack, at: datetime
) -> tuple[Marked, ...]:
    """The forms in which something must be mended, of the files of a letter and the demands in them."""
    files = {d.path: d for d in documents if d.data and not d.has(*UNSENDABLE)}
    order = tuple(section.name for section in pack.layout.sections)
    by_file: dict[str, list[Demand]] = {}
    for demand in brought:
        by_file.setdefault(demand.document, []).append(demand)
    return tuple(
        Marked(files[path].name, files[path].type, files[path].data, remarks, at)
        for path, demands in by_file.items()
        if path in files and any(d.decision is Decision.CORRECTION for d in demands)
        if (remarks := tuple(r for d in demands for r in remarks_on(d.form, d.findings, order)))
    )


def remarks_on(form: Form, findings: Iterable[Finding], order: Sequence[str]) -> tuple[Remark, ...]:
    """Turn an item's findings into remarks, each where the sender will look for it.

    ``order`` is the call's order of sections: a missing section is remarked at the heading it should follow, or at
    the one it should precede. A finding about nothing that stands in the form is remarked at its beginning.
    """
    told = (f for f in findings if f.told and f.severity in TOLD_AS and f.code not in OF_THE_TABLE)
    return tuple(Remark(_anchor(form, f.where, order), f.where, TOLD_AS[f.severity] + f.message, f.fix) for f in told)


def _anchor(form: Form, where: str, order: Sequence[str]) -> int:
    if where in form.sections:
        return form.sections[where].anchor
    if where in form.field_anchors:
        return form.field_anchors[where]
    if where in order:
        at = order.index(where)
        near = [*reversed(order[:at]), *order[at:]]
        return next((form.sections[n].anchor for n in near if n in form.sections), 0)
    return min((a for a in form.field_anchors.values() if a >= 0), default=0)
