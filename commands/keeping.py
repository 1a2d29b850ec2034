"""Keeping and erasing: ``replay``, ``purge``, ``backup``, ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import end, fail, say
from commands.opening import open_desk_at
from commands.options import config_option, officer_option
from replies.terminal import ChineseCommand

MEGABYTE = 2**20


@click.command(cls=ChineseCommand)
@click.argument("target", metavar="[来信序号或受理号]", required=False, default="")
@click.option("--all", "everything", is_flag=True, help="所有搁置的来信。")
@config_option
def replay(target: str, everything: bool, config: Path) -> None:
    """让处理失败而搁置的来信重新排队，下一轮再审；编号见 zhengji status。"""
    from store.keeping.purge import find_mail

    if bool(target) == everything:
        fail("请给出一封来信的序号或受理号，或者用 --all；搁置的来信见 zhengji status。")
    with open_desk_at(config) as desk:
        count = desk.journal.replay(None if everything else int(find_mail(desk, target)["id"]))
    if target and not count:
        fail(f"来信 {target} 没有被搁置，无须重试；搁置的来信见 zhengji status。")
    if not count:
        click.echo("没有搁置的来信。")
        return
    click.echo(f"{count} 封来信已重新排队，由 zhengji run 在下一轮处理，或现在运行 zhengji once。")


@click.command(cls=ChineseCommand)
@click.argument("receipt", metavar="受理号")
@click.option("--reason", required=True, metavar="理由", help="写进记录的理由。")
@officer_option
@config_option
def purge(receipt: str, reason: str, officer: str, config: Path) -> None:
    """彻底清除一封来信：原件、附件、文字和表格内容；只留编号、SHA-256、时间、经办人和理由。"""
    from store.keeping.purge import purge as carry_out
    from store.keeping.reports import purged_lines

    if not reason.strip():
        fail("--reason：请写明清除的理由。")
    with open_desk_at(config) as desk:
        purged = carry_out(desk, receipt, reason.strip(), officer)
    for line in purged_lines(purged):
        say(line)
    end(clean_run=not purged.unswept)


@click.command(cls=ChineseCommand)
@click.argument("path", metavar="备份文件", type=click.Path(path_type=Path))
@config_option
def backup(path: Path, config: Path) -> None:
    """把数据库和全部来信备份成一个文件；程序运行时也可以做，涉密来件不在其中。"""
    from store.keeping.backups import write_backup

    with open_desk_at(config) as desk:
        written = write_backup(desk, path)
    say(f"已备份到 {written.path}：{written.mails} 封来信，{written.files} 个文件，{written.size / MEGABYTE:.1f} MB。")
    click.echo("备份含有来信原件和个人信息，请妥善保管；涉密来件不在其中。")
    for sha256 in written.missing:
        say(f"提醒：文件 {sha256[:12]}… 在磁盘上缺失或损坏，未能备份。")
    end(clean_run=not written.missing)


@click.command(cls=ChineseCommand)
@click.argument("path", metavar="备份文件", type=click.Path(path_type=Path))
@config_option
def restore(path: Path, config: Path) -> None:
    """用备份恢复工作目录；先查验备份，现有数据库另存，不覆盖任何文件。"""
    from store.keeping.reports import restored_lines
    from store.keeping.restore import restore as carry_out

    for line in restored_lines(carry_out(path, config), config):
        say(line)
