"""Secrecy markings: lines that hold 绝密, 机密, 秘密 (with or without ★ and term) or 内部资料 and little else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from intake.model import Block, Paragraph

LINE_CHARACTERS = 40  # a marking is short; a longer line speaks of something else
_LEVELS = ("绝密", "机密", "秘密")
_PHRASES = ("内部资料", "内部文件", "不得外传")
_STAR = re.compile(r"(?:绝密|机密|秘密)级?[★☆*]")
_BESIDE = re.compile(  # what may stand on the line of a marking: term, urgency, copy number, pleas to keep it
    r"绝密|机密|秘密|内部资料|内部文件|不得外传"
    r"|密级|保密期限|等级|保密|长期|特急|加急|平急|特提|内部使用|仅供内部|内部|文件|资料|材料|文档|本|属于|属|为|系"
    r"|请?注意(?:保存|保密|保管)|请?妥善保管|请勿外传|严禁外传|禁止外传|严禁复制|不得复制|严禁翻印|用后收回|阅后销毁|阅后收回"
    r"|[0-9〇一二三四五六七八九十]+(?:年|个?月|日|天|号)|至|前|起|以上|公布前|解密|启用|件|级|份号?|编号|第|号|№|no\.?|\d+"
    r"|[★☆*\s\W_]"
)
_SPEAKS_OF = re.compile(
    r"管理|办法|研究|系统|技术|制度|平台|保护|检索|数据|规定|建设|防护|处理"
)  # of such material, not to it
_SIMPLIFIED = str.maketrans("機絕內資傳級屬", "机绝内资传级属")
_DENIALS = re.compile(r"非密|不涉密|公开|无密|无$|否|[□☐○]")
_REMAINING_BESIDE_LEVEL = 0
_REMAINING_BESIDE_PHRASE = 6


def marked_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines that are secrecy markings."""
    return (line for line in lines if is_marking(line))


def is_marking(line: str) -> bool:
    """Whether a line is a secrecy marking: a mark, its term and its usual company, and little else.

    A choice of levels (``绝密/机密/秘密``), a denial (``非密``) and prose about secrets are none.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", line)).lower().translate(_SIMPLIFIED)
    if not folded or len(folded) > LINE_CHARACTERS:
        return False
    levels = sum(level in folded for level in _LEVELS)
    phrases = any(phrase in folded for phrase in _PHRASES)
    if (not levels and not phrases) or levels > 1 or _DENIALS.search(folded):
        return False
    beside = _BESIDE.sub("", folded)
    if _SPEAKS_OF.search(beside):
        return False
    remaining = len(beside)
    if levels and not (_STAR.search(folded) or phrases):
        return remaining <= _REMAINING_BESIDE_LEVEL
    return remaining <= _REMAINING_BESIDE_PHRASE


def lines_of(blocks: Iterable[Block]) -> Iterator[str]:
    """Every visible line of a document, those in tables cell by cell."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.text.split("\n")
        else:
            for row in block.rows:
                for cell in row:
                    yield from lines_of(cell.blocks)
