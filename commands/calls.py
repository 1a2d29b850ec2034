"""The call packs: ``calls``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import say
from commands.opening import pack_named
from replies.terminal import ChineseGroup
from rules.describe import describe, validate
from rules.pack import load_pack, shipped_packs


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
@click.option("-c", "--config", type=click.Path(path_type=Path), metavar="文件", help="连同工作目录中的处室设定。")
def calls_show(name: str, config: Path | None) -> None:
    """用文字列出一个征集的全部规则及其通知依据，供核定签字。"""
    click.echo(describe(pack_named(name, config)), nl=False)


@calls.command("validate")
@click.argument("file", metavar="征集或文件")
def calls_validate(file: str) -> None:
    """检查一个征集的规则文件，列出尚未设定或通知未载明的事项。"""
    points = validate(load_pack(file))
    for point in points:
        say(point)
    click.echo(f"共 {len(points)} 项待确认。" if points else "没有待确认的事项。")
