"""A first look and a first set-up: ``demo``, ``init``, ``doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import end, say
from commands.opening import start_log
from commands.options import DEFAULT_CALL, config_option
from replies.terminal import ChineseCommand, progress_bar, table
from store.setup.workspace import load_workspace


@click.command(cls=ChineseCommand)
@click.argument("folder", metavar="[目录]", type=click.Path(path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """演示：建一个样例工作目录，处理十余封来信，展示结果。"""
    from scheduler import Pass, pass_once
    from store.desk import open_desk
    from store.officers.morning import send_digest
    from store.sample.demo import write_demo
    from store.views.reports import MAIL_COLUMNS, mail_rows

    workspace = load_workspace(write_demo(folder))
    start_log(quiet=True)
    with progress_bar("处理来信") as progress:
        course = pass_once(workspace, Pass(progress=progress))
    with open_desk(workspace) as desk:
        digests = send_digest(desk)
        table("来信处理结果", MAIL_COLUMNS, mail_rows(desk.db))
    pass_once(workspace, Pass())  # the digest leaves with the next pass, as it would at 08:30
    click.echo(f"\n答复邮件：{folder / 'outbox' / 'new'}（每封一个文件，可用邮件程序打开）")
    click.echo(f"汇总表：　{workspace.out / '汇总表.xlsx'}")
    click.echo(f"看板：　　{workspace.out / '看板.html'}（用浏览器打开）")
    click.echo(f"日报：　　{'、'.join(map(str, digests))}")
    click.echo(f"继续查看：zhengji status -c {workspace.config}；zhengji items -c {workspace.config}")
    end(clean_run=not course.errors)


@click.command(cls=ChineseCommand)
@click.argument("folder", metavar="目录", type=click.Path(path_type=Path))
@click.option("--call", default=DEFAULT_CALL, show_default=True, metavar="征集", help="征集的编号或 .toml 文件。")
def init(folder: Path, call: str) -> None:
    """建立工作目录：配置文件、登记册和空白表格；已有的文件不覆盖。"""
    from store.setup.starter import write_workspace

    pack = write_workspace(folder, call)
    click.echo(f"已建立 {folder}（{pack.title}）。接下来：")
    click.echo(f"  1. 在 {folder / 'registry.xlsx'} 中填写各单位的邮箱；")
    click.echo("  2. 把邮箱的客户端授权码放进环境变量 ZHENGJI_MAIL_PASSWORD；")
    click.echo(f"  3. 核对 {folder / 'zhengji.toml'}，然后运行 zhengji doctor -c {folder / 'zhengji.toml'}。")


@click.command(cls=ChineseCommand)
@config_option
def doctor(config: Path) -> None:
    """体检：逐项试用配置、登记册、收发邮箱、转换程序、磁盘和数据库；不发信。"""
    from store.setup.doctor import examine

    all_good = True
    for probe in examine(load_workspace(config)):
        all_good = all_good and probe.good
        say(f"{'正常' if probe.good else '有问题'}　{probe.name}：{probe.detail}")
    end(clean_run=all_good)
