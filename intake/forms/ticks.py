"""Check boxes as they come out of Word: which options are ticked."""

from __future__ import annotations

import re

# Word draws boxes with letters of symbol fonts too; those code points are in the private use area.
_TICKED = "☑☒■▣✅🗹\u2714\u2713\uf052\uf0fe\uf0fd\uf054\uf053"
_EMPTY = "□☐◻▢\uf0a8\uf06f\uf0a3\uf071\uf02a"
_MARK = "√✓✔"
_BOX = re.compile(
    rf"(?P<empty>[{_EMPTY}]\s*(?P<inside>[{_MARK}])?)|(?P<ticked>[{_TICKED}])|(?P<bracket>[\[（(]\s*[{_MARK}]\s*[\]）)])"
    r"|(?P<hollow>[\[（(]\s*[\]）)])"
    rf"|(?P<instead>(?:^|(?<=\s))[{_MARK}] ?(?=[^\s{_EMPTY}{_TICKED}{_MARK}]))",
    re.MULTILINE,
)
_TRIM = " \t\n\u3000、；;，,_＿"


def has_boxes(text: str) -> bool:
    """Whether a value is a row of check boxes."""
    return bool(_boxes(text))


def _boxes(text: str) -> list[re.Match[str]]:
    """The boxes in order; an empty pair of brackets is one only among others (（√）国有（ ）集体)."""
    found = list(_BOX.finditer(text))
    brackets = sum(bool(m["bracket"] or m["hollow"]) for m in found)
    return [m for m in found if not m["hollow"] or brackets > 1]


def ticked_options(text: str) -> str:
    """The ticked options of a row of check boxes, joined by ``、``; ``""`` where none is ticked.

    A mark may stand in the box, in place of it (☑ ■ √), or behind its option (□国有√); a row that begins with an
    option and ends with a box has its boxes behind (国有□ 集体☑).
    """
    boxes = _boxes(text)
    behind = bool(boxes and text[: boxes[0].start()].strip(_TRIM)) and not text[boxes[-1].end() :].strip(_TRIM)
    ends = [0, *(b.end() for b in boxes)] if behind else [b.end() for b in boxes]
    starts = [b.start() for b in boxes] if behind else [*(b.start() for b in boxes[1:]), len(text)]
    chosen = []
    for box, begin, end in zip(boxes, ends, starts, strict=False):
        option = text[begin:end].strip(_TRIM)
        open_box = box["hollow"] or (box["empty"] and not box["inside"])
        if not open_box or re.search(rf"[{_MARK}]$", option):
            chosen.append(re.sub(rf"[{_MARK}]|[_＿]+|\s+", " ", option).strip(_TRIM))
    return "、".join(o for o in chosen if o)


def marked_options(text: str) -> str:
    """The options of a choice printed without boxes that bear a √, joined by ``、``; the text itself if none does."""
    if not re.search(rf"[{_MARK}]", text):
        return text
    parts = [p for p in re.split(r"[\s\u3000]+", text) if p]
    joined = [p.strip(_MARK) for p in parts if re.search(rf"[{_MARK}]", p) and p.strip(_MARK)]
    return "、".join(joined) or text
