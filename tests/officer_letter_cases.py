"""The letters to officers about a workbook that came back, as the golden files hold them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from mails import BEIJING
from verdicts import FACTS

from replies.message import Reply
from replies.opinions import OpinionsReport, RowTold, compose_opinions_answer

OFFICER, RECEIPT = "gaoxinchu@example.gov.cn", "GX2027-R0058"
CAME = datetime(2026, 6, 9, 10, 12, 30, tzinfo=BEIJING)
DONE = (
    RowTold("GX2027-0012", "草原生态智能监测装备研究", "受理", "受理，已通知报送单位"),
    RowTold("GX2027-0019", "退役风机叶片高值化利用技术研究", "不予受理", "不予受理，已通知报送单位"),
    RowTold(
        "GX2027-0023", "柠条饲料化加工关键技术研究", "登记为：鄂尔多斯市科学技术局",
        "zhaobiao@etuoke.example.com 已登记为鄂尔多斯市科学技术局的邮箱，该邮箱的 1 封来信随即重新审查并通知",
    ),
)  # fmt: skip
LEFT = (
    RowTold("GX2027-0007", "兆瓦级碱性电解水制氢装备关键技术研究", "受理", "日报发出后情况已有变化，现为第2版“需补正”"),
    RowTold("GX2027-0031", "盐碱地改良技术研究", "退回补正", "请在“说明”列写明理由，将随通知告知报送单位"),
)


def report(**more: object) -> Reply:
    whole = OpinionsReport(OFFICER, CAME, **more)  # type: ignore[arg-type]
    return compose_opinions_answer(whole, RECEIPT, FACTS)


CASES: dict[str, Callable[[], Reply]] = {
    "办理结果": lambda: report(
        day=date(2026, 6, 9), done=DONE, left=LEFT, moved_up=("GX2027-0020 露天矿无人驾驶协同作业技术研究",),
        papers=(("包头市科学技术局", "2026年6月8日"),), unclear_papers=(("赤峰市科学技术局", "下周送来"),),
    ),
    "办理结果-空": lambda: report(day=date(2026, 6, 9)),
    "办理结果-过期": lambda: report(
        refused="所附工作簿已超过七日有效期，未作任何处理。请使用最近一份日报的工作簿填写后发回。"
    ),
}  # fmt: skip
