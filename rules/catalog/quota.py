"""Rules on the places that a unit has: how many of its demands may be recommended, in order of arrival."""

from __future__ import annotations

from rules.engine import Hit, Hits, Subject, rule
from rules.model import Scope, Severity
from rules.views import LetterView, Standing

PLACE = "推荐限额"


@rule(
    "Q001",
    Severity.REVIEW,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="推荐限额已满",
    message="贵单位的推荐限额为 {limit} 项，已全部用完，本项按收到的先后列入候补（候补第 {measured} 位）。",
    fix="前面的需求撤回或不予受理后，本项自动递补，无需重新报送；如需调整，可发送主题为“撤回 编号”的邮件让出名额。",
)
def no_place_left(standing: Standing) -> Hits:
    """推荐数量“原则上不超过”限额：限额用完后到达的需求按先后候补，由受理人员复核，有名额空出时自动递补。

    依据：通知“三、具体要求（六）”。已受理、待补正、待复核的需求都占名额；不予受理的、已撤回的不占；
    新版本沿用原来的位置。通知没有规定限额的单位不适用。
    """
    if standing.turn and standing.quota and standing.quota.limit is not None:
        yield Hit(where=PLACE, measured=standing.turn, limit=standing.quota.limit)


@rule(
    "Q002",
    Severity.INFO,
    on=Subject.UNIT,
    scope=Scope.MAIL,
    title="推荐限额将满",
    message="贵单位的推荐限额为 {limit} 项，目前已使用 {measured} 项。",
    fix="请统筹安排其余需求，突出重点。",
)
def nearly_no_place_left(letter: LetterView) -> Hits:
    """已使用限额的九成或以上时提醒单位统筹安排；只作提示，不影响受理。

    依据：通知“三、具体要求（六）”。来信没有带来需求时不提示；没有限额的单位不适用。
    """
    quota = letter.quota
    if letter.brings_items and quota and quota.limit and 10 * quota.used >= 9 * quota.limit:
        yield Hit(where=PLACE, measured=quota.used, limit=quota.limit)
