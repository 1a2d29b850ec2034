"""The mails of the sample workspace, built in code: what a call's mailbox sees in six weeks, in order of arrival."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from replies.forms import (
    SummaryHead,
    filled_form,
    filled_summary,
    filled_summary_sheet,
    form_document,
    form_page,
)
from rules.model import Unit
from rules.packs.pack import CallPack
from store.sample.texts import DemandText, demo_demands

BEIJING = ZoneInfo("Asia/Shanghai")
DEMO_ADDRESS = "zhengji@example.gov.cn"
MAIL_HOST = "mail.example.gov.cn"
PASSED = "spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
FAILED = "spf=fail smtp.mailfrom={domain}; dkim=none; dmarc=fail header.from={domain}"

BAOTOU = Unit("包头市科学技术局", "呼包鄂", None, ("kjj@baotou.example.cn",), (), "包晓峰", "0472-5550101")
ORDOS = Unit("鄂尔多斯市科学技术局", "呼包鄂", None, ("kjj@ordos.example.cn",), (), "额尔敦", "0477-5550102")
XILINGOL = Unit("锡林郭勒盟科学技术局", "盟市", None, ("kjj@xilingol.example.cn",), (), "乌兰", "0479-5550103")
TONGLIAO = Unit("通辽市科学技术局", "盟市", None, ("kjj@tongliao.example.cn",), (), "李建军", "0475-5550104")
XINGAN = Unit("兴安盟科学技术局", "盟市", None, ("kjj@xingan.example.cn",), (), "那其木格", "0482-5550105")
CHIFENG = Unit("赤峰市科学技术局", "盟市", None, ("kjj@chifeng.example.cn",), (), "特娜仁", "0476-5550106")
HULUNBUIR = Unit("呼伦贝尔市科学技术局", "盟市", None, ("kjj@hulunbuir.example.cn",), (), "王立新", "0470-5550107")
POLYTECHNIC = Unit("内蒙古工业大学", "高等院校", None, (), ("imut.example.edu.cn",), "赵敏", "0471-5550108")
UNIVERSITY = Unit("内蒙古科技大学", "高等院校", None, ("kyc@imust.example.edu.cn",), (), "张强", "0472-5550109")
UNITS = (BAOTOU, ORDOS, XILINGOL, TONGLIAO, XINGAN, CHIFENG, HULUNBUIR, POLYTECHNIC, UNIVERSITY)

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail: what it is to show, when it came in, and its bytes as a server stores them."""

    about: str
    received: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Draft:
    """A mail in the making; ``verified`` is what the receiving server says of its sender."""

    about: str
    at: datetime
    sender: str
    subject: str
    text: str
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    verified: str = PASSED


def demo_mails(pack: CallPack) -> tuple[DemoMail, ...]:
    """The mails in order of arrival; the item numbers that later ones name follow from that order."""
    return tuple(
        _mail(draft, n) for n, draft in enumerate((*_good_ones(pack), *_other_ones(pack), *_last_ones(pack)), 1)
    )


def _good_ones(pack: CallPack) -> tuple[_Draft, ...]:
    texts = demo_demands()
    baotou = [texts["hydrogen"], texts["mining"], texts["blades"]]
    capture = texts["capture"]
    wordy = replace(capture, need=capture.need * 3)
    ordos = [texts["chemicals"], wordy]
    return (
        _Draft(
            "三项需求和汇总表，全部合格",
            _at(5, 20, 9, 12),
            BAOTOU.addresses[0],
            "包头市科学技术局报送2027年度高新技术领域重大科技创新需求",
            "高新处：\n现报送我市推荐的创新需求3项及汇总表，电子版见附件，请查收。\n联系人：包晓峰 0472-5550101",
            (*_forms(pack, BAOTOU, baotou), _sheet(pack, BAOTOU, baotou)),
        ),
        _Draft(
            "两项需求，其中一项背景超字数、所属领域未填",
            _at(5, 21, 10, 40),
            ORDOS.addresses[0],
            "报送创新需求材料",
            "各位老师好：\n附件为我市推荐的创新需求2项和汇总表，请审阅。",
            (
                *_forms(pack, ORDOS, ordos[:1]),
                ("碳捕集需求.docx", filled_form(pack, {**wordy.fields(ORDOS.name), "所属领域": ""}, wordy.sections())),
                _table(pack, ORDOS, ordos),
            ),
        ),
        _Draft(
            "只报改正后的一项",
            _at(5, 25, 15, 3),
            ORDOS.addresses[0],
            "Re: 补正材料",
            "已按通知改正，请查收附件。",
            (("碳捕集需求（修订）.docx", filled_form(pack, capture.fields(ORDOS.name), capture.sections())),),
        ),
    )


def _other_ones(pack: CallPack) -> tuple[_Draft, ...]:
    texts = demo_demands()
    small = [replace(texts["compute"], amount=450), texts["magnesium"]]
    packed = zipped((*_forms(pack, POLYTECHNIC, small), _table(pack, POLYTECHNIC, small)))
    feed = texts["feed"]
    return (
        _Draft(
            "压缩包（GBK文件名），一项申请金额低于500万元",
            _at(5, 26, 8, 55),
            "kyy@imut.example.edu.cn",
            "内蒙古工业大学创新需求",
            "附件为我校推荐的创新需求，请查收。",
            (("内蒙古工业大学创新需求.zip", packed),),
        ),
        _Draft(
            "实施周期4年，没有汇总表",
            _at(5, 27, 16, 20),
            XILINGOL.addresses[0],
            "锡林郭勒盟科技局推荐材料",
            "现报送创新需求1项，请查收。",
            _forms(pack, XILINGOL, [texts["grassland"]]),
        ),
        _Draft(
            "企业直接来信，邮箱未登记",
            _at(5, 28, 9, 30),
            "zhaobiao@etuoke.example.com",
            "申报创新需求",
            "您好，我公司申报创新需求1项，见附件。",
            (("柠条饲料.docx", filled_form(pack, feed.fields("鄂尔多斯市科学技术局"), feed.sections())),),
        ),
        _Draft(
            "自动回复",
            _at(5, 28, 9, 41),
            UNIVERSITY.addresses[0],
            "自动回复：【受理通知】",
            "您好，我正在休假，回来后尽快答复。",
            headers=(("Auto-Submitted", "auto-replied"),),
        ),
        _Draft(
            "说有附件，忘了附",
            _at(6, 2, 11, 5),
            TONGLIAO.addresses[0],
            "通辽市科技局报送创新需求",
            "现将我市创新需求电子版报送贵处，详见附件，请查收。",
        ),
        _Draft(
            "稀土领域，不在征集范围",
            _at(6, 3, 14, 22),
            UNIVERSITY.addresses[0],
            "内蒙古科技大学推荐创新需求",
            "现报送我校推荐的创新需求1项，请查收附件。",
            _forms(pack, UNIVERSITY, [texts["magnets"]]),
        ),
    )


def _last_ones(pack: CallPack) -> tuple[_Draft, ...]:
    texts = demo_demands()
    gearbox = texts["gearbox"]
    page = form_page(pack, gearbox.fields(XINGAN.name), gearbox.sections())
    good = _forms(pack, CHIFENG, [texts["potash"]])
    return (
        _Draft(
            "冒用包头市科技局的名义",
            _at(6, 5, 22, 47),
            BAOTOU.addresses[0],
            "补报创新需求",
            "现补报创新需求1项，请查收附件，并改发此邮箱联系。",
            _forms(pack, BAOTOU, [gearbox]),
            verified=FAILED,
        ),
        _Draft(
            "文件带有密级标志",
            _at(6, 8, 10, 15),
            XINGAN.addresses[0],
            "兴安盟创新需求",
            "现报送创新需求1项，请查收附件。",
            (("创新需求.docx", form_document(replace(page, annex="机密★10年"))),),
        ),
        _Draft(
            "一项合格，另一个文件损坏",
            _at(6, 9, 9, 50),
            CHIFENG.addresses[0],
            "赤峰市科技局报送创新需求2项",
            "现报送创新需求2项，请查收附件。",
            (*good, ("草原生态修复需求.docx", good[0][1][: len(good[0][1]) // 2])),
        ),
        _Draft("查询", _at(6, 10, 8, 31), BAOTOU.addresses[0], "查询", "请告知我市报送情况。"),
        _Draft(
            "撤回第三项",
            _at(6, 15, 17, 2),
            BAOTOU.addresses[0],
            f"撤回 {pack.prefix}-0003",
            "该项需求企业放弃，请撤回。",
        ),
        _Draft(
            "截止时间之后才到",
            _at(7, 1, 8, 10),
            HULUNBUIR.addresses[0],
            "呼伦贝尔市科技局报送创新需求",
            "现报送创新需求1项，请查收附件。",
            _forms(pack, HULUNBUIR, [texts["permafrost"]]),
        ),
    )


# --------------------------------------------------------------------------- files and bytes


def _forms(pack: CallPack, unit: Unit, texts: Sequence[DemandText]) -> tuple[File, ...]:
    return tuple((f"{t.name}.docx", filled_form(pack, t.fields(unit.name), t.sections())) for t in texts)


def _rows(unit: Unit, texts: Sequence[DemandText]) -> list[tuple[str, ...]]:
    return [t.row(n, unit.contact, unit.phone) for n, t in enumerate(texts, 1)]


def _table(pack: CallPack, unit: Unit, texts: Sequence[DemandText]) -> File:
    head = SummaryHead(unit.name, unit.contact, unit.phone)
    return "附件2 科技重大创新需求汇总表.docx", filled_summary(pack, head, _rows(unit, texts))


def _sheet(pack: CallPack, unit: Unit, texts: Sequence[DemandText]) -> File:
    head = SummaryHead(unit.name, unit.contact, unit.phone)
    return f"{unit.name}汇总表.xlsx", filled_summary_sheet(pack, head, _rows(unit, texts))


class _WindowsName(zipfile.ZipInfo):
    """A member whose name is written as Chinese Windows does: GBK without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(files: Sequence[File]) -> bytes:
    """A zip as a unit's Windows makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(_WindowsName(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _at(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, 7, tzinfo=BEIJING)


def _mail(draft: _Draft, n: int) -> DemoMail:
    domain = draft.sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["Return-Path"] = f"<{draft.sender}>"
    message["Received"] = f"from mx.{domain} by {MAIL_HOST} with ESMTPS id {n:04d}; {format_datetime(draft.at)}"
    message["Authentication-Results"] = f"{MAIL_HOST}; {draft.verified.format(domain=domain)}"
    message["Date"] = draft.at - timedelta(seconds=20)
    message["From"] = draft.sender
    message["To"] = DEMO_ADDRESS
    message["Subject"] = draft.subject
    message["Message-ID"] = f"<2026.{n:04d}@{domain}>"
    for name, value in draft.headers:
        message[name] = value
    message.set_content(draft.text + "\n")
    for name, content in draft.files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return DemoMail(draft.about, draft.at, message.as_bytes())
