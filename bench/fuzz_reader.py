"""One reader under atheris, in a process of its own: ``fuzz_reader.py READER KNOWN CORPUS -libfuzzer-options…``."""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import random
import sys
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["intake"]):
    import intake

    for module in pkgutil.walk_packages(intake.__path__, "intake."):
        importlib.import_module(module.name)

from builders import form_docx, row, summary_docx, summary_xlsx, zipped
from mails import NAMINGS, attached, forwarded, mail

from intake.model import Limits
from intake.reader import read_file, read_submission
from rules.packs.pack import load_pack

LAYOUTS = (load_pack("nm-gxjs-2027").layout, load_pack("nm-jbgs-2021").layout)
LIMITS = Limits(attachment_bytes=4 << 20, archive_files=60, unpacked_bytes=16 << 20, mail_bytes=4 << 20)
SPOILT = (  # what broken programs leave out or write besides, so that mending is reached
    (b"Content-Type: multipart", b"X-Type: multipart"),
    (b"MIME-Version", b"no header at all\r\nMIME-Version"),
    (b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uue"),
    (b"Content-Type: application/octet-stream", b"Content-Type: message/rfc822"),
    (b": ", b" : "),
)
OUR_ROOMS = ("/intake/", "/rules/")


def read_letter(data: bytes) -> None:
    read_submission(data, LAYOUTS, LIMITS, ("mail.example.gov.cn",))


def read_as(name: str) -> Callable[[bytes], None]:
    return lambda data: read_file(name, data, LAYOUTS, LIMITS) and None


def seeds(reader: str) -> list[bytes]:
    form, table, table_in_word = form_docx(), summary_xlsx([row(), row(2)]), summary_docx([row()])
    if reader == "word":
        return [form, form_docx(tabular=True), form_docx(hints=False), table_in_word]
    if reader == "summary":
        return [table, table_in_word]
    if reader == "archive":
        return [zipped({"材料/需求1.docx": form, "汇总表.xlsx": table}, windows=w) for w in (True, False)]
    small = b"PK\x03\x04 not really"
    mails = [mail(attachments=[attached("需求1.docx", small, naming)]) for naming in NAMINGS]
    spoilt = [mails[0].replace(old, new) for old, new in SPOILT]
    cloud = mail(html="<p>从网易163邮箱发来的超大附件</p>", attachments=[])
    return [*mails, *spoilt, forwarded(mails[0]), forwarded(spoilt[0]), cloud]


# --------------------------------------------------------------------------- mutation


def mutate_package(data: bytes, longest: int, seed: int) -> bytes:
    """Change one part of a zip and pack it anew; now and then the bytes of the zip itself."""
    dice = random.Random(seed)
    if dice.random() < 0.15:
        return bytes(atheris.Mutate(data, longest))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {info.filename: package.read(info) for info in package.infolist()}
    except Exception:  # noqa: BLE001 - a zip broken by an earlier change, in any way
        return bytes(atheris.Mutate(data, longest))
    if not parts:
        return bytes(atheris.Mutate(data, longest))
    name = dice.choice(sorted(parts))
    inner = parts[name]
    if inner[:2] == b"PK":
        parts[name] = mutate_package(inner, longest // 2, dice.randrange(1 << 30))
    else:
        parts[name] = bytes(atheris.Mutate(inner, min(len(inner) + 500, 60_000)))
    if dice.random() < 0.05:
        parts[f"{dice.choice(('../', 'word/', '/'))}{name}"] = parts.pop(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for each, content in parts.items():
            package.writestr(each, content)
    packed = buffer.getvalue()
    return packed if len(packed) <= longest else data


def main() -> None:
    reader, known = sys.argv[1], set(json.loads(sys.argv[2]))
    corpus = Path(sys.argv[3])
    for number, seed in enumerate(seeds(reader)):
        (corpus / f"seed{number}").write_bytes(seed)
    read = {
        "letter": read_letter,
        "word": read_as("需求.docx"),
        "summary": read_as("汇总表.xlsx"),
        "archive": read_as("材料.zip"),
    }[reader]

    def one(data: bytes) -> None:
        try:
            read(data)
        except Exception as error:
            where = signature(error)
            if where not in known:
                print(f"\nFOUND {where}", file=sys.stderr, flush=True)
                raise

    options = [sys.argv[0], *sys.argv[3:]]
    if reader == "letter":
        atheris.Setup(options, one)
    else:
        atheris.Setup(options, one, custom_mutator=mutate_package)
    atheris.Fuzz()


def signature(error: Exception) -> str:
    """The kind of an error and the last line of ours that it passed."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if any(room in f.filename for room in OUR_ROOMS)]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.name}"


if __name__ == "__main__":
    main()
