"""Rules on versions and near-duplicates: what replaces what, and what was handed in or funded before."""

from __future__ import annotations

from rules.engine import Hit, Hits, Subject, rule
from rules.model import Scope, Severity
from rules.views import Replacement, Resemblance

PLACE = "创新需求名称"
WHOLE = "全文"


@rule(
    "P001",
    Severity.INFO,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="替换前一版本",
    message="本次报送的是 {number} 的第 {version} 版，替换第 {earlier} 版，以本版为准。",
    fix="如无需替换，请联系受理人员。",
    variants={
        "likeness": (
            "本次报送的「{name}」与此前的「{earlier_name}」申报单位相同、名称相近，"
            "按同一需求 {number} 的第 {version} 版处理，替换第 {earlier} 版。",
            "如两者是不同的需求，请发送主题为“恢复 {number}”的邮件，两项即分别登记。",
        ),
    },
)
def replaces_earlier(replacement: Replacement) -> Hits:
    """同一单位的同一需求以截止时间前最后一次报送的版本为准，原来的位置（限额名额）不变。

    名称去掉空格、标点、全半角差别和“（修订）”一类标记后相同即为同一需求；申报单位相同而名称只差几个字的也视为同一需求，
    但差别中有数字、期、型、号、字母，或两个名称出现在同一封邮件或本单位汇总表中的除外。
    """
    earlier, later = replacement.earlier, replacement.later
    words = {
        "number": later.number,
        "version": later.version,
        "earlier": earlier.version,
        "name": later.name,
        "earlier_name": earlier.name,
    }
    wording = "likeness" if replacement.by_likeness else ""
    yield Hit(where=PLACE, measured=later.version, words=words, wording=wording)


@rule(
    "P002",
    Severity.REVIEW,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="与已报送的需求内容高度相近",
    message="本项内容与此前已收到的需求高度相近，需由受理人员复核。",
    fix="请核对是否重复报送；如系独立提出，请说明与同类需求的主要区别，联系受理人员。",
)
def like_another_units(resemblance: Resemblance) -> Hits:
    """不同单位报送的需求内容高度相近（各部分文字的四字组重合度达到一半及以上）时，后报送的一项转人工复核。

    依据：通知“三、具体要求（四）各归口部门要加强统筹”。信中不透露另一单位、编号和文字。
    """
    if resemblance.likeness.code == "P002":
        yield Hit(where=WHOLE, measured=round(resemblance.likeness.score, 2), limit=0.5)


@rule(
    "P003",
    Severity.REVIEW,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="与已支持项目或已发布指南重复",
    message="本项与「{other}」高度相近，可能与已支持项目或已发布指南重复，需由受理人员复核。",
    fix="请核对是否重复；如不重复，请在背景及需求中写明与该项目的区别后重新报送，或联系受理人员说明。",
)
def like_something_funded(resemblance: Resemblance) -> Hits:
    """需求内容不能与已获得财政科技经费资助的项目、已发布的指南重复：名称相同，或该条目一半及以上的四字组见于需求，转人工复核。

    依据：通知“三、具体要求（三）（四）”。名单由受理人员导入，没有导入名单时不判。
    """
    if resemblance.likeness.code == "P003":
        score = round(resemblance.likeness.score, 2)
        yield Hit(where=WHOLE, measured=score, limit=0.5, words={"other": resemblance.likeness.other})
