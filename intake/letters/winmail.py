"""winmail.dat (TNEF), in which Outlook sends its attachments: their names and bytes, and nothing else of it.

The library for this format decodes all of Outlook's properties, stumbles over Chinese subjects on the way and can be
led to run for ever; the attachments lie in plain records. Source: MS-OXTNEF.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from intake.letters.names import decode_bytes

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BHHI")  # level, name, type, length; then the content and two bytes of checksum
_BEGINS, _TITLE, _CONTENT, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _OBJECT = 0x3707, 0x3704, 0x3001, 0x3701
_WIDE = 0x1F
_FIXED = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_MULTIPLE, _NAMED = 0x1000, 0x8000
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")  # the class of a mail, which is TNEF again
_STORAGE = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class _File:
    """One attachment; ``name`` is ``""`` where none is given."""

    name: str = ""
    content: bytes = b""


def winmail_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the attachments of a winmail.dat in order; raises ValueError or struct.error."""
    for file in _files(data):
        yield file.name, file.content


def _files(data: bytes) -> list[_File]:
    if len(data) < 6 or int.from_bytes(data[:4], "little") != _SIGNATURE:
        raise ValueError("no TNEF signature")
    files: list[_File] = []
    for name, content in _records(data):
        if name == _BEGINS:
            files.append(_File())
        elif not files:
            continue
        elif name == _TITLE:
            files[-1].name = files[-1].name or _text(content)
        elif name == _CONTENT:
            files[-1].content = content
        elif name == _PROPERTIES:
            _take_properties(files[-1], content)
    return files


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 6
    while place + _HEAD.size < len(data):
        _, name, _, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        yield name, data[place : place + length]
        place += length + 2


def _take_properties(file: _File, content: bytes) -> None:
    found = {name: (kind, value) for name, kind, value in _properties(content)}
    for name in (_LONG_NAME, _SHORT_NAME) if file.name else (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME):
        if name in found and (text := _property_text(*found[name])):
            file.name = text
            break
    if _OBJECT in found:
        file.content = _object(found[_OBJECT][1]) or file.content


def _object(value: bytes) -> bytes:
    """The file in a property that holds one: a mail or an embedded document has its class before it."""
    if value.startswith(_MESSAGE) or value[16:20] == _STORAGE:
        return value[16:]
    return value


def _property_text(kind: int, value: bytes) -> str:
    return value.decode("utf-16-le", "replace").rstrip("\0") if kind == _WIDE else _text(value)


def _text(value: bytes) -> str:
    return decode_bytes(value.rstrip(b"\0"))


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The MAPI properties of a record: number, kind, and the (first) value."""
    (count,) = struct.unpack_from("<I", data)
    place = 4
    for _ in range(min(count, len(data) // 4)):
        kind, name = struct.unpack_from("<HH", data, place)
        place = _behind_name(data, place + 4) if name >= _NAMED else place + 4
        value, place = _value(data, place, kind)
        yield name, kind & ~_MULTIPLE, value


def _behind_name(data: bytes, place: int) -> int:
    """Where a named property's value begins: behind its set, and its number or its name in letters."""
    kind, length = struct.unpack_from("<II", data, place + 16)
    return place + 24 + (_padded(length) if kind else 0)


def _value(data: bytes, place: int, kind: int) -> tuple[bytes, int]:
    """The first value at a place, and where the next property begins."""
    size = _FIXED.get(kind & ~_MULTIPLE)
    number = 1
    if size is None or kind & _MULTIPLE:
        (number,) = struct.unpack_from("<I", data, place)
        place += 4
    if number > len(data):
        raise ValueError("more values than bytes")
    if size is not None:
        return data[place : place + size], place + _padded(size * number)
    first = b""
    for turn in range(number):
        (length,) = struct.unpack_from("<I", data, place)
        first = data[place + 4 : place + 4 + length] if turn == 0 else first
        place += 4 + _padded(length)
    return first, place


def _padded(size: int) -> int:
    return size + -size % 4
