"""The verdict on a letter: what it says, beside everything that its unit has on file. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from intake.model import Kind, Summary
from rules.catalog.consistency import incomplete_row, lacks_columns, lacks_head, listed_without_document, no_table_yet
from rules.catalog.quota import nearly_no_place_left
from rules.folding import fold_name
from rules.judging.entering import Entered, beside, enter, is_late, newcomers, set_aside, without_content
from rules.judging.quota import quota_use
from rules.judging.requests import Asked, Carried, Outcome, restore, withdraw
from rules.judging.settling import awaited, changes, open_points, settle
from rules.judging.tables import Row, in_force
from rules.model import Checked, Decision, Demand, Finding, Judged, Scope, SummaryOnFile, UnitState, decide, worst
from rules.packs.call import CallPack
from rules.views import LetterView

WHOLE = ("更正", "全部", "以此为准")
WITHDRAW, RESTORE = "撤回", "恢复"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a letter brings into the state: its versions, and those that they replaced."""

    demands: tuple[Demand, ...] = ()
    replaced: tuple[Demand, ...] = ()


def judge(checked: Checked, state: UnitState, pack: CallPack, receipt: str = "") -> Judged:
    """The verdict on one letter against the state of its unit, and the state after it.

    ``receipt`` is set on the demands and the 汇总表 that the letter brings. An isolated letter (A001, A002, A005)
    leaves all of the state as it is but the next free number.
    """
    if checked.kind == "ignored":
        return Judged(Decision.IGNORED, checked, findings=checked.findings, state=state)
    if checked.kind == "request":
        return _answer(checked, state, pack)
    if checked.isolated:
        return _aside(checked, state, pack, receipt)
    return _submission(checked, state, pack, receipt)


def tables_of(checked: Checked) -> tuple[tuple[str, Summary], ...]:
    """The 汇总表 of a letter with the paths of their files."""
    return tuple((d.path, d.summary) for d in checked.submission.documents if d.summary is not None)


def with_tables(state: UnitState, checked: Checked, receipt: str = "") -> UnitState:
    """The state with the letter's 汇总表 on file; a late one and one beside a secrecy marking are not used."""
    if is_late(checked) or checked.secret or checked.isolated:
        return state
    letter = checked.submission.letter
    whole = any(word in letter.subject or word in letter.own_words for word in WHOLE)
    filed = tuple(
        SummaryOnFile(receipt, checked.received.at, table, whole or table.whole) for _, table in tables_of(checked)
    )
    return replace(state, summaries=(*state.summaries, *filed))


def letter_findings(checked: Checked, state: UnitState, alone: tuple[Row, ...], pack: CallPack) -> tuple[Finding, ...]:
    """What stands on the letter by the 汇总表: C001, C004, C006, C008, and C005 of rows that no demand answers to."""
    if checked.secret or checked.isolated:
        return ()
    tables = tables_of(checked)
    used = () if is_late(checked) else tables
    view = LetterView(
        brings_items=bool(checked.items and checked.submission.letter.senders),  # a file alone is no letter
        tables=used,
        table_sent=bool(tables) or in_force(state.summaries, pack).sent,
        alone=_blamed(alone, checked),
        quota=quota_use(state.demands, state.unit),
    )
    incomplete = (f for row in alone if used for f in incomplete_row.findings(row, pack))
    return (
        *no_table_yet.findings(view, pack),
        *lacks_columns.findings(view, pack),
        *lacks_head.findings(view),
        *(replace(f, scope=Scope.MAIL, document=used[-1][0]) for f in incomplete),
        *nearly_no_place_left.findings(view),
        *listed_without_document.findings(view, pack),
    )


def _blamed(alone: tuple[Row, ...], checked: Checked) -> tuple[Row, ...]:
    """The rows without a demand, but for those whose file is in the letter and could not be read: that is told already.

    A file is known by the demand's name in its own; of what we failed to read ourselves, as many rows are let pass.
    """
    unread = [fold_name(d.name) for d in checked.submission.documents if d.kind is Kind.UNREADABLE]
    rows = tuple(row for row in alone if not any(row.key in name for name in unread))
    return rows if len(rows) > len(checked.own_failures) else ()


def mail_decision(checked: Checked, findings: tuple[Finding, ...], demands: tuple[Demand, ...]) -> Decision:
    """The worst of a letter's own findings and of its items."""
    own = decide(findings, own_failure=bool(checked.own_failures))
    return worst({own, *(d.decision for d in demands)})


def _submission(checked: Checked, state: UnitState, pack: CallPack, receipt: str) -> Judged:
    entered, brought = _entered(checked, with_tables(state, checked, receipt), pack, receipt)
    settled = settle(entered, pack)
    demands = _as_settled(brought.demands, settled)
    alone = awaited(settled, pack)
    findings = (*_own(checked, demands), *letter_findings(checked, settled, alone, pack))
    return Judged(
        decision=mail_decision(checked, findings, demands),
        checked=checked,
        demands=demands,
        findings=findings,
        changes=changes(state, settled),
        replaced=brought.replaced,
        state=settled,
        quota=quota_use(settled.demands, settled.unit),
        mended=_mended(state, settled, pack),
        awaited=tuple(row.cell(pack.summary.name_column) for row in alone) if pack.summary else (),
    )


def _entered(checked: Checked, state: UnitState, pack: CallPack, receipt: str) -> tuple[UnitState, Brought]:
    known = beside(checked, state, pack)
    steps: list[Entered] = []
    for newcomer in newcomers(checked, receipt):
        steps.append(enter(state, newcomer, known, pack))
        state, known = steps[-1].state, known.without(steps[-1].demand.number)
    return state, Brought(tuple(s.demand for s in steps), tuple(s.replaced for s in steps if s.replaced))


def _aside(checked: Checked, state: UnitState, pack: CallPack, receipt: str) -> Judged:
    demands: list[Demand] = []
    for newcomer in newcomers(checked, receipt):
        step = set_aside(state, newcomer, pack)
        state = step.state
        demands.append(step.demand)
    decision = mail_decision(checked, checked.findings, tuple(demands))
    return Judged(decision, checked, tuple(demands), checked.findings, state=state)


def _as_settled(brought: tuple[Demand, ...], state: UnitState) -> tuple[Demand, ...]:
    known = {(d.number, d.version): d for d in (*state.past, *state.demands)}
    return tuple(known[d.number, d.version] for d in brought)


def _own(checked: Checked, demands: tuple[Demand, ...]) -> tuple[Finding, ...]:
    """The letter's findings; D004 in the place of D001 where every item came late but may still be let in."""
    found = without_content(checked.findings) if checked.secret else checked.findings
    held = [f for d in demands for f in d.base if f.code == "D004"]
    refused = not demands or any(f.code == "D001" for d in demands for f in d.base)
    kept = tuple(f for f in found if refused or f.code != "D001")
    return kept if any(f.code == "D004" for f in kept) else (*kept, *held[:1])


def _mended(before: UnitState, after: UnitState, pack: CallPack) -> tuple[int, int] | None:
    """How many points were open before, and how many of them are no more; null where none was open."""
    was, now = open_points(before, pack), open_points(after, pack)
    return (was.total(), (was - now).total()) if was else None


def _answer(checked: Checked, state: UnitState, pack: CallPack) -> Judged:
    """Carry out a request; 查询 and 预检 leave the state as it is."""
    before, done = state, list[Carried]()
    request = checked.request
    if request and request.kind in (WITHDRAW, RESTORE) and not checked.isolated:
        for number in request.items:
            asked = Asked(number, checked.sender, checked.received.at)
            done.append((withdraw if request.kind == WITHDRAW else restore)(asked, state, pack))
            state = done[-1].state
    touched = tuple(d for c in done for d in (c.demand, c.parted) if d)
    return Judged(
        decision=Decision.REQUEST,
        checked=checked,
        demands=touched,
        findings=checked.findings,
        changes=tuple(c for c in changes(before, state) if c.after.number not in {d.number for d in touched}),
        state=state,
        quota=quota_use(state.demands, state.unit),
        officer_needed=tuple(c.number for c in done if c.outcome is Outcome.NOT_ENTITLED),
        refused_request="\n".join(c.said for c in done if c.said),
    )
