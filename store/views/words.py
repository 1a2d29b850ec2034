"""The log in words: a Chinese sentence for each kind of event."""

from __future__ import annotations

from collections.abc import Mapping

from replies.wording import decision_word
from store.database import Row
from store.events import Event

KINDS = {
    "journaled": "收到来信并登记",
    "duplicate": "收到同一来信的又一份，不重复处理",
    "attempt_failed": "处理失败，下一轮再试",
    "set_aside": "处理三次均失败，搁置待查",
    "replayed": "重新处理",
    "replaced": "被新版本替换",
    "outgoing_paused": "邮箱服务商限制发信，暂停发送",
    "approved": "发信地址登记为归口管理部门的邮箱",
    "registered": "发信地址已登记，重新审查",
    "kept": "复核后继续待核",
    "closed": "来信已办结",
    "paper": "收到纸质正式文件",
    "register_read": "读入登记册",
    "reference_imported": "导入查重清单",
    "backed_up": "做了备份",
    "restored": "由备份恢复",
}
LETTERS = {
    "letter_written": "写好去信",
    "letter_sent": "去信已送达对方邮件服务器",
    "letter_deferred": "去信被暂缓，稍后再发",
    "letter_failed": "去信未能送达",
    "letter_uncertain": "去信是否送达不明，正在核对",
    "letter_again": "去信重新排队发送",
    "letter_carried": "去信并入汇总回复",
}


def sentence(event: Event, letter: Row | None = None) -> str:
    """What an event says to an officer; ``letter`` is the row (recipient, subject) of the letter it is about."""
    if event.kind in LETTERS:
        about = (
            f"（致 {letter['recipient']}：{letter['subject']}）" if letter is not None and letter["recipient"] else ""
        )
        return LETTERS[event.kind] + about
    if event.kind in ("verdict", "judged"):
        return _verdict(event)
    if event.kind == "purged":
        return "按要求彻底清除原件、附件和内容" + _officer(event.detail.get("officer"))
    return f"{event.item} {KINDS.get(event.kind, event.kind)}".lstrip() + _further(event.detail)


def _further(detail: Mapping[str, object]) -> str:
    """What an act says beyond its kind: for which unit, which day, and why."""
    words = {"unit": "单位", "arrived": "日期", "reason": "说明"}
    said = "，".join(f"{word}：{detail[name]}" for name, word in words.items() if detail.get(name))
    return f"（{said}）" if said else ""


def _verdict(event: Event) -> str:
    detail = event.detail
    who = _officer(detail.get("officer"))
    what = f"第 {event.version} 版" if event.version else "来信"
    parts = [f"{event.item} {what}：".lstrip() + f"{decision_word(str(detail.get('decision')))}"]
    codes = detail.get("codes")
    if isinstance(codes, list) and codes:
        parts.append(f"（{'、'.join(codes)}）")
    if detail.get("withdrawn"):
        parts.append("，已撤回")
    elif detail.get("current") is False:
        parts.append("，不是现行版本")
    return "".join(parts) + who


def _officer(officer: object) -> str:
    if not isinstance(officer, Mapping):
        return ""
    name = f"{officer['name']}" if officer.get("name") else "处室"
    reason = officer.get("reason")
    return f"；{name}决定" + (f"，理由：{reason}" if reason else "")
