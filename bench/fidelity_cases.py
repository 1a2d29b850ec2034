"""The files that fidelity is measured on: one a construct, with what Word shows of it and what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from builders import (
    APPLICANT,
    FIELDS,
    NAME,
    SECTIONS,
    form_docx,
    form_page,
    joined_docx,
    row,
    summary_docx,
    summary_xlsx,
    zipped,
)
from mails import NAMINGS, attached, forwarded, mail
from summary_cases import TITLE, word_table
from test_webpage import flat, mht, page
from test_webpage import form_page as exported_form
from word_cases import SHOWN
from word_parts import (
    W,
    cell,
    control,
    document,
    docx,
    item,
    level,
    numbering,
    package,
    paragraph,
    part,
    relations,
    run,
    table,
)

_TEXT = re.compile(r"<(?:w:t|w:delText|w:instrText)(?: [^>]*)?>([^<]*)<")
_SEPARATORS = re.compile(r"[\n\t|]")


@dataclass(frozen=True)
class Case:
    """A generated file: what must be in its text, once and in this order, and what must not.

    ``made_of``: it is to be converted by LibreOffice from ``content`` (a .docx or .xlsx) to the type of its name.
    """

    group: str
    name: str
    file: str
    content: bytes
    shown: tuple[str, ...]
    unseen: tuple[str, ...] = ()
    made_of: str = ""


def cases() -> list[Case]:
    """Every case, in the order of the table."""
    return [*_constructs(), *_packages(), *_formats(), *_forms(), *_summaries(), *_letters()]


def _constructs() -> Iterator[Case]:
    """What the tests know of the constructs of WordprocessingML."""
    for number, (name, (body, lines)) in enumerate(SHOWN.items()):
        yield _case("1. .docx as Word shows it", name, f"construct{number}", docx(body), lines, body)
    levels = level(0, "chineseCounting", "（%1）") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    body = item("背景") + item("细目", 1) + item("目标")
    lines = ["（一）", "背景", "1.1", "细目", "（二）", "目标"]
    yield _case("1. .docx as Word shows it", "automatic numbers", "numbers", docx(body, numbering(levels)), lines, body)
    notes = part("w:footnotes", f"<w:footnote w:id='2'>{paragraph('脚注文字')}</w:footnote>")
    body = paragraph("正文", "<w:r><w:footnoteReference w:id='2'/></w:r>") + paragraph("后")
    made = docx(body, {"word/footnotes.xml": notes})
    yield Case("1. .docx as Word shows it", "footnote", "notes.docx", made, ("正文", "脚注文字", "后"))
    down = "<w:vMerge w:val='restart'/>"
    body = table(
        cell(paragraph("标题"), "<w:gridSpan w:val='3'/>"),
        cell(paragraph("甲"), down) + cell(paragraph("乙")) + cell(paragraph("丙")),
        cell(paragraph(), "<w:vMerge/>") + cell(paragraph("丁")) + cell(paragraph("戊")),
    )
    lines = ["标题", "甲", "乙", "丙", "丁", "戊"]
    yield _case("1. .docx as Word shows it", "merged cells", "merged", docx(body + paragraph()), lines, body)
    styles = part("w:styles", "<w:style w:type='character' w:styleId='H'><w:rPr><w:vanish/></w:rPr></w:style>")
    body = paragraph("明", run("暗", "<w:rStyle w:val='H'/>"))
    made = docx(body, {"word/styles.xml": styles})
    yield _case("1. .docx as Word shows it", "hidden by a style", "style", made, ["明"], body)


def _packages() -> Iterator[Case]:
    """Packages as other programs write them."""
    group = "1. packages of other programs"
    strict = document(paragraph("严格", control(run("模式")))).replace(
        W, "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    text = document(paragraph("正文文字"))
    wide = text.replace("UTF-8", "UTF-16").encode("utf-16")
    yield Case(group, "Strict OOXML", "strict.docx", docx("", {"word/document.xml": strict}), ("严格模式",))
    yield Case(group, "UTF-16 part", "wide.docx", docx("", {"word/document.xml": wide}), ("正文文字",))
    yield Case(group, "no relations", "bare.docx", package({"word/document.xml": text}), ("正文文字",))
    slashed = package({"WORD\\Document.xml": text})
    yield Case(group, "back slashes and capitals", "slashed.docx", slashed, ("正文文字",))
    gone = package({"word/_rels/document.xml.rels": relations(("header", "gone.xml")), "word/document.xml": text})
    yield Case(group, "a part that is missing", "gone.docx", gone, ("正文文字",))
    named = docx("", {"_rels/.rels": relations(("officeDocument", "/office/body.xml")), "office/body.xml": text})
    yield Case(group, "a text part of another name", "named.docx", named, ("正文文字",))


def _formats() -> Iterator[Case]:
    """One form in every format, and under a wrong extension."""
    group = "2. other formats"
    source, shown = form_docx(), _answers()
    yield Case(group, ".docx named .doc", "misnamed.doc", source, shown)
    for name in ("doc", "wps", "rtf", "odt"):
        yield Case(group, f".{name}", f"{name}-form.{name}", source, shown, made_of="doc" if name == "wps" else name)
    for name in ("rtf", "odt", "html", "xml"):
        yield Case(group, f".{name} named .doc", f"{name}-named.doc", source, shown, made_of=name)
    yield Case(group, "flat XML package named .doc", "flat-named.doc", flat(source), shown)
    yield Case(group, "web archive (.mht) named .doc", "mht-named.doc", mht(page(exported_form())), shown)


def _forms() -> Iterator[Case]:
    group = "3. forms"
    yield Case(group, "in paragraphs", "form.docx", form_docx(), _answers())
    yield Case(group, "in a table", "table.docx", form_docx(tabular=True), _answers())
    other = {"申报单位": "第二家单位", "创新需求名称": "第二项需求名称"}
    second = form_page(other, dict.fromkeys(SECTIONS, "第二项的答案"))
    both = (*_answers(), *other.values(), *["第二项的答案"] * len(SECTIONS))
    yield Case(group, "two demands in one file", "two.docx", joined_docx(form_page(), second), both)
    filled = "".join(paragraph(f"{k}：", control(run(v))) for k, v in FIELDS.items())
    yield Case(group, "answers in content controls", "controls.docx", docx(filled), tuple(FIELDS.values()))


def _summaries() -> Iterator[Case]:
    group = "4. 汇总表"
    first = row()
    shown = (TITLE, first[1], first[2], first[3], first[4])
    yield Case(group, ".docx", "summary-docx.docx", summary_docx([first]), shown)
    yield Case(group, ".xlsx", "summary-xlsx.xlsx", summary_xlsx([first]), shown)
    yield Case(group, ".xls", "summary-xls.xls", summary_xlsx([first]), shown, made_of="xls")
    yield Case(group, ".ods", "summary-ods.ods", summary_xlsx([first]), shown, made_of="ods")
    yield Case(group, ".doc", "summary-doc.doc", summary_docx([first]), shown, made_of="doc")
    nested = table(cell(word_table([["序号", "需求名称"], ["1", "内表需求"]]) + paragraph()))
    yield Case(group, "in a nested table", "nested.docx", docx(nested + paragraph()), ("需求名称", "内表需求"))


def _letters() -> Iterator[Case]:
    """The same form inside mails and archives, where a person would still read it."""
    group = "5–7. mails and archives"
    form, shown = form_docx(), _answers()
    name = "需求（包头市科技局）.docx"
    for naming in NAMINGS:
        yield Case(
            group,
            f"attached, name as {naming}",
            f"{naming}.eml",
            mail(attachments=[attached(name, form, naming)]),
            shown,
        )
    raw = mail(attachments=[attached(name, form)])
    yield Case(group, "in a forwarded mail", "forwarded.eml", forwarded(raw), shown)
    yield Case(group, "in a zip with GBK names", "gbk.zip", zipped({name: form}, windows=True), shown)
    yield Case(group, "in a zip in a zip", "zips.zip", zipped({"内.zip": zipped({name: form})}), shown)


def _answers() -> tuple[str, ...]:
    """The applicant, the demand's name, and each line of its answers; what the template prints as well is left out."""
    lines = (line for text in SECTIONS.values() for line in text.split("\n"))
    return (APPLICANT, NAME, *(line for line in lines if not re.match(r"\d\.", line)))


def _case(group: str, name: str, file: str, content: bytes, lines: list[str], source: str) -> Case:
    """A case whose words are those of its own XML: what Word does not show of them must not come out."""
    shown = tuple(w for line in lines for w in _SEPARATORS.split(line) if w.strip())
    visible = "".join(shown)
    unseen = {text.strip() for text in _TEXT.findall(source)} - {""}
    return Case(group, name, f"{file}.docx", content, shown, tuple(sorted(w for w in unseen if w not in visible)))
