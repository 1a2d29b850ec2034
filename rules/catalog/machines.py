"""M001, M002: letters with nothing to judge."""

from __future__ import annotations

from intake.model import Problem
from rules.engine import Hit, Hits, Subject, rule
from rules.letters import says_sent
from rules.matter import INBOX, Matter
from rules.model import Scope, Severity


@rule(
    "M001",
    Severity.INFO,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    told=False,
    title="自动邮件",
    message="自动邮件，不予回复：{reason}。",
)
def automatic(case: Matter) -> Hits:
    """自动回复、退信、邮件列表，以及本系统自己发出的信：不回复，以免往返不止。"""
    letter = case.submission.letter
    if letter.automatic:
        yield Hit("来信", words={"reason": letter.automatic})
    elif letter.sender and letter.sender in case.context.own_addresses:
        yield Hit("来信", words={"reason": "本邮箱自己发出的信"})
    elif letter.receipt_mentioned:
        yield Hit("来信", words={"reason": f"本系统发出的信（{letter.receipt_mentioned}）被退回或转回"})


@rule(
    "M002",
    Severity.INFO,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    told=False,
    title="没有可供审查的内容",
    message="来信没有可供审查的材料，不予回复，列入来信登记。",
    variants={
        "stranger": ("未登记的发信人，来信没有可以读取的申报表或汇总表，不予回复，列入来信登记。", ""),
        "folder": ("来信在收件箱以外的文件夹中，发信地址未登记，不予回复，列入来信登记。", ""),
    },
)
def nothing_to_judge(case: Matter) -> Hits:
    """信中没有 Word 文档、汇总表、PDF、图片（正文中的插图除外）、压缩包或超大附件链接，也没有说报送了材料。

    登记单位说附上了材料的，是 F001。未登记的发信人没有可读的申报表或汇总表的，一律属此，不报 A001；带密级标志的除外。
    """
    if case.having(Problem.SECRET):
        return
    if case.stranger and case.context.folder != INBOX:
        yield Hit("来信", wording="folder")
    elif case.stranger and not case.readable:
        yield Hit("来信", wording="stranger")
    elif not case.brings_something and not says_sent(case.submission.letter):
        yield Hit("来信")
