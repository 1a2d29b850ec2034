"""``rejudge``: every stored mail once more under today's calls, settings and register."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import say
from commands.opening import open_desk_at
from commands.options import config_option
from replies.annotate import answer_file
from replies.terminal import ChineseCommand, progress_bar, table
from store.made.publish import publish
from store.rejudging.apply import write_down
from store.rejudging.rejudge import rejudged
from store.rejudging.rows import COLUMNS, rows_of
from store.setup.engine import open_engine
from store.setup.lock import only_worker
from store.setup.workspace import load_workspace


@click.command(cls=ChineseCommand)
@click.option("--dry-run", is_flag=True, help="只列出会有哪些变化；不写入，不发信。")
@config_option
def rejudge(dry_run: bool, config: Path) -> None:
    """按现行的规则、设定和登记册重新审查全部来信，列出变化，并只就变化发通知；编号、位次和人工决定不变。"""
    workspace = load_workspace(config)
    with open_engine(workspace) as bench, open_desk_at(config) as desk:
        with progress_bar("重新审查") as progress:
            result = rejudged(desk, bench, progress)
        rows = rows_of(desk.db, result)
        if rows:
            table(f"重新审查 {len(result.judged)} 封来信，变化 {len(rows)} 处", COLUMNS, rows)
        else:
            say(f"重新审查 {len(result.judged)} 封来信，没有变化。")
        if dry_run:
            say("以上仅为预览，没有写入，也没有发信。")
            return
        with only_worker(workspace.root):
            written = write_down(desk, result, lambda marked: answer_file(bench, marked))
            publish(desk)
    say(f"已更新 {written.items} 项需求，写好 {written.letters} 封通知，下一轮发出。")
