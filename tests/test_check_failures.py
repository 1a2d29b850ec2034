"""A file that this program fails on is held by check, and never passed as if nothing were wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from intake.model import Document, Kind, Letter, Problem, Submission, Trouble
from intake.pool import Job
from rules.model import Decision
from rules.packs.pack import load_pack
from store.precheck import Named, Terms, check_inputs


class FailingBench:
    """A bench whose workers die over every file."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def read(self, jobs: Iterable[Job]) -> Iterator[Submission]:
        for job in jobs:
            trouble = Trouble(self._problem, "读取进程异常终止")
            document = Document(job.name, job.name, "xls", Kind.UNREADABLE, "0" * 64, 3, troubles=(trouble,))
            yield Submission(Letter(()), (document,))


@pytest.mark.parametrize("problem", [Problem.CRASHED, Problem.NO_CONVERTER])
def test_our_own_failure_is_held_and_not_put_on_the_sender(problem: Problem, tmp_path: Path) -> None:
    path = tmp_path / "汇总表.xls"
    path.write_bytes(b"xls")
    bench = FailingBench(problem)
    (outcome,) = check_inputs(bench, (Named(path, path.name),), Terms((load_pack("nm-gxjs-2027"),)))  # type: ignore[arg-type]
    assert (outcome.decision, outcome.findings, outcome.clean) == (Decision.HELD, (), False)
