"""The bench of workers: letters in order, and one bad document costs only itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import fields

import pytest
from builders import form_docx, plain_docx
from mails import attached, mail

from intake.model import Kind, Layout, Limits, Problem
from intake.pool import Job, open_bench

PDF = b"%PDF-1.4 x"


class _Deadly(Layout):
    """A layout that strikes down the worker that looks at a form with it; PDFs are read without one."""

    def __getattribute__(self, name: str) -> object:
        if name == "titles":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getattribute__(name)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), tuple(() if f.name == "titles" else getattr(self, f.name) for f in fields(Layout)[:4])


class _Endless(_Deadly):
    """A layout over which a worker never comes to an end."""

    def __getattribute__(self, name: str) -> object:
        if name == "titles":
            time.sleep(600)
        return Layout.__getattribute__(self, name)


def _mail(number: int = 0) -> bytes:
    return mail(subject=f"报送{number}", attachments=[attached("需求.docx", form_docx()), attached("扫描件.pdf", PDF)])


@pytest.mark.parametrize("quick", [True, False])
def test_letters_come_back_in_order(quick: bool) -> None:
    with open_bench(2, Limits(), quick=quick) as bench:
        read = list(bench.read(Job(_mail(n), ()) for n in range(9)))
    assert [s.letter.subject for s in read] == [f"报送{n}" for n in range(9)]
    assert all([d.name for d in s.documents] == ["需求.docx", "扫描件.pdf"] for s in read)


def test_only_a_few_letters_are_held_at_a_time() -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for number in range(20):
            taken += 1
            yield Job(_mail(number), ())

    with open_bench(1, Limits(), quick=True) as bench:
        for done, _ in enumerate(bench.read(jobs()), 1):
            assert taken - done <= 2


def test_a_named_job_is_a_file() -> None:
    with open_bench(1, Limits(), quick=True) as bench:
        (submission,) = bench.read([Job(plain_docx("推荐函"), (), name="推荐函.docx")])
    assert [(d.name, d.kind) for d in submission.documents] == [("推荐函.docx", Kind.LETTER)]
    assert submission.letter.sender == ""


@pytest.mark.parametrize(("layout", "word"), [(_Deadly, "异常终止"), (_Endless, "超过 2 秒")])
def test_a_document_that_kills_or_holds_its_worker_costs_only_itself(layout: type[Layout], word: str) -> None:
    bad = Job(_mail(1), (layout("", (), (), ()),))
    with open_bench(1, Limits(seconds=2.0), quick=True) as bench:
        first, second = bench.read([bad, Job(_mail(2), ())])
    assert first.letter.subject == "报送1"
    form, scan = first.documents
    assert form.kind is Kind.UNREADABLE
    assert [t.problem for t in form.troubles] == [Problem.CRASHED]
    assert word in form.troubles[0].detail
    assert (scan.kind, scan.troubles) == (Kind.OTHER, ())
    assert [d.troubles for d in second.documents] == [(), ()]


def test_a_letter_that_cannot_even_be_opened_is_known_by_its_header() -> None:
    with open_bench(1, Limits(seconds=0.05), quick=True) as bench:
        (submission,) = bench.read([Job(_mail(1) + b"x" * 30_000_000, ())])
    assert submission.letter.subject == "报送1"
    assert [t.problem for d in submission.documents for t in d.troubles] == [Problem.CRASHED]


class _Vast(_Deadly):
    """A layout over which a worker asks for all the memory there is."""

    def __getattribute__(self, name: str) -> object:
        if name == "titles":
            raise MemoryError
        return Layout.__getattribute__(self, name)


def test_a_worker_that_ran_out_of_memory_ends_and_the_next_letter_is_read_by_another() -> None:
    with open_bench(1, Limits(), quick=True) as bench:
        before = bench.run(os.getpid)
        first, second = bench.read([Job(_mail(1), (_Vast("", (), (), ()),)), Job(_mail(2), ())])
        assert bench.run(os.getpid) != before
    assert "内存" in first.documents[0].troubles[0].detail
    assert [d.troubles for d in second.documents] == [(), ()]


def test_a_worker_has_no_secrets_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGJI_MAIL_PASSWORD", "geheim")
    with open_bench(1, Limits(), quick=True) as bench:
        assert bench._schedule(os.getenv, "ZHENGJI_MAIL_PASSWORD").result() is None


def test_workers_that_are_struck_down_idle_are_replaced() -> None:
    with open_bench(1, Limits(), quick=True) as bench:
        os.kill(bench.run(os.getpid), signal.SIGKILL)
        time.sleep(0.3)  # the pool looks after its workers every so often
        (submission,) = bench.read([Job(_mail(1), ())])
        assert [d.troubles for d in submission.documents] == [(), ()]
        assert bench.run(os.getpid) > 0
