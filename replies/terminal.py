"""What is said on a terminal: help and usage errors in Chinese, tables, a progress bar.

Everything that came from a letter is cleaned of control characters before it is shown.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

T = TypeVar("T")


class _ChineseHelp(click.Command):
    """A command whose usage, options and help option are told in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return [{"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}.get(p, p) for p in pieces]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (p for p in self.get_params(ctx) if isinstance(p, click.Option))
        list_in_help(formatter, "选项", [r for p in options if (r := p.get_help_record(ctx)) is not None])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明。"
        return option


class ChineseCommand(_ChineseHelp):
    """A command that speaks Chinese."""


class ChineseGroup(_ChineseHelp, click.Group):
    """A group of commands that speaks Chinese and lists them in the order of their definition."""

    command_class = ChineseCommand
    group_class = type  # a subgroup is of this class too

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.get_short_help_str(60)) for name, command in found if command is not None]
        list_in_help(formatter, "命令", rows)


def list_in_help(formatter: click.HelpFormatter, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Names and what they mean in two columns; a Chinese character is as wide as two others, which click overlooks."""
    widest = max((_width(name) for name, _ in rows), default=0)
    formatter.write(f"\n{heading}：\n")
    for name, meaning in rows:
        formatter.write(f"  {name}{' ' * (widest - _width(name))}  {_in_chinese(meaning)}\n")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _in_chinese(meaning: str) -> str:
    """What click adds to an option's meaning (``[default: 8001]``, ``[required]``)."""
    plain = re.sub(r"\[default: \(?(.+?)\)?\]$", r"［默认 \1］", meaning)
    return re.sub(r"\s*\[required\]$", "［必填］", plain).replace("  ［", "［")


_PATHS = {
    "does not exist": "没有这个文件，请检查路径",
    "is a directory": "是一个目录，这里要写一个文件",
    "is a file": "是一个文件，这里要写一个目录",
    "is not readable": "读不出来，请检查文件权限",
}


def usage_error(error: click.ClickException) -> str:
    """One Chinese line for a wrong call."""
    param = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or _name(param)
    match error:
        case click.NoSuchOption(possibilities=near):
            said = f"没有选项 {name}" + (f"，是否为 {'、'.join(near)}？" if near else "。")
        case click.MissingParameter():
            said = f"缺少参数 {name}。"
        case click.BadParameter():
            said = _wrong_path(error.message) or f"参数 {name} 的值不对：{_wanted(param, error.message)}"
        case click.BadOptionUsage():
            said = f"选项 {name} 后面要写一个值。"
        case click.FileError(ui_filename=path):
            said = f"不能打开文件 {path}：{error.message}"
        case _ if error.message.startswith("No such command"):
            said = f"没有命令 {error.message.split(chr(39))[1]}；用 --help 查看全部命令。"
        case _ if error.message.startswith("Missing command"):
            said = "请写明命令；用 --help 查看全部命令。"
        case _ if error.message.startswith("Got unexpected extra argument"):
            said = f"多余的参数{error.message.partition('(')[2].rstrip(').')}；带空格的内容请放在引号里。"
        case _:
            said = error.message
    return said


def _name(param: click.Parameter | None) -> str:
    """How an argument or option is called where it is typed."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.human_readable_name if param else ""


def _wanted(param: click.Parameter | None, message: str) -> str:
    """What an argument should have been."""
    match param.type if param else None:
        case click.Choice(choices=choices):
            return f"应为 {'、'.join(map(str, choices))} 之一。"
        case click.DateTime():
            return "应为日期，例如 2026-06-30。"
        case click.types.IntParamType():
            return "应为整数。"
        case _:
            return message


def _wrong_path(message: str) -> str:
    """What is wrong with a path that was typed, named by itself; ``""`` where the complaint is of another kind."""
    found = re.fullmatch(r"\w+ '(.*)' (.+)\.", message)
    return f"{found[1]}：{_PATHS[found[2]]}。" if found and found[2] in _PATHS else ""


def clean(text: object) -> str:
    """Text from a letter without control and direction characters, so that it cannot steer a terminal."""
    unsafe = ("Cc", "Cf", "Co", "Cs")
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in unsafe else "�" for c in str(text))


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table to standard output, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left")
    for header in headers:
        drawn.add_column(header, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(clean("" if cell is None else cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(drawn)


@contextmanager
def progress_bar(label: str) -> Iterator[Any]:
    """A progress callback ``(done, total)`` that draws a bar on a terminal's stderr and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
