"""Everything that lies in a letter, as pieces: attachments, forwarded mails, TNEF, archives in archives."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from itertools import islice

from intake.files.archive_limits import ArchiveError, Budget, Member
from intake.files.archives import open_archive, unknown_detail
from intake.files.sniff import ARCHIVE_TYPES, is_misnamed, sniff
from intake.letters.body import Body
from intake.letters.letter import TooDeep, parse_message
from intake.letters.mending import payload_of
from intake.letters.mime import Leaf, body_of, leaf_text, leaves, part_bytes
from intake.letters.names import decode_bytes, header_text, lenient_base64, raw_headers, safe_name
from intake.letters.outlook import outlook_files
from intake.letters.transfer import begins_file, undone, uuencoded
from intake.letters.winmail import winmail_files
from intake.model import Limits, Problem, Trouble

_JUNK_NAMES = frozenset({".ds_store", "ds_store", "thumbs.db", "desktop.ini"})
_NAMELESS = {"image": "图片", "eml": "转发邮件"}
_EXTENSION = {"image": "jpg", "program": "bin", "other": "bin", "tnef": "dat", "tar": "tar.gz"}
_PARTIAL = "邮件被发信程序拆成了几封，请在其设置中取消“拆分大邮件”后重新发送"
_APPLE_RESOURCES = b"\x00\x05\x16\x07"  # what a Mac sends beside a file, under the file's own name


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a letter before it is read; ``data`` is empty where it may not be read at all."""

    name: str
    path: str
    type: str
    sha256: str
    size: int
    data: bytes = b""
    troubles: tuple[Trouble, ...] = ()
    inline: bool = False


@dataclass(slots=True)
class _Opening:
    """One mail being opened: its limits, what may still be unpacked, how many parts may still come, paths given."""

    limits: Limits
    budget: Budget
    parts: int
    nameless: int = 0
    paths: dict[str, int] = field(default_factory=dict)

    def distinct(self, piece: Piece) -> Piece:
        """The piece with a path that no other has: two files of one mail may bear the same name."""
        before = self.paths.get(piece.path, 0)
        self.paths[piece.path] = before + 1
        return replace(piece, path=f"{piece.path}（{before + 1}）") if before else piece


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file lies: the path before its name, how many archives and how many MIME levels deep."""

    path: str = ""
    archives: int = 0
    depth: int = 0
    inline: bool = False

    def within(self, name: str, *, archive: bool) -> _Place:
        """The place inside an archive or a forwarded mail of that name."""
        return _Place(f"{self.path}{name}/", self.archives + archive, self.depth + 1)


def open_letter(message: Message, limits: Limits) -> Iterator[Piece]:
    """The files of a mail in the order of its attachments, archives and forwarded mails opened in place.

    Never raises: what cannot be opened is a piece with its trouble.
    """
    opening = _Opening(limits, Budget.of(limits), limits.mime_parts)
    yield from map(opening.distinct, _letter(message, _Place(), opening))


def open_file(name: str, data: bytes, limits: Limits) -> Iterator[Piece]:
    """The pieces of one file: itself, or the members of an archive."""
    opening = _Opening(limits, Budget.of(limits), limits.mime_parts)
    yield from map(opening.distinct, _file(safe_name(name) or "未命名文件", data, _Place(), opening))


def forwarded_bodies(message: Message, levels: int = 3) -> tuple[Body, ...]:
    """The bodies of mails that were forwarded in a mail, for what they link to."""
    if levels == 0:
        return ()
    inner = [m for leaf in islice(leaves(message), 100) if leaf.type == "message/rfc822" and (m := _forwarded(leaf))]
    return tuple(body for m in inner for body in (body_of(m), *forwarded_bodies(m, levels - 1)))


def too_deep(name: str = "来信") -> Piece:
    """What stands for a mail whose parts are nested or multiplied beyond reason."""
    return _refused(name, _Place(), b"", "eml", Trouble(Problem.HOSTILE, "邮件分层过深或部分过多，未予读取"))


def whole_mail(name: str, raw: bytes) -> Piece:
    """What stands for a mail, or a file of a name, that could not even be opened."""
    return replace(_piece(safe_name(name) or "来信.eml", _Place(), raw, "eml" if not name else "other", ()), data=b"")


# --------------------------------------------------------------------------- mails


def _letter(message: Message, place: _Place, opening: _Opening) -> Iterator[Piece]:
    shown: set[str] | None = None
    for leaf in leaves(message, place.depth):
        opening.parts -= 1
        if opening.parts < 0 or leaf.depth > opening.limits.mime_depth:
            yield too_deep()
            return
        if leaf.type in ("message/rfc822", "message/global"):
            yield from _enclosed(leaf, place, opening)
        elif not leaf.attached:
            yield from _uuencoded(leaf, place, opening)
        elif leaf.type == "message/partial":
            yield _refused("来信", place, b"", "eml", Trouble(Problem.DAMAGED, _PARTIAL))
        elif not leaf.type.startswith("message/"):
            shown = _pictures_shown(message) if shown is None and leaf.content_id else shown
            yield from _attachment(leaf, place, opening, leaf.related or leaf.content_id in (shown or ()))


def _attachment(leaf: Leaf, place: _Place, opening: _Opening, inline: bool) -> Iterator[Piece]:
    content = part_bytes(leaf.part)
    kind = sniff("", content) if inline or not leaf.name else ""
    name = leaf.name or _invented_name(kind, opening)
    yield from _file(name, content, replace(place, inline=inline and kind == "image"), opening)


def _invented_name(kind: str, opening: _Opening) -> str:
    opening.nameless += 1
    return f"{_NAMELESS.get(kind, '未命名附件')}{opening.nameless}.{_EXTENSION.get(kind, kind)}"


def _pictures_shown(message: Message) -> set[str]:
    """The Content-IDs that the letter's HTML shows."""
    texts = (leaf_text(leaf) for leaf in islice(leaves(message), 100) if leaf.type == "text/html")
    return {found for text in texts for found in re.findall(r"cid:([^\"'\s>)]+)", text)}


def _enclosed(leaf: Leaf, place: _Place, opening: _Opening) -> Iterator[Piece]:
    """A part that is called a mail: one, or a file in base64 that only bears the wrong label."""
    hidden = _hidden(leaf)
    if begins_file(hidden):
        yield from _file(leaf.name or _invented_name(sniff("", hidden), opening), hidden, place, opening)
    else:
        yield from _nested(_forwarded(leaf), leaf.name, place, opening)


def _forwarded(leaf: Leaf) -> Message | None:
    """The mail inside a ``message/rfc822`` part, which some programs wrap in base64 against the standard."""
    if hidden := _hidden(leaf):
        return _parsed(hidden)
    payload = payload_of(leaf.part)
    return payload[0] if isinstance(payload, list) and payload and isinstance(payload[0], Message) else None


def _hidden(leaf: Leaf) -> bytes:
    """What lies under base64 or quoted-printable in a part that is called a mail."""
    payload = payload_of(leaf.part)
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message):
        return b""
    label = next(iter(raw_headers(leaf.part, "content-transfer-encoding")), "").lower()
    if "quoted-printable" in label:
        return undone(_as_it_came(inner), label)
    text = payload_of(inner)
    return b"" if inner.keys() or not isinstance(text, str) else lenient_base64(text.encode("ascii", "replace"))


def _as_it_came(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):  # what was parsed cannot be written
        return b""


def _parsed(raw: bytes) -> Message | None:
    try:
        return parse_message(raw)
    except TooDeep:
        return None


def _nested(inner: Message | None, name: str, place: _Place, opening: _Opening) -> Iterator[Piece]:
    if inner is None or place.depth >= opening.limits.mime_depth:
        yield too_deep(name or "转发邮件.eml")
        return
    if header_text(inner, "x-zhengji-receipt"):
        return  # our own letter sent back: its annotated files are no new submission
    title = name or safe_name(header_text(inner, "subject") + ".eml")
    yield from _letter(inner, place.within(title, archive=False), opening)


def _uuencoded(leaf: Leaf, place: _Place, opening: _Opening) -> Iterator[Piece]:
    """Files that an old program wrote into the text of the body."""
    for name, content in uuencoded(part_bytes(leaf.part)) if leaf.type == "text/plain" else ():
        yield from _file(safe_name(decode_bytes(name)) or "未命名附件", content, place, opening)


# --------------------------------------------------------------------------- files


def _file(name: str, data: bytes, place: _Place, opening: _Opening) -> Iterator[Piece]:
    if _is_junk(name) or data.startswith(_APPLE_RESOURCES):
        return
    kind = sniff(name, data)
    if kind == "program":
        yield _refused(name, place, data, kind, Trouble(Problem.EXECUTABLE, "可执行程序或脚本"))
    elif len(data) > opening.limits.attachment_bytes:
        yield _refused(name, place, data, kind, Trouble(Problem.TOO_LARGE, _beyond(len(data), opening.limits)))
    elif kind in ARCHIVE_TYPES:
        yield from _archive(kind, name, data, place, opening)
    elif kind in ("tnef", "msg"):
        yield from _outlook(kind, name, data, place, opening)
    elif kind == "eml":
        yield from _nested(_parsed(data), name, place, opening)
    elif kind == "other" and (detail := unknown_detail(name)):
        yield _refused(name, place, data, kind, Trouble(Problem.DAMAGED, detail))
    else:
        yield _piece(name, place, data, kind, ())


def _is_junk(name: str) -> bool:
    """What systems and programs leave beside the files that people mean."""
    last = re.split(r"[/\\]", name)[-1].lower()
    return last in _JUNK_NAMES or last.startswith(("~$", "._"))


def _beyond(size: int, limits: Limits) -> str:
    return f"文件 {size / 2**20:.0f} MB，超过 {limits.attachment_bytes / 2**20:.0f} MB 的上限"


def _archive(kind: str, name: str, data: bytes, place: _Place, opening: _Opening) -> Iterator[Piece]:
    if place.archives >= opening.limits.archive_depth:
        yield _refused(name, place, data, kind, Trouble(Problem.TOO_LARGE, "压缩包嵌套层数超过上限"))
        return
    inside = place.within(name, archive=True)
    pieces = 0
    try:
        for member in open_archive(kind, name, data, opening.budget):
            for piece in _member(member, inside, opening):
                pieces += 1
                yield piece
    except ArchiveError as error:
        yield _refused(name, place, data, kind, *error.troubles)
        return
    if not pieces:
        yield _refused(name, place, data, kind, Trouble(Problem.DAMAGED, "压缩包内没有文件"))
    elif is_misnamed(name, kind):
        yield _piece(name, place, data, kind, ())


def _member(member: Member, inside: _Place, opening: _Opening) -> Iterator[Piece]:
    folders = [safe_name(f) for f in re.split(r"[/\\]", member.name)[:-1]]
    if "__MACOSX" in folders or _is_junk(member.name):
        return
    place = replace(inside, path=inside.path + "".join(f"{f}/" for f in folders if f))
    name = safe_name(member.name) or "未命名文件"
    if member.trouble:
        yield _refused(name, place, b"", sniff(name, b""), member.trouble)
    else:
        yield from _file(name, member.data, place, opening)


def _outlook(kind: str, name: str, data: bytes, place: _Place, opening: _Opening) -> Iterator[Piece]:
    """What Outlook wraps files in: winmail.dat, which belongs to the letter itself, or a mail as a file (.msg)."""
    files = winmail_files(data) if kind == "tnef" else outlook_files(data)
    inside = place if kind == "tnef" else place.within(name, archive=False)
    try:
        for number, (title, content) in enumerate(files, 1):
            opening.budget.take_file()
            opening.budget.spend(len(content), len(data))
            yield from _file(safe_name(title) or f"未命名附件{number}", content, inside, opening)
    except (ValueError, struct.error):
        yield _refused(name, place, data, "other", Trouble(Problem.DAMAGED, f"{name} 无法解开"))
    except ArchiveError as error:
        yield _refused(name, place, data, "other", *error.troubles)


def _refused(name: str, place: _Place, data: bytes, kind: str, *troubles: Trouble) -> Piece:
    """A piece that is not read: its bytes are not handed on."""
    return replace(_piece(name, place, data, kind, troubles), data=b"")


def _piece(name: str, place: _Place, data: bytes, kind: str, troubles: tuple[Trouble, ...]) -> Piece:
    digest = hashlib.sha256(data).hexdigest()
    return Piece(name, place.path + name, kind, digest, len(data), data, troubles, place.inline)
