"""What purging and restoring tell the operator, a Chinese line each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from store.keeping.purge import Purged
from store.keeping.restore import Restored


def purged_lines(purged: Purged) -> Iterator[str]:
    """What was erased, what was not, and where the letter may still be."""
    numbers = f"，需求 {'、'.join(purged.items)}" if purged.items else ""
    yield f"已清除 {purged.name}{numbers}：原件和附件 {purged.files} 个文件，去信正文 {purged.letters} 封。"
    yield f"保留：编号、SHA-256（{purged.sha256}）、时间、结论、归口单位，以及经办人和理由。"
    if purged.shared:
        yield f"有 {purged.shared} 个文件也随其他来信报来，未删除。"
    if purged.removed:
        yield f"已删除提到它的日报和导出文件：{'、'.join(path.name for path in purged.removed)}；需要时可重新生成。"
    if purged.waiting:
        yield f"另有 {purged.waiting} 封尚未发出的信提到它，发出后请再执行一次本命令。"
    if purged.unswept:
        yield f"数据库的空闲页中可能还有残留（{purged.unswept.rstrip('。')}）；请稍后再执行一次本命令。"
    for backup in purged.backups:
        where = "" if backup.there else "（文件已不在原处，如已移往别处，也须删除）"
        cure = "，七份之后自动删除" if backup.daily else ""
        yield f"仍含有它的备份：{backup.path}，{backup.at:%Y-%m-%d %H:%M}{where}{cure}"
    if not purged.backups:
        yield "已知的备份中都没有它。"
    yield "不在本程序范围内：邮箱服务器上的原信和已发送的信、收件人手中的信、另行复制的文件，请另行删除。"


def restored_lines(restored: Restored, config: Path) -> Iterator[str]:
    """What was done, and what to do next."""
    at = restored.made_at[:16].replace("T", " ")
    yield f"已恢复到 {at} 的备份：{restored.mails} 封来信，{restored.files} 个文件。"
    if restored.set_aside:
        yield f"原来的数据库另存为 {restored.set_aside}。"
    if restored.settings:
        yield f"由备份补上：{'、'.join(restored.settings)}。"
    if restored.kept:
        yield f"已有的文件未改动：{'、'.join(restored.kept)}。"
    if restored.purged:
        yield f"备份之后清除过的来信已再次清除：{'、'.join(restored.purged)}。"
    if restored.unsure:
        yield f"{restored.unsure} 封当时待发的信可能早已发出，将先到“已发送”中核对，找不到再发或转人工。"
    yield "备份之后的来信若还在邮箱里，下一轮会重新收取；涉密来件原件不在备份中。"
    yield f"请运行 zhengji doctor -c {config} 和 zhengji status -c {config} 核对，再启动 zhengji run。"
