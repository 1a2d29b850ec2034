"""Taking away: ``export`` and ``digest``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import fail, say
from commands.opening import open_desk_at, unit_named
from commands.options import config_option, output_option, unit_option
from replies.terminal import ChineseCommand
from rules.packs.call import CallPack
from store.desk import Desk
from store.dispatch import deliver
from store.made.archive import export_archive
from store.made.export import FORMATS, NoSuchExport, export_items, export_ledger
from store.officers.morning import digest_bytes, save_digest, send_digest

ARCHIVE = "archive"


@click.command(cls=ChineseCommand)
@click.option(
    "--what", type=click.Choice(["汇总表", "all", ARCHIVE]), default="汇总表", show_default=True,
    help="导出什么：汇总表；all 全部需求；archive 归档（zip 或文件夹：全部受理件改名归类，附汇总表、回执和清单）。",
)  # fmt: skip
@unit_option
@click.option("--call", default="", metavar="征集", help="哪一个征集（编号）；几个征集同开时默认全部。")
@click.option("--format", "suffix", type=click.Choice(FORMATS), help="格式，默认按文件名，否则 xlsx；归档不用。")
@output_option
@config_option
def export(what: str, unit: str, call: str, suffix: str | None, output: Path | None, config: Path) -> None:
    """导出正式的汇总表（全部或一个单位）、全部需求，或归档。"""
    with open_desk_at(config) as desk:
        name = unit_named(desk, unit)
        packs = tuple(pack for pack in desk.packs if call in ("", pack.id))
        if not packs:
            fail(f"--call：没有开着的征集“{call}”；开着的有：{'、'.join(p.id for p in desk.packs)}。")
        stem = {"汇总表": "汇总表", "all": "全部需求", ARCHIVE: "归档"}[what] + (f"（{name}）" if name else "")
        ending = "zip" if what == ARCHIVE else suffix or "xlsx"
        path = output or desk.workspace.out / f"{stem}.{ending}"
        path = path.with_suffix(f".{suffix}") if suffix and what != ARCHIVE else path
        try:
            _write(desk, what, packs, name, path)
        except NoSuchExport as error:
            fail(str(error))


def _write(desk: Desk, what: str, packs: tuple[CallPack, ...], unit: str, path: Path) -> None:
    """All demands in one file; of 汇总表 and archives one a call, the further ones named by its id."""
    if what == "all":
        say(f"已导出 {export_items(desk, packs, desk.unit(unit, packs[0]), path)} 条：{path}")
        return
    for number, pack in enumerate(packs):
        own = path.with_name(f"{path.stem}（{pack.id}）{path.suffix}") if number else path
        if what == ARCHIVE:
            _archive(desk, pack, unit, own)
        else:
            say(f"已导出 {export_ledger(desk, pack, desk.unit(unit, pack), own)} 条：{own}")


def _archive(desk: Desk, pack: CallPack, unit: str, path: Path) -> None:
    made = export_archive(desk, pack, desk.unit(unit, pack), path)
    say(f"已归档 {made.files} 个文件：{path}")
    for line in made.kept_back:
        say(f"注意：{line}")


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
