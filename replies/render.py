"""Templates to letters: one wording, rendered twice, as plain text and as HTML.

A wording template calls the macros of a skin (``ui.para``, ``ui.card``, …); the skin decides what a paragraph or a
card looks like. So the two parts of a letter can never say different things. The only importer of jinja2.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from replies.wording import numeral

SKINS = {"text": "skin.txt.j2", "html": "skin.html.j2"}


def render(template: str, view: Mapping[str, object]) -> tuple[str, str]:
    """A wording template as (text, HTML); an unknown name in it raises ``jinja2.UndefinedError``."""
    text, html = (_render(template, view, form) for form in ("text", "html"))
    return one_blank_line(text), "\n".join(line for line in html.split("\n") if line) + "\n"


def render_page(template: str, view: Mapping[str, object]) -> str:
    """A template that is a whole HTML page of its own, escaped as such."""
    return environment("html").get_template(template).render(**view)


def template_names() -> tuple[str, ...]:
    """Every template that is shipped, for checks that all of them can be read."""
    return tuple(environment("text").list_templates(filter_func=lambda name: name.endswith(".j2")))


@cache
def environment(form: str) -> Environment:
    """The Jinja environment of one form (``text`` or ``html``); only HTML is escaped."""
    made = Environment(
        loader=PackageLoader("replies", "templates"),
        undefined=StrictUndefined,
        autoescape=form == "html",  # noqa: S701 - the text part is no HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters["flow"] = flow
    return made


def one_blank_line(text: str) -> str:
    """A text whose paragraphs are set apart by one empty line, none before or after."""
    kept: list[str] = []
    for line in text.split("\n"):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n") + "\n"


def flow(text: str) -> str:
    """Chinese running text: the line breaks of the template vanish, what was escaped stays so."""
    return type(text)("".join(line.strip() for line in text.splitlines()))


def _render(template: str, view: Mapping[str, object], form: str) -> str:
    numbers = itertools.count(1)

    def numbered(title: str) -> str:
        return f"{numeral(next(numbers))}、{title}"

    return environment(form).get_template(template).render(**view, skin=SKINS[form], numbered=numbered)
