"""Reading on a Dask cluster: the same letters as on this machine, and a cluster that is gone loses none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from builders import form_docx
from click.testing import CliRunner
from desks import drop, write_desk
from distributed import LocalCluster
from mails import SENDER, attached, mail
from test_pool import _Deadly

import cli
from intake.cluster import open_cluster
from intake.model import Kind, Limits, Problem
from intake.pool import BenchLost, Job, open_bench
from store.setup.doctor import examine

NOWHERE = "tcp://127.0.0.1:9"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster whose one worker is a process of its own."""
    usual = {"distributed.worker.daemon": False}
    with dask.config.set(usual), LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as started:
        yield started.scheduler_address


def _letter(number: int) -> bytes:
    form = form_docx()
    return mail(sender=SENDER, subject=f"报送{number}", attachments=[attached("需求.docx", form)])


def test_letters_are_read_there_as_here_and_in_order(cluster: str) -> None:
    letters = [Job(_letter(n), ()) for n in range(5)]
    with open_bench(1, Limits(), quick=True) as here, open_cluster(cluster, 0, Limits()) as there:
        assert list(there.read(letters)) == list(here.read(letters))


def test_a_document_that_kills_its_reader_costs_only_itself(cluster: str) -> None:
    with open_cluster(cluster, 0, Limits(seconds=5.0)) as there:
        bad, good = there.read([Job(_letter(1), (_Deadly("", (), (), ()),)), Job(_letter(2), ())])
    assert [(d.kind, d.troubles[0].problem) for d in bad.documents] == [(Kind.UNREADABLE, Problem.CRASHED)]
    assert good.documents[0].troubles == ()


def test_a_desk_that_reads_on_a_cluster_decides_as_any_other(tmp_path: Path, cluster: str) -> None:
    desk = write_desk(tmp_path, engine={"kind": '"dask"', "address": f'"{cluster}"'})
    drop(tmp_path, _letter(1))
    ran = CliRunner().invoke(cli.zhengji, ["once", "-c", str(desk.config)])
    assert "审毕 1 封" in ran.output
    (probe,) = (p for p in examine(desk) if p.name == "Dask 集群")
    assert (probe.good, "1 个工作进程" in probe.detail) == (True, True)


def test_without_its_cluster_letters_wait_and_none_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.cluster.CONNECT_SECONDS", 1)
    desk = write_desk(tmp_path, engine={"kind": '"dask"', "address": f'"{NOWHERE}"'})
    drop(tmp_path, _letter(1))
    ran = CliRunner().invoke(cli.zhengji, ["once", "-c", str(desk.config)])
    assert (ran.exit_code, f"Dask 集群 {NOWHERE} 用不上" in ran.output) == (1, True)
    status = json.loads(CliRunner().invoke(cli.zhengji, ["status", "--json", "-c", str(desk.config)]).output)
    assert status["mails"] == {"handled": 0, "ignored": 0, "duplicates": 0, "failed": 0}
    assert any("Dask" in error for error in status["errors"])
    write_desk(tmp_path)
    assert "审毕 1 封" in CliRunner().invoke(cli.zhengji, ["once", "-c", str(desk.config)]).output


def test_a_worker_that_may_have_no_children_is_told_how_to_start() -> None:
    with (
        dask.config.set({"distributed.worker.daemon": True}),
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as started,
        open_cluster(started.scheduler_address, 0, Limits()) as there,
        pytest.raises(BenchLost, match="DASK_DISTRIBUTED__WORKER__DAEMON=False"),
    ):
        there.probe()
