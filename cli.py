"""What a person types: which commands there are, and what an operator's mistake looks like."""

from __future__ import annotations

import ast
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import click

from commands.ending import fail
from replies.terminal import ChineseGroup, list_in_help, usage_error

COMMANDS: Mapping[str, str] = {
    "demo": "start", "init": "start", "doctor": "start",
    "check": "check",
    "once": "work", "run": "work",
    "status": "look", "items": "look", "show": "look", "browse": "look",
    "decide": "officers", "registry": "officers", "reference": "officers",
    "export": "take", "digest": "take",
    "rejudge": "rejudge", "replay": "keeping", "purge": "keeping", "backup": "keeping", "restore": "keeping",
    "calls": "calls",
}  # fmt: skip
INTERRUPTED = 130
OWNER_ALONE = 0o077


class _Commands(ChineseGroup):
    """Loads a command's file when it is called: whoever checks one form does not wait for the mailbox and the store."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"commands.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        """The commands by their docstrings as they are written: nothing is loaded to say what there is."""
        written = (click.Command(name, help=_docstring(name)) for name in COMMANDS)
        list_in_help(formatter, "命令", [(command.name or "", command.get_short_help_str(60)) for command in written])


def _docstring(command: str) -> str:
    source = Path(__file__).with_name("commands") / f"{COMMANDS[command]}.py"
    functions = ast.parse(source.read_text(encoding="utf-8")).body
    return next(ast.get_docstring(f) or "" for f in functions if isinstance(f, ast.FunctionDef) and f.name == command)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhengji", message="zhengji %(version)s", help="显示版本。")
def zhengji() -> None:
    """征集：科技需求邮件受理程序。收件、审查、登记、答复，并随时更新汇总表。"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every operator's mistake is one Chinese line and exit code 2, never a traceback."""
    os.umask(OWNER_ALONE)  # letters and personal data: whatever is written, others on this machine cannot read it
    try:
        zhengji.main(arguments, prog_name="zhengji", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.message)
        sys.exit(0)
    except click.ClickException as error:
        fail(usage_error(error))
    except click.Abort:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - the one place: whatever happens, the user reads one line
        fail(_in_one_line(error))


def _in_one_line(error: Exception) -> str:
    """What the operator must mend, with its place and cure; of our own fault, where its particulars were written."""
    from intake.pool import BenchLost
    from intake.post.mailbox import MailboxError
    from replies.delivery import DeliveryError
    from rules.packs.call import PackError
    from store.database import StoreError
    from store.setup.workspace import WorkspaceError

    if isinstance(error, BenchLost | MailboxError | DeliveryError | PackError | StoreError | WorkspaceError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}：不能读写（{error.strerror}），请检查路径、权限和磁盘空间。"
    with tempfile.NamedTemporaryFile("w", prefix="zhengji-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write("".join(traceback.format_exception(error)))
    return f"程序内部出错（{type(error).__name__}：{error}），经过已写入 {log.name}，请交给系统维护人员。"


if __name__ == "__main__":
    main()
