"""What ``check`` does: named files and mails through the same reading and judging, and nothing kept.

What is named together is judged together, as if the unit had sent just that: no quota, no history.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from intake.model import OWN_FAILURES, Document, Letter, Submission
from intake.pool import Bench, Job
from rules.check import Context, check
from rules.judging.named import check_many
from rules.judging.versions import one_each
from rules.model import Checked, Decision, Demand, Finding, Judged, Received, Scope, Unit, decide, worst
from rules.packs.call import CallPack
from rules.received import received_at
from store.database import SHANGHAI
from store.views.contract_json import VERSION, finding_json, form_json

MAIL_SUFFIXES = (".eml",)
PASSED_OVER = ("~$", ".", "__MACOSX", "Thumbs.db", "desktop.ini")
UNTIMED = datetime(1970, 1, 1, tzinfo=SHANGHAI)  # a file that was not mailed yet is never late
CLEAN = (Decision.ACCEPTED, Decision.IGNORED, Decision.REQUEST)


@dataclass(frozen=True, slots=True)
class Named:
    """A file named on the command line or found in a folder that was: where it lies, and how it is called."""

    path: Path
    name: str

    @property
    def is_mail(self) -> bool:
        """Whether it is a whole mail: by its name, or because it lies in a Maildir."""
        return self.path.suffix.lower() in MAIL_SUFFIXES or self._in_maildir

    @property
    def _in_maildir(self) -> bool:
        folder = self.path.parent
        return folder.name in ("new", "cur") and (folder.parent / "tmp").is_dir()


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what is checked: the calls, the register (null: not known), whose mailbox it is, the time that counts."""

    packs: tuple[CallPack, ...]
    units: tuple[Unit, ...] | None = None
    own_addresses: frozenset[str] = frozenset()
    authentication: str = "when_present"
    authserv: tuple[str, ...] = ()
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one input: its documents, demands and findings, and the decision that they amount to."""

    named: Named
    decision: Decision
    judged: Judged
    documents: tuple[Document, ...]
    demands: tuple[Demand, ...]
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing must be corrected, refused or held."""
        return self.decision in CLEAN


def expand(paths: Iterable[Path]) -> tuple[Named, ...]:
    """The files that are meant: each file named, and of a folder every file in it, in order of their names."""
    found: dict[Path, Named] = {}
    for path in paths:
        for file in _files_of(path):
            name = file.name if path.is_file() else file.relative_to(path).as_posix()
            found.setdefault(file.resolve(), Named(file, name))
    return tuple(found.values())


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    inside = (p for p in sorted(path.rglob("*")) if p.is_file())
    yield from (p for p in inside if not any(part.startswith(PASSED_OVER) for part in p.relative_to(path).parts))


def check_inputs(bench: Bench, inputs: tuple[Named, ...], terms: Terms) -> tuple[Outcome, ...]:
    """Read and judge what was named; the outcomes are in the order of the inputs. Raises OSError for a file."""
    layouts = tuple(pack.layout for pack in terms.packs)
    jobs = (Job(n.path.read_bytes(), layouts, terms.authserv, "" if n.is_mail else n.name) for n in inputs)
    read = tuple(zip(inputs, bench.read(jobs), strict=True))
    outcomes = dict(_mails([(n, s) for n, s in read if n.is_mail], terms))
    outcomes |= dict(_files([(n, s) for n, s in read if not n.is_mail], terms))
    return tuple(outcomes[n] for n in inputs)


# --------------------------------------------------------------------------- mails


def _mails(read: list[tuple[Named, Submission]], terms: Terms) -> Iterator[tuple[Named, Outcome]]:
    """All mails together: what a unit sent in one is beside what it sent in another."""
    checked = [check(submission, terms.packs, _context(named, submission.letter, terms)) for named, submission in read]
    judged: dict[int, Judged] = {}
    for pack in terms.packs:
        places = [n for n, each in enumerate(checked) if _pack(each, terms) is pack]
        judged.update(zip(places, check_many([_as_submission(checked[n]) for n in places], pack), strict=True))
    for n, (named, _) in enumerate(read):
        yield named, _of_mail(named, replace(judged[n], checked=checked[n]))


def _as_submission(checked: Checked) -> Checked:
    """A trial is judged as what it holds."""
    if checked.request is not None and checked.request.kind == "预检":
        return replace(checked, kind="submission", request=None)
    return checked


def _context(named: Named, letter: Letter, terms: Terms) -> Context:
    file_time = datetime.fromtimestamp(named.path.stat().st_mtime, SHANGHAI)
    told = received_at(letter, None, file_time, is_file=True)
    received = Received(terms.received, header=told.header) if terms.received else told
    return Context(
        units=terms.units or (),
        received=received,
        own_addresses=terms.own_addresses,
        authentication=terms.authentication,
        register_known=terms.units is not None,
    )


def _pack(checked: Checked, terms: Terms) -> CallPack:
    return next((p for p in terms.packs if p.id == checked.call), terms.packs[0])


def _of_mail(named: Named, judged: Judged) -> Outcome:
    decision = Decision.REQUEST if judged.checked.kind == "request" else judged.decision
    documents = () if judged.checked.secret else judged.checked.submission.documents
    return Outcome(named, decision, judged, documents, judged.demands, judged.findings)


# --------------------------------------------------------------------------- files


def _files(read: list[tuple[Named, Submission]], terms: Terms) -> Iterator[tuple[Named, Outcome]]:
    """All files as one submission of nobody in particular, each file with its part of the verdict."""
    files = [submission.documents for _, submission in read]
    context = Context(units=(), received=Received(terms.received or UNTIMED), register_known=False)
    whole = check(Submission(Letter(()), tuple(d for each in files for d in each)), terms.packs, context)
    again = [_again(each, whole, terms, context) for each in files]
    judged, *others = check_many([whole, *again], _pack(whole, terms))
    for (named, _), documents, other in zip(read, files, others, strict=True):
        yield named, _of_file(named, documents, judged, other.demands)


def _again(documents: tuple[Document, ...], whole: Checked, terms: Terms, context: Context) -> Checked:
    """The demands of a file that another file brings too: in a mail they are one item, of files each keeps its own."""
    there = {(item.document, item.name) for item in one_each(whole.items)}
    forms = tuple(replace(d, summary=None) for d in documents if d.forms)
    if whole.secret or sum(len(d.forms) for d in forms) <= sum(d.path == path for d in forms for path, _ in there):
        return replace(whole, submission=Submission(Letter(())), items=())
    alone = check(Submission(Letter(()), forms), terms.packs, context)
    items = tuple(item for item in alone.items if (item.document, item.name) not in there)
    return replace(whole, submission=alone.submission, items=items, own_failures=())


def _of_file(named: Named, documents: tuple[Document, ...], judged: Judged, again: tuple[Demand, ...]) -> Outcome:
    paths = {d.path for d in documents}
    # What is secret bears no path of its own any more; the demands still come in the order of the files.
    places = [at.document for at in (judged.checked.items if judged.checked.secret else judged.demands)]
    own = (d for d, path in zip(judged.demands, places, strict=True) if path in paths)
    demands = (*own, *again)
    tables = any(d.summary for d in documents)
    findings = tuple(f for f in judged.findings if f.document in paths or (not f.document and tables))
    failed = any(d.has(*OWN_FAILURES) for d in documents)
    decision = worst({decide(findings, own_failure=failed), *(d.decision for d in demands)})
    ignored = judged.checked.kind == "ignored"
    return Outcome(named, Decision.IGNORED if ignored else decision, judged, documents, demands, findings)


# --------------------------------------------------------------------------- what is told


def outcomes_json(outcomes: Iterable[Outcome], pack: CallPack) -> dict[str, Any]:
    """``check --json``."""
    return {"version": VERSION, "call": pack.id, "inputs": [_input_json(o) for o in outcomes]}


def _input_json(outcome: Outcome) -> dict[str, Any]:
    checked, is_mail = outcome.judged.checked, outcome.named.is_mail
    at = checked.received.at
    return {
        "path": str(outcome.named.path),
        "kind": "mail" if is_mail else "file",
        "decision": outcome.decision,
        "sender": checked.submission.letter.sender or None,
        "unit": checked.unit.name if checked.unit else None,
        "received": None if at == UNTIMED else at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "findings": [finding_json(f) for f in outcome.findings if not _stands_on_file(f, outcome)],
        "documents": [_document_json(d, outcome) for d in outcome.documents],
        "items": [_item_json(d) for d in outcome.demands],
    }


def _stands_on_file(finding: Finding, outcome: Outcome) -> bool:
    return finding.scope is Scope.DOCUMENT and any(d.path == finding.document for d in outcome.documents)


def _document_json(document: Document, outcome: Outcome) -> dict[str, Any]:
    own = [f for f in outcome.findings if _stands_on_file(f, outcome) and f.document == document.path]
    return {"name": document.path, "kind": document.kind, "findings": [finding_json(f) for f in own]}


def _item_json(demand: Demand) -> dict[str, Any]:
    own = (f for f in demand.findings if f.scope is Scope.ITEM)
    return {
        "name": demand.name,
        "document": demand.document,
        "decision": demand.decision,
        **form_json(demand.form),
        "findings": [finding_json(f) for f in own],
    }


def write_annotated(bench: Bench, outcomes: Iterable[Outcome], packs: tuple[CallPack, ...], folder: Path) -> list[Path]:
    """The files that must be corrected with comments at the places found, written into a folder."""
    from replies.annotate import answer_file, marked_files  # a plain check must not wait for python-docx

    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for outcome in outcomes:
        judged = _of_input(outcome)
        pack = next((p for p in packs if p.id == judged.checked.call), packs[0])
        for marked in marked_files(judged, pack, datetime.now(SHANGHAI)):
            made = answer_file(bench, marked)
            path = _unused(folder / made.name, written)
            path.write_bytes(made.content)
            written.append(path)
    return written


def _of_input(outcome: Outcome) -> Judged:
    """The verdict with the documents of one input alone, so that a file goes back once; with all demands beside it."""
    judged = outcome.judged
    own = replace(judged.checked, submission=replace(judged.checked.submission, documents=outcome.documents))
    again = (d for d in outcome.demands if d not in judged.demands)
    return replace(judged, checked=own, demands=(*judged.demands, *again))


def _unused(path: Path, written: Collection[Path]) -> Path:
    """A name that no other file of this check has taken: two folders may hold files of one name."""
    numbered = (path.with_name(f"{path.stem}（{n}）{path.suffix}") for n in itertools.count(2))
    return path if path not in written else next(p for p in numbered if p not in written)
