"""Outlook's own mail files (.msg), as people drag them into a web mail: the files attached to them (MS-OXMSG)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from intake.files.sniff import OLE_ERRORS
from intake.letters.names import decode_bytes

_ATTACHMENT, _PROPERTY = "__attach_version1.0_", "__substg1.0_"
_CONTENT, _NAMES = "3701", ("3707", "3704", "3001")  # the name in full, in eight letters, as shown
_WIDE, _BINARY = "001f", "0102"


def outlook_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The names and contents of the attachments in order, those of mails within it too; raises ValueError."""
    import olefile  # type: ignore[import-untyped] # few letters hold such files

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for properties in _attachments(ole):
                if content := properties.get(_CONTENT + _BINARY):
                    yield _name(ole, properties), ole.openstream(content).read()
    except OLE_ERRORS as error:
        raise ValueError("no mail of Outlook's") from error


def _attachments(ole: Any) -> list[dict[str, list[str]]]:
    """The properties of each attachment: number and kind -> path of the stream."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for path in ole.listdir():
        if len(path) > 1 and path[-2].startswith(_ATTACHMENT) and path[-1].startswith(_PROPERTY):
            found.setdefault(tuple(path[:-1]), {})[path[-1].removeprefix(_PROPERTY).lower()] = path
    return [found[place] for place in sorted(found)]


def _name(ole: Any, properties: dict[str, list[str]]) -> str:
    for number in _NAMES:
        for path in (path for key, path in properties.items() if key.startswith(number)):
            raw = ole.openstream(path).read()
            name = raw.decode("utf-16-le", "replace") if path[-1].lower().endswith(_WIDE) else decode_bytes(raw)
            if name := name.strip("\0 "):
                return name
    return ""
