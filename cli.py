"""What a person types: thin. Every command reads its arguments, calls one thing, and tells what came of it."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from replies.terminal import DECISION_WORDS, ChineseGroup, clean, progress_bar, table, usage_error

if TYPE_CHECKING:
    from rules.call import CallPack
    from store.desk import Desk
    from store.workspace import Workspace

DONE, FOUND_SOMETHING, WRONG_USE = 0, 1, 2
DEFAULT_CALL = "nm-gxjs-2027"
DECISIONS = ("accept", "return", "refuse", "hold")

config_option = click.option(
    "-c", "--config", "config", type=click.Path(path_type=Path), default=Path("zhengji.toml"),
    show_default="./zhengji.toml", metavar="文件", help="工作目录的配置文件。",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，供程序读取。")
unit_option = click.option("--unit", default="", metavar="单位", help="只看一个归口管理部门。")
officer_option = click.option("--officer", default="", metavar="姓名", help="作出处理的工作人员。")


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhengji", message="zhengji %(version)s", help="显示版本。")
def zhengji() -> None:
    """征集：科技需求邮件受理程序。收件、审查、登记、答复，并随时更新汇总表。"""


# --------------------------------------------------------------------------- a first look, a first set-up


@zhengji.command()
@click.argument("folder", metavar="[目录]", type=click.Path(path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """演示：建一个样例工作目录，处理十余封来信，展示结果。"""
    from scheduler import Pass, pass_once
    from store.demo import write_demo
    from store.desk import open_desk
    from store.morning import send_digest

    workspace = _workspace(write_demo(folder))
    _log_for_people_or_machines(quiet=True)
    with progress_bar("处理来信") as progress:
        course = pass_once(workspace, Pass(progress=progress))
    with open_desk(workspace) as desk:
        digests = send_digest(desk)
        _table_of_mails(desk)
    pass_once(workspace, Pass())  # the digest leaves with the next pass, as it would at 08:30
    click.echo(f"\n答复邮件：{folder / 'outbox' / 'new'}（每封一个文件，可用邮件程序打开）")
    click.echo(f"汇总表：　{workspace.out / '汇总表.xlsx'}")
    click.echo(f"日报：　　{'、'.join(map(str, digests))}")
    click.echo(f"继续查看：zhengji status -c {workspace.config}；zhengji items -c {workspace.config}")
    _end(FOUND_SOMETHING if course.errors else DONE)


@zhengji.command()
@click.argument("folder", metavar="目录", type=click.Path(path_type=Path))
@click.option("--call", default=DEFAULT_CALL, show_default=True, metavar="征集", help="征集的编号或 .toml 文件。")
def init(folder: Path, call: str) -> None:
    """建立工作目录：配置文件、登记册和两份空白表格；已有的文件不覆盖。"""
    from store.starter import write_workspace

    pack = write_workspace(folder, call)
    click.echo(f"已建立 {folder}（{pack.title}）。接下来：")
    click.echo(f"  1. 在 {folder / 'registry.xlsx'} 中填写各单位的邮箱；")
    click.echo("  2. 把邮箱的客户端授权码放进环境变量 ZHENGJI_MAIL_PASSWORD；")
    click.echo(f"  3. 核对 {folder / 'zhengji.toml'}，然后运行 zhengji doctor -c {folder / 'zhengji.toml'}。")


@zhengji.command()
@config_option
def doctor(config: Path) -> None:
    """体检：逐项试用配置、登记册、收发邮箱、转换程序、磁盘和数据库；不发信。"""
    from store.doctor import examine

    all_good = True
    for probe in examine(_workspace(config)):
        all_good = all_good and probe.good
        click.echo(clean(f"{'正常' if probe.good else '有问题'}　{probe.name}：{probe.detail}"))
    _end(DONE if all_good else FOUND_SOMETHING)


# --------------------------------------------------------------------------- before sending


@zhengji.command()
@click.argument("paths", metavar="文件或目录…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--call", default="", metavar="征集", help="按哪个征集检查（编号或 .toml 文件）。")
@click.option("-c", "--config", type=click.Path(path_type=Path), metavar="文件", help="用工作目录的登记册检查发件人。")
@click.option("--received", metavar="时间", help="视为在此时收到，例如 2026-06-30T23:59:59+08:00。")
@click.option("--annotate", type=click.Path(path_type=Path, file_okay=False), metavar="目录", help="写出带批注的文件。")
@json_option
def check(
    paths: tuple[Path, ...], call: str, config: Path | None, received: str | None, annotate: Path | None, as_json: bool
) -> None:
    """检查文件、目录、压缩包或 .eml 邮件；不收信、不登记，报送前自查用。"""
    from intake.model import Limits
    from intake.pool import open_bench
    from store.precheck import check_inputs, expand, outcomes_json, write_annotated

    terms, limits = _terms(call, config, _moment(received)), Limits()
    if config is not None:
        limits = _workspace(config).limits
    inputs = expand(paths)
    with open_bench(1 if len(inputs) == 1 else 0, limits, quick=True) as bench:
        outcomes = check_inputs(bench, inputs, terms)
        written = write_annotated(bench, outcomes, terms.packs, annotate) if annotate else []
    if as_json:
        _print_json(outcomes_json(outcomes, terms.packs[0]))
    else:
        from store.reports import report_of

        for line in report_of(outcomes):
            click.echo(clean(line))
        for path in written:
            click.echo(f"已写出 {path}")
    _end(DONE if all(o.clean for o in outcomes) else FOUND_SOMETHING)


# --------------------------------------------------------------------------- the work itself


@zhengji.command()
@config_option
def once(config: Path) -> None:
    """处理一轮：收件、审查、登记、答复、更新汇总表，然后结束。"""
    from scheduler import Pass, pass_once
    from store.lock import only_worker

    workspace = _ready(config)
    with only_worker(workspace.root), progress_bar("处理来信") as progress:
        course = pass_once(workspace, Pass(progress=progress))
    click.echo(f"新收 {course.met} 封，审毕 {course.judged} 封，发出通知 {course.sent} 封。")
    for error in course.errors:
        click.echo(clean(error), err=True)
    _end(FOUND_SOMETHING if course.errors else DONE)


@zhengji.command()
@config_option
def run(config: Path) -> None:
    """持续运行：按设定的间隔收件、审查、答复，工作日按时发日报；SIGTERM 或 Ctrl-C 停止。"""
    from scheduler import Worker
    from store.database import open_database
    from store.lock import only_worker

    workspace = _ready(config)
    with only_worker(workspace.root):
        open_database(workspace.db, check=True).close()
        Worker(workspace).run()


# --------------------------------------------------------------------------- looking


@zhengji.command()
@config_option
@json_option
def status(config: Path, as_json: bool) -> None:
    """总体情况：来信、需求、限额、待发通知、账目和错误。"""
    from store.queries import status_json
    from store.reports import status_lines

    with _desk(config) as desk:
        found = status_json(desk.db, desk.packs)
    if as_json:
        _print_json(found)
        return
    for line in status_lines(found):
        click.echo(clean(line))
    quota = [(q["unit"], q["used"], q["waiting"], q["limit"] or "通知未规定") for q in found["quota"]]
    table("限额使用", ("归口管理部门", "已用", "候补", "限额"), quota)


@zhengji.command()
@config_option
@json_option
@click.option("--all", "everything", is_flag=True, help="连同已替换、迟到和已撤回的版本。")
@unit_option
@click.option("--decision", type=click.Choice(["accepted", "correction", "held", "refused"]), help="只看一种结论。")
def items(config: Path, as_json: bool, everything: bool, unit: str, decision: str | None) -> None:
    """需求清单（默认只列现行版本）。"""
    from store import queries

    with _desk(config) as desk:
        name = _unit_name(desk, unit)
        found = queries.items(desk.db, everything=everything, unit=name, decision=decision or "")
    if as_json:
        _print_json(queries.items_json(found))
        return
    rows = [
        (i.demand.number, i.demand.version, i.unit or "（未登记）", i.demand.name,
         "已撤回" if i.demand.withdrawn else DECISION_WORDS[i.demand.decision],
         " ".join(dict.fromkeys(f.code for f in i.demand.findings)))
        for i in found
    ]  # fmt: skip
    table(f"需求 {len(rows)} 条", ("编号", "版本", "归口管理部门", "需求名称", "结论", "发现"), rows)


@zhengji.command()
@click.argument("number", metavar="受理号或编号")
@config_option
@json_option
def show(number: str, config: Path, as_json: bool) -> None:
    """一封来信或一项需求的全过程：版本、发现、去信和处理，按时间先后。"""
    from store.reports import story_lines
    from store.story import story_json, story_of

    with _desk(config) as desk:
        story = story_of(desk.db, number)
    if story is None:
        _fail(f"没有编号为 {number} 的来信或需求；用 zhengji items --all 查看全部编号。")
    if as_json:
        _print_json(story_json(story))
        return
    for line in story_lines(story):
        click.echo(clean(line))


# --------------------------------------------------------------------------- deciding


@zhengji.command()
@click.argument("target", metavar="编号或受理号")
@click.argument(
    "decision", metavar="accept|return|refuse|hold", type=click.Choice(["accept", "return", "refuse", "hold"])
)
@click.option("--reason", required=True, metavar="理由", help="写进通知和记录的理由。")
@officer_option
@config_option
def decide(target: str, decision: str, reason: str, officer: str, config: Path) -> None:
    """人工决定：受理、退回补正、不予受理或继续待核；记录在案并通知报送单位。"""
    from store.acts import MEANT, Act
    from store.acts import decide as carry_out

    with _desk(config) as desk:
        changes = carry_out(desk, Act(target, MEANT[decision], reason, officer))
    for change in changes:
        before, after = DECISION_WORDS[change.before.decision], DECISION_WORDS[change.after.decision]
        click.echo(clean(f"{change.after.number} {change.after.name}：{before} → {after}"))
    click.echo("通知已写好，下一轮发出。")


@zhengji.group()
def registry() -> None:
    """登记册：归口管理部门及其邮箱。"""


@registry.command("import")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
def registry_import(file: Path, config: Path) -> None:
    """导入登记册（.xlsx 或 .csv），旧的留作备份。"""
    from store.registry import import_register

    with _desk(config) as desk:
        register = import_register(desk.db, file, desk.workspace.register_file, desk.packs)
    click.echo(f"已导入 {len(register.units)} 个单位。")
    for warning in register.warnings:
        click.echo(clean(f"提醒：{warning}"))


@registry.command("list")
@config_option
def registry_list(config: Path) -> None:
    """列出登记的单位。"""
    with _desk(config) as desk:
        units = desk.units_for(desk.packs[0])
    rows = [
        (u.name, u.category, "；".join((*u.addresses, *u.domains)), u.limit if u.limit is not None else "通知未规定",
         u.contact, u.phone, u.note)
        for u in units
    ]  # fmt: skip
    table(f"登记册 {len(rows)} 个单位", ("归口管理部门", "类别", "邮箱", "限额", "联系人", "联系电话", "备注"), rows)


@registry.command("approve")
@click.argument("address", metavar="邮箱")
@click.option("--unit", required=True, metavar="单位", help="登记到哪个归口管理部门。")
@officer_option
@config_option
def registry_approve(address: str, unit: str, officer: str, config: Path) -> None:
    """登记一个邮箱；此前因未登记而待复核的来信随即重新审查并通知。"""
    from scheduler import judge_again
    from store.acts import approve_address
    from store.lock import only_worker

    workspace = _workspace(config)
    with only_worker(workspace.root), _desk(config) as desk:
        found, waiting = approve_address(desk, address, unit, officer)
        judged = judge_again(workspace, waiting)
    click.echo(f"已将 {address} 登记到 {found.name}；重新审查 {judged} 封来信，通知下一轮发出。")


@registry.command("paper")
@click.argument("unit", metavar="单位")
@click.argument("day", metavar="日期", type=click.DateTime(["%Y-%m-%d"]))
@officer_option
@config_option
def registry_paper(unit: str, day: datetime, officer: str, config: Path) -> None:
    """记录一个单位的纸质正式文件到达的日期。"""
    from store.registry import find_unit, note_paper

    with _desk(config) as desk:
        found = find_unit(unit, desk.units, desk.packs)
        note_paper(desk.db, desk.packs[0].id, found, day.date(), officer)
    click.echo(f"已记录：{found.name} 的纸质正式文件于 {day:%Y-%m-%d} 到达。")


@zhengji.group()
def reference() -> None:
    """查重清单：已支持项目和已发布指南。"""


@reference.command("import")
@click.argument("file", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["funded", "guide"]), required=True, help="funded 已支持项目；guide 指南。")
@config_option
def reference_import(file: Path, kind: str, config: Path) -> None:
    """导入清单（.xlsx、.csv，指南可为 .docx）。"""
    from store.reference_lists import import_reference

    with _desk(config) as desk:
        count = import_reference(desk.db, file, kind)  # type: ignore[arg-type]  # click lets only these through
    click.echo(f"已导入 {count} 条。")


# --------------------------------------------------------------------------- taking away


@zhengji.command()
@click.option("--what", type=click.Choice(["汇总表", "all"]), default="汇总表", show_default=True, help="导出什么。")
@unit_option
@click.option("--format", "suffix", type=click.Choice(["xlsx", "docx", "csv", "json"]), help="格式，默认 xlsx。")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写到哪里。")
@config_option
def export(what: str, unit: str, suffix: str | None, output: Path | None, config: Path) -> None:
    """导出正式的汇总表（全部或一个单位），或全部需求。"""
    from store.export import NoSuchExport, export_items, export_ledger

    with _desk(config) as desk:
        pack, name = desk.packs[0], _unit_name(desk, unit)
        suffix = suffix or (output.suffix[1:] if output else "") or "xlsx"
        stem = "全部需求" if what == "all" else "汇总表"
        path = output or desk.workspace.out / f"{stem}{f'（{name}）' if name else ''}.{suffix}"
        write = export_items if what == "all" else export_ledger
        try:
            count = write(desk, pack, desk.unit(name, pack) if name else None, path.with_suffix(f".{suffix}"))
        except NoSuchExport as error:
            _fail(str(error))
    click.echo(f"已导出 {count} 条：{path.with_suffix(f'.{suffix}')}")


@zhengji.command()
@click.option("--send", is_flag=True, help="并发给工作人员。")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="写到哪里。")
@config_option
def digest(send: bool, output: Path | None, config: Path) -> None:
    """做出日报工作簿；平时由 run 在工作日按时发送。"""
    from store.dispatch import deliver
    from store.morning import digest_bytes, save_digest, send_digest

    with _desk(config) as desk:
        if send:
            paths = send_digest(desk)
            deliver(desk)
        else:
            paths = tuple(save_digest(desk, pack, digest_bytes(desk, pack)) for pack in desk.packs)
    if output:
        output.write_bytes(paths[0].read_bytes())
        paths = (output,)
    for path in paths:
        click.echo(f"日报：{path}")


# --------------------------------------------------------------------------- calls


@zhengji.group()
def calls() -> None:
    """征集：每个征集的规则。"""


@calls.command("list")
def calls_list() -> None:
    """列出随程序提供的征集。"""
    from rules.pack import load_pack, shipped_packs

    for name in shipped_packs():
        pack = load_pack(name)
        click.echo(f"{name}　{pack.title}")


@calls.command("show")
@click.argument("name", metavar="征集")
@click.option("-c", "--config", type=click.Path(path_type=Path), metavar="文件", help="连同工作目录中的处室设定。")
def calls_show(name: str, config: Path | None) -> None:
    """用文字列出一个征集的全部规则及其通知依据，供核定签字。"""
    from rules.describe import describe

    click.echo(describe(_pack(name, config)), nl=False)


@calls.command("validate")
@click.argument("file", metavar="征集或文件")
def calls_validate(file: str) -> None:
    """检查一个征集的规则文件，列出尚未设定或通知未载明的事项。"""
    from rules.describe import validate

    points = validate(_pack(file, None))
    for point in points:
        click.echo(point)
    click.echo(f"共 {len(points)} 项待确认。" if points else "没有待确认的事项。")


# --------------------------------------------------------------------------- shared


def _pack(name: str, config: Path | None) -> CallPack:
    from rules.pack import load_pack

    found = next((p for p in _workspace(config).packs if p.id == name), None) if config else None
    return found or load_pack(name)


def _workspace(config: Path) -> Workspace:
    from store.workspace import load_workspace

    return load_workspace(config)


def _ready(config: Path) -> Workspace:
    """A workspace in which a pass can run: calls complete, secrets there."""
    workspace = _workspace(config)
    workspace.check_ready()
    _log_for_people_or_machines()
    return workspace


@contextmanager
def _desk(config: Path) -> Iterator[Desk]:
    from store.desk import open_desk

    with open_desk(_workspace(config)) as desk:
        yield desk


def _unit_name(desk: Desk, unit: str) -> str:
    """The register's name of the unit that is meant, ``""`` for all."""
    from store.registry import find_unit

    return find_unit(unit, desk.units, desk.packs).name if unit else ""


def _terms(call: str, config: Path | None, received: datetime | None) -> Any:
    """Under what ``check`` judges: the call named, else the workspace's, else every call that is shipped."""
    from rules.pack import load_pack, shipped_packs
    from store.precheck import Terms

    if config is None:
        names = (call,) if call else (DEFAULT_CALL, *(n for n in shipped_packs() if n != DEFAULT_CALL))
        return Terms(tuple(load_pack(name) for name in names), received=received)
    from store.register_file import read_register

    workspace = _workspace(config)
    packs = (_pack(call, config),) if call else workspace.packs
    box = workspace.mailbox
    units = read_register(workspace.register_file).units
    return Terms(packs, units, workspace.own_addresses, box.authentication, box.authserv, received)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    from store.database import SHANGHAI

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        _fail(f"--received 的时间“{text}”写法不对，例如 2026-06-30T23:59:59+08:00。")
    return at.astimezone(SHANGHAI) if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _table_of_mails(desk: Desk) -> None:
    from store.reports import mail_rows

    table("来信处理结果", ("来信编号", "收到时间", "发件单位", "主题", "结论", "需求"), mail_rows(desk.db))


def _print_json(content: object) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _log_for_people_or_machines(*, quiet: bool = False) -> None:
    """Readable lines on a terminal, JSON lines elsewhere; always on stderr, never a control character from a letter."""
    import structlog

    stages: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=False)]
    on_terminal = sys.stderr.isatty()
    stages.append(
        structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer(ensure_ascii=True)
    )
    structlog.configure(
        processors=stages,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if on_terminal or quiet else logging.INFO),
    )


def _end(code: int) -> None:
    sys.exit(code)


def _fail(line: str) -> NoReturn:
    click.echo(clean(line), err=True)
    sys.exit(WRONG_USE)


def main() -> None:
    """Run the command line; every operator's mistake is one Chinese line and exit code 2, never a traceback."""
    try:
        zhengji.main(standalone_mode=False)
    except click.ClickException as error:
        _fail(usage_error(error))
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not _is_operators(error):
            raise
        _fail(str(error))


def _is_operators(error: Exception) -> bool:
    """Whether an error says in Chinese, with its place and cure, what the operator must mend."""
    from intake.mailbox import MailboxError
    from replies.delivery import DeliveryError
    from rules.call import PackError
    from store.database import StoreError
    from store.workspace import WorkspaceError

    return isinstance(error, MailboxError | DeliveryError | PackError | StoreError | WorkspaceError)


if __name__ == "__main__":
    main()
