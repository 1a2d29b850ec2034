"""The work itself: ``once`` and ``run``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import end
from commands.opening import ready_workspace
from commands.options import config_option
from replies.terminal import ChineseCommand, clean, progress_bar
from scheduler import Pass, pass_once
from store.database import open_database
from store.setup.lock import only_worker
from worker import Worker


@click.command(cls=ChineseCommand)
@config_option
def once(config: Path) -> None:
    """处理一轮：收件、审查、登记、答复、更新汇总表，然后结束。"""
    workspace = ready_workspace(config)
    with only_worker(workspace.root), progress_bar("处理来信") as progress:
        course = pass_once(workspace, Pass(progress=progress))
    click.echo(f"新收 {course.met} 封，审毕 {course.judged} 封，发出通知 {course.sent} 封。")
    for error in course.errors:
        click.echo(clean(error), err=True)
    end(clean_run=not course.errors)


@click.command(cls=ChineseCommand)
@config_option
def run(config: Path) -> None:
    """持续运行：按设定的间隔收件、审查、答复，工作日按时发日报；SIGTERM 或 Ctrl-C 停止。"""
    workspace = ready_workspace(config)
    with only_worker(workspace.root):
        open_database(workspace.db, check=True).close()
        Worker(workspace).run()
