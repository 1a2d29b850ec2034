"""An Office package opened with care: sizes are looked at before anything is inflated, no DOCTYPE, no network."""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from lxml import etree

from intake.model import Limits

# Elements cost far more memory than their bytes; no document that people write comes near this many tags.
MAX_TAGS = 1_000_000
# A parsed tree takes about ten times its bytes, so one part may take this share of the worker's memory.
XML_SHARE = 16
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # NotImplementedError too: an unknown way of packing
)
_STRICT = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class WordUnreadable(Exception):
    """An Office document cannot be read; the text says why, in Chinese, for the sender."""


class WordDamaged(WordUnreadable):
    """The file is damaged, or is not what its first bytes say."""


class WordLocked(WordUnreadable):
    """The file is protected by a password."""


class WordHostile(WordUnreadable):
    """The file is made to harm its reader: a bomb, a DOCTYPE with entities."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: the last word of its type (``header``), and a part name or, if external, an address."""

    kind: str
    target: str
    external: bool = False


class Package:
    """The parts of an Office file (.docx, .xlsx), by name without regard to case or kind of slash.

    Raises WordDamaged, WordLocked or WordHostile on opening and on reading.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        if data.startswith(OLE):
            raise ole_trouble(data)
        self._xml_bytes = limits.memory_bytes // XML_SHARE
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise WordDamaged("文件已损坏，无法打开") from error
        self._parts = {part_name(i.filename): i for i in self._zip.infolist() if i.filename and not i.is_dir()}
        self._check_sizes(limits)

    def _check_sizes(self, limits: Limits) -> None:
        parts = self._parts.values()
        if sum(part.file_size for part in parts) > limits.unpacked_bytes:
            raise WordHostile(f"解压后超过 {limits.unpacked_bytes // 2**20} MB")
        if any(part.file_size > self._xml_bytes for name, part in self._parts.items() if name.endswith(".xml")):
            raise WordHostile(f"内部有超过 {self._xml_bytes // 2**20} MB 的部件")
        if any(part.flag_bits & 1 for part in parts):
            raise WordLocked("文件设有密码")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, lower case, in the order of the directory."""
        return tuple(self._parts)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, None where the package has none of that name."""
        info = self._parts.get(part_name(name))
        if info is None:
            return None
        try:
            return self._zip.read(info)
        except _ZIP_ERRORS as error:
            raise WordDamaged("文件已损坏，内容不完整") from error

    def xml(self, name: str) -> etree._Element | None:
        """The root of an XML part, None where there is none of that name."""
        data = self.read(name)
        return None if data is None else self.parse(data)

    def parse(self, data: bytes) -> etree._Element:
        """The root of an XML part's bytes."""
        if len(data) > self._xml_bytes:  # a main part need not be called .xml
            raise WordHostile(f"内部有超过 {self._xml_bytes // 2**20} MB 的部件")
        return parse_xml(data)

    def relations(self, name: str) -> dict[str, Relation]:
        """The relations of a part by their id; ``""`` stands for the package itself."""
        folder, base = posixpath.split(part_name(name))
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for element in root if root is not None else ():
            target = element.get("Target") or ""
            external = element.get("TargetMode") == "External"
            kind = (element.get("Type") or "").rsplit("/", 1)[-1]
            path = target if external else part_name(_joined(folder, target))
            found[element.get("Id") or ""] = Relation(kind, path, external)
        return found

    def check_declarations(self) -> None:
        """Refuse a package whose parts declare entities, also in a part that nobody here parses; raises WordHostile."""
        for name in self._parts:
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in self._beginning(name):
                raise WordHostile("内部含有 DOCTYPE 声明")

    def _beginning(self, name: str) -> bytes:
        try:
            with self._zip.open(self._parts[name]) as part:
                return part.read(1024)
        except _ZIP_ERRORS:
            return b""  # told when it is read, if it ever is

    @cached_property
    def main(self) -> str:
        """The name of the part that holds the text, also where relations are odd or missing.

        Raises WordDamaged where there is none.
        """
        named = [r.target for r in self.relations("").values() if r.kind == "officeDocument" and not r.external]
        guesses = [n for n in self._parts if posixpath.basename(n) == "document.xml"]
        found = next((n for n in (*named, "word/document.xml", *guesses) if n in self._parts), None)
        if found is None:
            raise WordDamaged("文件不完整，缺少正文")
        return found


def part_name(name: str) -> str:
    """A part name as it is compared: lower case, forward slashes, relative to the package."""
    return unquote(name).replace("\\", "/").lstrip("/").lower()


def parse_xml(data: bytes) -> etree._Element:
    """Parse one part without DTD, entities or network; Strict OOXML names become the usual ones.

    Raises WordHostile for a DOCTYPE or a monstrous number of tags, WordDamaged for what is no XML.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = _DECLARATION.sub("", data.decode("utf-16", "replace")).encode()
    if b"<!DOCTYPE" in data:
        raise WordHostile("内部含有 DOCTYPE 声明")
    if data.count(b"<") > MAX_TAGS:
        raise WordHostile("内部结构异常庞大")
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WordDamaged("文件已损坏，内容不完整") from error
    if root.getroottree().docinfo.internalDTD is not None:  # written in an encoding that hid it from the search above
        raise WordHostile("内部含有 DOCTYPE 声明")
    return root


def _joined(folder: str, target: str) -> str:
    """A relation's target as a part name; an absolute one starts at the package."""
    target = target.replace("\\", "/")
    return posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target))


def ole_trouble(data: bytes) -> WordUnreadable:
    """What to say of an OLE file that holds no readable document: encrypted packages come in this dress."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return WordLocked("文件设有打开密码")
    return WordDamaged("文件内容与格式不符，无法打开")
