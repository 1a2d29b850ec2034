"""What officers decide and register: ``decide``, ``registry``, ``reference``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from commands.ending import end, fail, say
from commands.opening import open_desk_at, start_log
from commands.options import config_option, officer_option
from replies.terminal import ChineseCommand, ChineseGroup, table
from store.setup.workspace import load_workspace

VERBS = ["accept", "return", "refuse", "hold"]


@click.command(cls=ChineseCommand)
@click.argument("target", metavar="编号或受理号")
@click.argument("decision", metavar="|".join(VERBS), type=click.Choice(VERBS))
@click.option("--reason", required=True, metavar="理由", help="写进通知和记录的理由。")
@officer_option
@config_option
def decide(target: str, decision: str, reason: str, officer: str, config: Path) -> None:
    """人工决定：受理、退回补正、不予受理或继续待核；记录在案并通知报送单位。"""
    from store.officers.acts import MEANT, Act
    from store.officers.acts import decide as carry_out
    from store.views.reports import change_line

    if not reason.strip():
        fail("--reason：请写明理由，它会写进通知和记录。")
    with open_desk_at(config) as desk:
        changes = carry_out(desk, Act(target, MEANT[decision], reason, officer))
    for change in changes:
        say(change_line(change))
    click.echo("通知已写好，下一轮发出。")


@click.group(cls=ChineseGroup)
def registry() -> None:
    """登记册：归口管理部门及其邮箱。"""


@registry.command("import")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
def registry_import(file: Path, config: Path) -> None:
    """导入登记册（.xlsx 或 .csv），旧的留作备份。"""
    from store.registers.registry import import_register

    with open_desk_at(config) as desk:
        register = import_register(desk.db, file, desk.workspace.register_file, desk.packs)
    click.echo(f"已导入 {len(register.units)} 个单位。")
    for warning in register.warnings:
        say(f"提醒：{warning}")


@registry.command("list")
@config_option
def registry_list(config: Path) -> None:
    """列出登记的单位。"""
    from store.views.reports import UNIT_COLUMNS, unit_rows

    with open_desk_at(config) as desk:
        rows = unit_rows(desk.units_for(desk.packs[0]))
    table(f"登记册 {len(rows)} 个单位", UNIT_COLUMNS, rows)


@registry.command("approve")
@click.argument("address", metavar="邮箱")
@click.option("--unit", required=True, metavar="单位", help="登记到哪个归口管理部门。")
@officer_option
@config_option
def registry_approve(address: str, unit: str, officer: str, config: Path) -> None:
    """登记一个邮箱；此前因未登记而待复核的来信随即重新审查并通知。"""
    from scheduler import judge_again
    from store.officers.acts import approve_address

    start_log(quiet=True)
    with open_desk_at(config) as desk:
        found, waiting = approve_address(desk, address, unit, officer)
    course = judge_again(load_workspace(config), waiting)
    say(f"已将 {address} 登记到{found.name}；重新审查 {course.judged} 封来信，通知下一轮发出。")
    for error in course.errors:
        say(error)
    end(clean_run=not course.errors)


@registry.command("paper")
@click.argument("unit", metavar="单位")
@click.argument("day", metavar="日期", type=click.DateTime(["%Y-%m-%d"]))
@officer_option
@config_option
def registry_paper(unit: str, day: datetime, officer: str, config: Path) -> None:
    """记录一个单位的纸质正式文件到达的日期。"""
    from store.registers.registry import find_unit, note_paper

    with open_desk_at(config) as desk:
        found = find_unit(unit, desk.units, desk.packs)
        note_paper(desk.db, desk.packs[0].id, found, day.date(), officer)
    click.echo(f"已记录：{found.name}的纸质正式文件于 {day:%Y-%m-%d} 到达。")


@click.group(cls=ChineseGroup)
def reference() -> None:
    """查重清单：已支持项目和已发布指南。"""


@reference.command("import")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["funded", "guide"]), required=True, help="funded 已支持项目；guide 指南。")
@config_option
def reference_import(file: Path, kind: str, config: Path) -> None:
    """导入清单（.xlsx、.csv，指南可为 .docx）。"""
    from store.registers.reference_lists import import_reference

    with open_desk_at(config) as desk:
        count = import_reference(desk.db, file, kind)  # type: ignore[arg-type]  # click lets only these through
    click.echo(f"已导入 {count} 条。")
