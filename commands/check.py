"""Before sending: ``check``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.ending import end, fail, print_json, say
from commands.options import DEFAULT_CALL, config_in, json_option
from intake.model import Limits
from intake.pool import open_bench
from replies.terminal import ChineseCommand
from rules.packs.pack import load_pack, shipped_packs
from store.database import SHANGHAI
from store.precheck import Terms, check_inputs, expand, outcomes_json, write_annotated

if TYPE_CHECKING:
    from store.setup.workspace import Workspace


@click.command(cls=ChineseCommand)
@click.argument("paths", metavar="文件或目录…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--call", default="", metavar="征集", help="按哪个征集检查（编号或 .toml 文件）。")
@click.option(
    "-c", "--config", type=click.Path(path_type=Path), callback=config_in, metavar="文件",
    help="用工作目录的登记册检查发件人。",
)  # fmt: skip
@click.option("--received", metavar="时间", help="视为在此时收到，例如 2026-06-30T23:59:59+08:00。")
@click.option("--annotate", type=click.Path(path_type=Path, file_okay=False), metavar="目录", help="写出带批注的文件。")
@json_option
def check(
    paths: tuple[Path, ...], call: str, config: Path | None, received: str | None, annotate: Path | None, as_json: bool
) -> None:
    """检查文件、目录、压缩包或 .eml 邮件；不收信、不登记，报送前自查用。"""
    at, inputs = _moment(received), expand(paths)
    if not inputs:
        fail(f"{'、'.join(map(str, paths))}：其中没有可检查的文件。")
    workspace = _workspace(config) if config else None
    terms = _terms_of(workspace, call, config, at) if workspace else _terms(call, at)
    limits = workspace.limits if workspace else Limits()
    with open_bench(1 if len(inputs) == 1 else 0, limits, quick=True) as bench:
        outcomes = check_inputs(bench, inputs, terms)
        written = write_annotated(bench, outcomes, terms.packs, annotate) if annotate else []
    if as_json:
        print_json(outcomes_json(outcomes, terms.packs[0]))
    else:
        from store.views.findings import report_of

        for line in report_of(outcomes):
            say(line)
        for path in written:
            say(f"已写出 {path}")
    end(clean_run=all(outcome.clean for outcome in outcomes))


def _workspace(config: Path) -> Workspace:
    from store.setup.workspace import load_workspace  # whoever checks without a workspace does not wait for its reader

    return load_workspace(config)


def _terms(call: str, at: datetime | None) -> Terms:
    """Without a workspace: the call named, else every shipped call that can run as it is, the usual one first."""
    if call:
        return Terms((load_pack(call),), received=at)
    names = sorted(shipped_packs(), key=lambda name: name != DEFAULT_CALL)
    return Terms(tuple(pack for name in names if not (pack := load_pack(name)).unset()), received=at)


def _terms_of(workspace: Workspace, call: str, config: Path | None, at: datetime | None) -> Terms:
    """The workspace's calls, settings and register."""
    from commands.opening import pack_named
    from store.registers.register_file import read_register

    packs = (pack_named(call, config),) if call else workspace.packs
    box, units = workspace.mailbox, read_register(workspace.register_file).units
    return Terms(packs, units, workspace.own_addresses, box.authentication, box.authserv, at)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--received 的时间“{text}”写法不对，例如 2026-06-30T23:59:59+08:00。")
    return at.astimezone(SHANGHAI) if at.tzinfo else at.replace(tzinfo=SHANGHAI)
