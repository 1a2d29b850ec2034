"""Looking at what is in the store: ``status``, ``items``, ``show``, ``browse``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.ending import fail, print_json, say
from commands.opening import open_desk_at, unit_named
from commands.options import config_option, json_option, unit_option
from replies.terminal import ChineseCommand, table
from store import queries
from store.views.reports import (
    ITEM_COLUMNS,
    OPEN_COLUMNS,
    QUOTA_COLUMNS,
    item_rows,
    open_rows,
    quota_rows,
    status_lines,
)


@click.command(cls=ChineseCommand)
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """总体情况：来信、需求、限额、待发通知、账目和错误。"""
    with open_desk_at(config) as desk:
        found = queries.status_json(desk.db, desk.packs)
        waiting = open_rows(queries.items(desk.db, everything=False))
    if as_json:
        print_json(found)
        return
    for line in status_lines(found):
        say(line)
    table("限额使用", QUOTA_COLUMNS, quota_rows(found))
    table(f"待补正和待复核 {len(waiting)} 项", OPEN_COLUMNS, waiting)


@click.command(cls=ChineseCommand)
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="连同已替换、迟到和已撤回的版本。")
@unit_option
@click.option("--decision", type=click.Choice(["accepted", "correction", "held", "refused"]), help="只看一种结论。")
def items(config: Path, as_json: bool, everything: bool, unit: str, decision: str | None) -> None:
    """需求清单（默认只列现行版本）。"""
    with open_desk_at(config) as desk:
        found = queries.items(
            desk.db, everything=everything, unit=unit_named(desk, unit), decision=decision or ""
        )  # fmt: skip
    if as_json:
        print_json(queries.items_json(found))
        return
    table(f"需求 {len(found)} 条", ITEM_COLUMNS, item_rows(found))


@click.command(cls=ChineseCommand)
@click.argument("number", metavar="受理号或编号")
@config_option
@json_option
def show(number: str, config: Path, as_json: bool) -> None:
    """一封来信或一项需求的全过程：版本、发现、去信和处理，按时间先后。"""
    from store.officers.alike import alike, alike_lines
    from store.views.reports import story_lines
    from store.views.story import story_json, story_of

    with open_desk_at(config) as desk:
        story = story_of(desk.db, number)
        resembling = alike(desk.db, story.title) if story else ()
    if story is None:
        fail(f"没有编号为 {number} 的来信或需求；用 zhengji items --all 查看全部编号。")
    if as_json:
        print_json(story_json(story))
        return
    for line in (*story_lines(story), *alike_lines(resembling)):
        say(line)


@click.command(cls=ChineseCommand)
@click.option("--port", default=8001, show_default=True, metavar="端口", help="本机的端口。")
@config_option
def browse(port: int, config: Path) -> None:
    """在浏览器中查看全部登记内容（只读，仅限本机；需另装 datasette）；Ctrl-C 结束。"""
    from store.setup.workspace import load_workspace
    from store.views.browse import browse as serve

    workspace = load_workspace(config)
    serve(workspace, port, lambda: say("请在浏览器中打开下面这个一次性地址（只在本机有效）："))
