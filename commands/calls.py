"""The call packs: ``calls``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.ending import print_json, say
from commands.opening import pack_named
from commands.options import config_in, json_option, output_option
from intake.model import Limits, Trouble
from replies.terminal import ChineseGroup
from rules.packs.call import PackError
from rules.packs.describe import describe, validate
from rules.packs.pack import load_pack, shipped_packs, undecided

if TYPE_CHECKING:
    from rules.drafting.model import Draft


@click.group(cls=ChineseGroup)
def calls() -> None:
    """征集：每个征集的规则。"""


@calls.command("list")
def calls_list() -> None:
    """列出随程序提供的征集。"""
    for name in shipped_packs():
        say(f"{name}　{load_pack(name).title}")


@calls.command("show")
@click.argument("name", metavar="征集")
@click.option(
    "-c", "--config", type=click.Path(path_type=Path), callback=config_in, metavar="文件",
    help="连同工作目录中的处室设定。",
)  # fmt: skip
def calls_show(name: str, config: Path | None) -> None:
    """用文字列出一个征集的全部规则及其通知依据，供核定签字。"""
    click.echo(describe(pack_named(name, config)), nl=False)


@calls.command("validate")
@click.argument("file", metavar="征集或文件")
def calls_validate(file: str) -> None:
    """检查一个征集的规则文件，列出尚未设定或通知未载明的事项。"""
    points = (*validate(load_pack(file)), *undecided(file))
    for point in points:
        say(point)
    click.echo(f"共 {len(points)} 项待确认。" if points else "没有待确认的事项。")


@calls.command("draft")
@click.argument("notice", metavar="通知", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output_option
@json_option
def calls_draft(notice: Path, output: Path | None, as_json: bool) -> None:
    """读一份征集通知（.docx、.doc 或 .txt），草拟它的规则文件；每个值附通知原文，拿不准的写明待定。"""
    from rules.drafting.to_json import draft_json
    from rules.drafting.to_toml import draft_toml

    if output and output.exists():
        raise PackError(str(output), "", "文件已存在，不会覆盖，请换一个文件名")
    draft = _draft(notice)
    if as_json:
        print_json(draft_json(draft))
    elif output is None:
        click.echo(draft_toml(draft, notice.stem), nl=False)
    if output:
        output.write_text(draft_toml(draft, output.stem), encoding="utf-8")
        doubts = len(tuple(draft.doubts()))
        click.echo(
            f"已写出 {output}，{doubts} 处拿不准。请运行 zhengji calls validate {output} 查看待定事项。", err=as_json
        )


def _draft(notice: Path) -> Draft:
    """What a notice says, read in a worker: a file from outside may be anything."""
    from intake.pool import open_bench
    from rules.drafting.read import draft_file

    limits = Limits()
    with open_bench(1, limits, quick=True) as bench:
        draft = bench.run(draft_file, notice.name, notice.read_bytes(), limits)
    if isinstance(draft, Trouble):
        raise PackError(notice.name, "", draft.detail or "读不出来")
    return draft
