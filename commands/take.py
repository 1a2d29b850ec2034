"""Taking away: ``export`` and ``digest``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import fail, say
from commands.opening import open_desk_at, unit_named
from commands.options import config_option, output_option, unit_option
from replies.terminal import ChineseCommand
from store.dispatch import deliver
from store.export import FORMATS, NoSuchExport, export_items, export_ledger
from store.morning import digest_bytes, save_digest, send_digest


@click.command(cls=ChineseCommand)
@click.option("--what", type=click.Choice(["汇总表", "all"]), default="汇总表", show_default=True, help="导出什么。")
@unit_option
@click.option("--format", "suffix", type=click.Choice(FORMATS), help="格式，默认按文件名，否则 xlsx。")
@output_option
@config_option
def export(what: str, unit: str, suffix: str | None, output: Path | None, config: Path) -> None:
    """导出正式的汇总表（全部或一个单位），或全部需求。"""
    with open_desk_at(config) as desk:
        pack, name = desk.packs[0], unit_named(desk, unit)
        stem = ("全部需求" if what == "all" else "汇总表") + (f"（{name}）" if name else "")
        path = output or desk.workspace.out / f"{stem}.{suffix or 'xlsx'}"
        write = export_items if what == "all" else export_ledger
        try:
            count = write(desk, pack, desk.unit(name, pack), path.with_suffix(f".{suffix}") if suffix else path)
        except NoSuchExport as error:
            fail(str(error))
    say(f"已导出 {count} 条：{path.with_suffix(f'.{suffix}') if suffix else path}")


@click.command(cls=ChineseCommand)
@click.option("--send", is_flag=True, help="并发给工作人员。")
@output_option
@config_option
def digest(send: bool, output: Path | None, config: Path) -> None:
    """做出日报工作簿；平时由 run 在工作日按时发送。"""
    with open_desk_at(config) as desk:
        if send and not desk.workspace.officers.addresses:
            fail("zhengji.toml：[officers].addresses：没有收件人，请填写工作人员的邮箱后再用 --send。")
        if send:
            paths = send_digest(desk)
            deliver(desk)
        else:
            paths = tuple(save_digest(desk, pack, digest_bytes(desk, pack)) for pack in desk.packs)
    if output:
        output.write_bytes(paths[0].read_bytes())
        paths = (output,)
    for path in paths:
        say(f"日报：{path}")
