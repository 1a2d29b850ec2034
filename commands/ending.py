"""How a command ends: what it prints, and its exit code (contract, section 1)."""

from __future__ import annotations

import json
import sys
from typing import NoReturn

import click

from replies.terminal import clean

DONE, FOUND_SOMETHING, WRONG_USE = 0, 1, 2


def print_json(content: object) -> None:
    """Print what another program will read."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


def say(line: object) -> None:
    """Print one line, of which a part may come from a letter."""
    click.echo(clean(line))


def end(*, clean_run: bool) -> NoReturn:
    """End with 0, or with 1 where something was found that wants a hand."""
    sys.exit(DONE if clean_run else FOUND_SOMETHING)


def fail(line: str) -> NoReturn:
    """End with one line on stderr that says what is wrong and how to mend it, and with 2."""
    click.echo(clean(line), err=True)
    sys.exit(WRONG_USE)
