"""Word comments set into a package that somebody else wrote: four parts are touched, all others keep their bytes.

A comment holds a whole paragraph, its marks are children of the paragraph itself: so they stand in legal places
whatever is in it (tracked changes, fields, content controls, ruby). Word allows none in a text box: there the
paragraph that bears the box gets them.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from intake.files.ooxml import Package, part_name
from intake.model import Limits

AUTHOR, INITIALS = "征集受理", "征"
_CONTENT_TYPES = "[content_types].xml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
# What a name that ends in .docx may not be: Word would not open it.
_OTHER_MAINS = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    f"{_WORD}template.main+xml",
)
_STRICT = "http://purl.oclc.org/ooxml/"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


class CannotCarry(Exception):
    """The file cannot carry comments where they are wanted."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment and the paragraph that it is about, by its place among all of the main part."""

    anchor: int
    text: str


def with_comments(data: bytes, comments: Sequence[Comment], at: datetime) -> bytes:
    """The package with the comments in it; ``at`` is the time that Word shows, as it stands.

    Raises CannotCarry where a paragraph is not there, and what ``intake.files.ooxml`` raises of a damaged package.
    """
    package = Package(data, Limits())
    main, listed = _root(package, package.main), _root(package, _CONTENT_TYPES)
    leads = any(r.kind == "officeDocument" and r.target == package.main for r in package.relations("").values())
    if not leads or listed.tag != f"{{{_PACKAGE}content-types}}Types":
        raise CannotCarry  # no Word would open it
    w = f"{{{etree.QName(main).namespace}}}"
    name, relations = _comments_part(package, strict=w.startswith(f"{{{_STRICT}"))
    kept = _as_it_is(package, name)
    holder = kept if kept is not None else etree.Element(f"{w}comments", nsmap={"w": w[1:-1]})
    _set_all(main, holder, comments, at)
    _list(listed, package.main, name)
    changed = {package.main: main, name: holder, _CONTENT_TYPES: listed}
    if relations is not None:
        changed[_relations_of(package.main)] = relations
    return _rewritten(data, {path: _bytes(root) for path, root in changed.items()})


# --------------------------------------------------------------------------- the text and its comments


def _set_all(main: etree._Element, holder: etree._Element, comments: Iterable[Comment], at: datetime) -> None:
    w, own = f"{{{etree.QName(main).namespace}}}", f"{{{etree.QName(holder).namespace}}}"
    paragraphs = list(main.iter(f"{w}p"))
    marks = [*main.iter(f"{w}commentRangeStart", f"{w}commentReference"), *holder]
    free = 1 + max((int(m.get(f"{{{etree.QName(m).namespace}}}id", "-1")) for m in marks), default=-1)
    for number, comment in enumerate(comments, start=free):
        if not 0 <= comment.anchor < len(paragraphs):
            raise CannotCarry
        _mark(_bearer(paragraphs[comment.anchor], w), number, w)
        holder.append(_comment(comment.text, number, at, own))


def _bearer(paragraph: etree._Element, w: str) -> etree._Element:
    """The paragraph itself, of one in a text box the one that bears the box."""
    boxes = list(paragraph.iterancestors(f"{w}txbxContent"))
    outer = next(boxes[-1].iterancestors(f"{w}p"), None) if boxes else paragraph
    if outer is None:
        raise CannotCarry
    return outer


def _mark(paragraph: etree._Element, number: int, w: str) -> None:
    start, end, run = (etree.Element(f"{w}{tag}") for tag in ("commentRangeStart", "commentRangeEnd", "r"))
    reference = etree.SubElement(run, f"{w}commentReference")
    for element in (start, end, reference):
        element.set(f"{w}id", str(number))
    properties = paragraph.find(f"{w}pPr")
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, start)
    paragraph.extend((end, run))


def _comment(text: str, number: int, at: datetime, w: str) -> etree._Element:
    # Word shows w:date as it stands, without a zone: the sender's clock is Beijing's.
    values = {"id": str(number), "author": AUTHOR, "date": f"{at:%Y-%m-%dT%H:%M:%SZ}", "initials": INITIALS}
    comment = etree.Element(f"{w}comment", {f"{w}{key}": value for key, value in values.items()})
    for line in text.splitlines():
        run = etree.SubElement(etree.SubElement(comment, f"{w}p"), f"{w}r")
        etree.SubElement(run, f"{w}t").text = "".join(c if c.isprintable() else " " for c in line)
    return comment


# --------------------------------------------------------------------------- the package around them


def _root(package: Package, name: str) -> etree._Element:
    root = _as_it_is(package, name)
    if root is None:
        raise CannotCarry
    return root


def _as_it_is(package: Package, name: str) -> etree._Element | None:
    """The root of a part with all that is in it: its own namespaces, remarks and blanks."""
    if package.xml(name) is None:  # looks for what could do harm
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(package.read(name) or b"", parser)


def _relations_of(part: str) -> str:
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _comments_part(package: Package, *, strict: bool) -> tuple[str, etree._Element | None]:
    """The part that holds the comments, and where it is new the relations with the one that leads to it."""
    known = package.relations(package.main)
    there = next((r.target for r in known.values() if r.kind == "comments" and not r.external), None)
    if there is not None:
        return there, None
    folder = posixpath.dirname(package.main)
    names = ("comments.xml", *(f"comments{n}.xml" for n in range(2, len(package.names) + 3)))
    base = next(n for n in names if posixpath.join(folder, n) not in package.names)
    relations = _as_it_is(package, _relations_of(package.main))
    if relations is None:
        relations = etree.Element(f"{{{_PACKAGE}relationships}}Relationships", nsmap={None: f"{_PACKAGE}relationships"})  # type: ignore[dict-item]
    etree.SubElement(
        relations,
        f"{{{_PACKAGE}relationships}}Relationship",
        Id=next(i for i in (f"rId{n}" for n in range(1, len(known) + 2)) if i not in known),
        Type=f"{_STRICT_RELATIONS if strict else _RELATIONS}/comments",
        Target=base,
    )
    return posixpath.join(folder, base), relations


def _list(listed: etree._Element, main: str, comments: str) -> None:
    """Name the type of the comments, and of a main part under a type that a .docx may not have the usual one."""
    override = f"{{{_PACKAGE}content-types}}Override"
    types = {part_name(o.get("PartName") or ""): o for o in listed.iter(override)}
    if comments not in types:
        etree.SubElement(listed, override, PartName=f"/{comments}", ContentType=f"{_WORD}comments+xml")
    if main in types and types[main].get("ContentType") in _OTHER_MAINS:
        types[main].set("ContentType", f"{_WORD}document.main+xml")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def _rewritten(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The package with some parts in the place of those of the same name, or behind all others."""
    stream, left = io.BytesIO(), dict(changed)
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            part = left.pop(part_name(info.filename), None)
            content = before.read(info) if part is None else part
            after.writestr(zipfile.ZipInfo(info.filename, info.date_time), content, zipfile.ZIP_DEFLATED)
        for name, part in left.items():
            after.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
