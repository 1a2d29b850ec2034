"""D001–D004: did it come in time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from rules.engine import Hit, Hits, Subject, rule
from rules.matter import Matter
from rules.model import Scope, Severity

CHINA = timezone(timedelta(hours=8))
A_DAY = timedelta(hours=24)


@rule(
    "D001",
    Severity.REFUSE,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="逾期",
    message="来信于 {measured} 收到，已过截止时间（{limit}）。",
    fix="本次征集已经截止，不予受理；确有特殊情况的，请由归口管理部门与处室联系。",
)
def late(case: Matter) -> Hits:
    """以服务器收到的时间为准，截止时刻及以后均为逾期。“6月30日前”含当日，至 24:00 止。

    截止后继续受理的征集报 D003；宽限时间以内的报 D004。修改后重新发送的，也以收到的时间为准。
    """
    deadline = case.pack.deadline
    if deadline is None or case.pack.stays_open or case.context.received.at < deadline:
        return
    if case.context.received.at >= deadline + timedelta(hours=case.pack.grace_hours):
        yield _times(case, deadline)


@rule(
    "D002",
    Severity.INFO,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    told=False,
    title="信头日期与收到时间相差过大",
    message="信头所写日期（{limit}）与收到时间（{measured}）相差超过 24 小时。",
)
def date_far_off(case: Matter) -> Hits:
    """信头的 Date 由发信方填写，只作参考；与收到时间相差超过 24 小时（不含）的，记下来供处室查看，不告知来信单位。"""
    written = case.submission.letter.date
    if written is None:
        return
    written = written if written.tzinfo else written.replace(tzinfo=CHINA)
    if abs(written - case.context.received.at) > A_DAY:
        yield Hit("信头日期", measured=shown(case.context.received.at), limit=shown(written))


@rule(
    "D003",
    Severity.INFO,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="计入下一批",
    message="来信于 {measured} 收到，已过本批截止时间（{limit}），计入下一批。",
)
def next_batch(case: Matter) -> Hits:
    """常年开放的征集，本批截止以后收到的照常审查，计入下一批。"""
    deadline = case.pack.deadline
    if deadline is not None and case.pack.stays_open and case.context.received.at >= deadline:
        yield _times(case, deadline)


@rule(
    "D004",
    Severity.REVIEW,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="逾期，可由处室决定",
    message="来信于 {measured} 收到，已过截止时间（{limit}），在宽限时间以内，须由处室决定是否受理。",
    fix="如有特殊情况，请与处室联系说明。",
    variants={
        "mending": (
            "本项的补正材料于 {measured} 收到，已过截止时间（{limit}）；截止前所报版本尚在补正，由处室决定是否受理。",
            "如有特殊情况，请与处室联系说明。",
        ),
    },
)
def within_grace(case: Matter) -> Hits:
    """逾期但在处室设定的宽限时间（grace_hours）以内；或者是在补正之中的需求的新版本：不直接拒收，由处室决定。"""
    deadline = case.pack.deadline
    if deadline is None or case.pack.stays_open or case.context.received.at < deadline:
        return
    if case.context.received.at < deadline + timedelta(hours=case.pack.grace_hours):
        yield _times(case, deadline)


def _times(case: Matter, deadline: datetime) -> Hit:
    return Hit("收到时间", measured=shown(case.context.received.at), limit=shown_deadline(deadline))


def shown(at: datetime) -> str:
    """A time as a letter shows it: ``2026年6月30日 23:59:59``."""
    here = at.astimezone(CHINA)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M:%S}"


def shown_deadline(at: datetime) -> str:
    """A deadline as people say it: midnight is 24:00 of the day before."""
    here = at.astimezone(CHINA)
    if here.hour or here.minute or here.second:
        return shown(at)
    day = here - timedelta(days=1)
    return f"{day.year}年{day.month}月{day.day}日 24:00"
