"""A workbook that the library cannot read, made readable: without Excel's own lock, or by LibreOffice."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

from intake.documents.office import to_xlsx
from intake.files.ooxml import OLE, WordLocked, WordUnreadable
from intake.model import Limits
from intake.tables.sheets import SheetStumble

# With it Excel encrypts a workbook whose structure is protected, and opens it without asking anybody.
_EXCELS_OWN = "VelvetSweatshop"
_STUMBLES = (OSError, LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, struct.error)


def rescued(data: bytes, type_: str, error: WordUnreadable, limits: Limits) -> tuple[bytes, str]:
    """The workbook as bytes and type that the library can try again, after it gave up with ``error``.

    Raises WordLocked where it asks for a password, NoConverter without LibreOffice, ``error`` where nothing helps.
    """
    if data.startswith(OLE) and (plain := _without_lock(data)) is not None:
        return plain, "xls" if plain.startswith(OLE) else "xlsx"
    if isinstance(error, SheetStumble):
        return to_xlsx(data, type_, replace(limits, seconds=limits.seconds * 0.6)), "xlsx"
    raise error


def _without_lock(data: bytes) -> bytes | None:
    """The workbook that only Excel's own password guards, None where it is not encrypted; raises WordLocked."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not file.is_encrypted():
            return None
    except (FileFormatError, ParseError, *_STUMBLES):
        return None
    plain = io.BytesIO()
    try:
        file.load_key(password=_EXCELS_OWN)
        file.decrypt(plain)
    except (InvalidKeyError, DecryptionError, ParseError, *_STUMBLES) as error:
        raise WordLocked("文件设有打开密码") from error
    return plain.getvalue()
