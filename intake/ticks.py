"""Check boxes as they come out of Word: which options are ticked."""

from __future__ import annotations

import re

# Word draws boxes with letters of symbol fonts too; those code points are in the private use area.
_TICKED = "☑☒■▣✅🗹\u2714\u2713\uf052\uf0fe\uf0fd\uf054\uf053"
_EMPTY = "□☐◻▢\uf0a8\uf06f\uf0a3\uf071\uf02a"
_MARK = "√✓✔"
_BOX = re.compile(
    rf"(?P<empty>[{_EMPTY}]\s*(?P<inside>[{_MARK}])?)|(?P<ticked>[{_TICKED}])|(?P<bracket>[\[（(]\s*[{_MARK}]\s*[\]）)])"
    rf"|(?P<instead>(?:^|(?<=\s))[{_MARK}] ?(?=[^\s{_EMPTY}{_TICKED}{_MARK}]))",
    re.MULTILINE,
)
_TRIM = " \t\n\u3000、；;，,_＿"


def has_boxes(text: str) -> bool:
    """Whether a value is a row of check boxes."""
    return bool(_BOX.search(text))


def ticked_options(text: str) -> str:
    """The ticked options of a row of check boxes, joined by ``、``; ``""`` where none is ticked.

    A mark may stand in the box, in place of it (☑ ■ √), or behind its option (□国有√).
    """
    boxes = list(_BOX.finditer(text))
    chosen = []
    for box, after in zip(boxes, [*boxes[1:], None], strict=True):
        option = text[box.end() : after.start() if after else len(text)]
        if not box["empty"] or box["inside"] or re.search(rf"[{_MARK}]\s*$", option.strip(_TRIM)):
            chosen.append(re.sub(rf"[{_MARK}]|[_＿]+|\s+", " ", option).strip(_TRIM))
    return "、".join(o for o in chosen if o)


def marked_options(text: str) -> str:
    """The options of a choice printed without boxes that bear a √, joined by ``、``; the text itself if none does."""
    if not re.search(rf"[{_MARK}]", text):
        return text
    parts = [p for p in re.split(r"[\s\u3000]+", text) if p]
    joined = [p.strip(_MARK) for p in parts if re.search(rf"[{_MARK}]", p) and p.strip(_MARK)]
    return "、".join(joined) or text
