"""Decisions by the workbook: what an officer fills in is done once and told; what does not stand any more is left."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from builders import form_docx, secret_docx
from desks import DESK, OFFICER, UNITS, Line, drop, letters_in, words, write_desk
from mails import SENDER, UNIT, attached, mail
from officers import HELD, digest, filled, sent_back, sheet_rows
from openpyxl import load_workbook

from intake.pool import Bench
from rules.model import Unit
from store.officers.held import held_rows
from store.officers.opinion_words import day_meant
from store.queries import items
from store.registers.register_file import write_register
from store.registers.registry import papers
from store.views.story import story_of

SECOND = "lijuan@example.gov.cn"
STRANGER = "qiye@example.com"
CHIFENG = "赤峰市科学技术局"
LONG = {"实施周期": "项目实施周期为4年。"}  # B005: an officer may let it in


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    one_place = (Unit(UNIT, "呼包鄂", 1, (SENDER,), (), "李娜", "0472-5550001"), *UNITS[1:])
    write_register(tmp_path / "registry.xlsx", one_place)
    return Line(write_desk(tmp_path, officers={"addresses": f'["{OFFICER}", "{SECOND}"]'}), readers)


def report(line: Line, n: int, *, name: str = "", sender: str = SENDER, unit: str = UNIT, **sections: str) -> None:
    """A mail with one demand comes, and a pass is made."""
    name = name or f"第{n}号装备关键技术研究"
    document = form_docx({"创新需求名称": name, "归口管理部门": unit}, sections)
    come(line, mail(sender=sender, attachments=[attached(f"{n}.docx", document)], received=line.clock.at,
                    message_id=f"<{n}@example.cn>"), n)  # fmt: skip


def come(line: Line, raw: bytes, n: int) -> None:
    drop(line.workspace.root, raw, f"{n:04d}")
    line.run(minutes=5)


def answer(line: Line, content: bytes, n: int = 900, **more: object) -> None:
    come(line, sent_back(content, line.clock.at, n=n, **more), n)  # type: ignore[arg-type]


def states(line: Line) -> dict[str, str]:
    with line.desk() as desk:
        return {i.demand.number: i.demand.decision.value for i in items(desk.db) if i.demand.current}


def to(line: Line, address: str) -> list[str]:
    """The subjects of the letters to an address, digests left out."""
    letters = (letter for letter in letters_in(line.workspace.root) if letter["To"] == address)
    return [str(letter["Subject"]) for letter in letters if "征集日报" not in str(letter["Subject"])]


def last_to(line: Line, address: str) -> str:
    """The words of the last letter to an address, digests left out."""
    found = letters_in(line.workspace.root)
    letters = [x for x in found if x["To"] == address and "征集日报" not in str(x["Subject"])]
    return "".join(words(letters[-1]).split())


# --------------------------------------------------------------------------- the workbook


def test_each_row_offers_what_can_be_done(line: Line) -> None:
    report(line, 1, **LONG)
    report(line, 2, sender=STRANGER, unit=CHIFENG)
    come(line, mail(subject="请问汇总表要盖章吗？", text="请问汇总表的电子版要盖章吗？", received=line.clock.at,
                    message_id="<3@example.cn>"), 3)  # fmt: skip
    rows = sheet_rows(digest(line))
    assert [(r["编号"], r["归口管理部门"]) for r in rows] == [
        ("GX2027-0001", UNIT), ("GX2027-0002", "（未登记）"), ("GX2027-R0003", UNIT),
    ]  # fmt: skip
    with line.desk() as desk:
        offers = [row.offers for row in held_rows(desk, desk.packs[0])]
    assert offers == [
        ("受理", "退回补正", "不予受理", "继续待核"),
        (f"登记为：{CHIFENG}", "退回补正", "不予受理", "继续待核"),
        ("已办结", "继续待核"),
    ]


def test_each_digest_and_officer_has_a_token_of_its_own_that_is_kept_as_a_hash(line: Line) -> None:
    made = [sheet_rows(digest(line, who), "识别码") for who in (OFFICER, SECOND, OFFICER)]
    tokens = [next(iter(rows[0].values())) for rows in made]
    assert len(set(tokens)) == 3
    with line.desk() as desk:
        kept = [row["token_sha256"] for row in desk.db.rows("SELECT * FROM digests")]
    assert not set(tokens) & set(kept)


# --------------------------------------------------------------------------- carried out


def test_an_opinion_is_carried_out_told_and_logged(line: Line) -> None:
    report(line, 1, **LONG)
    assert states(line) == {"GX2027-0001": "held"}
    answer(line, filled(digest(line), {"GX2027-0001": ("受理", "经研究同意")}))
    assert states(line) == {"GX2027-0001": "accepted"}
    assert to(line, SENDER) == [f"【待复核】GX2027-R0001 {UNIT}", f"【受理通知】GX2027-R0001 {UNIT}"]
    assert "经研究同意" in last_to(line, SENDER)
    assert to(line, OFFICER) == ["【办理结果】GX2027-R0002 已办理1项"]
    assert to(line, SECOND) == []
    (letter,) = [x for x in letters_in(line.workspace.root) if "办理结果" in str(x["Subject"])]
    assert (letter["In-Reply-To"], letter["X-Zhengji-Decision"], letter["From"].addresses[0].addr_spec) == (
        None, None, DESK,
    )  # fmt: skip
    with line.desk() as desk:
        story = story_of(desk.db, "GX2027-0001")
    assert story is not None
    assert any(step.actor == OFFICER and "经研究同意" in step.text for step in story.steps)
    assert [each.subject for each in story.letters] == to(line, SENDER)


def test_the_same_workbook_again_does_nothing(line: Line) -> None:
    report(line, 1, **LONG)
    book = filled(digest(line), {"GX2027-0001": ("受理", "")})
    answer(line, book)
    sent = len(to(line, SENDER))
    answer(line, book, 901)
    answer(line, filled(book, {"GX2027-0001": ("不予受理", "改主意了")}), 902)
    assert states(line) == {"GX2027-0001": "accepted"}
    assert len(to(line, SENDER)) == sent
    assert to(line, OFFICER)[1:] == [
        "【办理结果】GX2027-R0003 没有办理事项",
        "【办理结果】GX2027-R0004 没有办理事项，未办理1项",
    ]
    assert "此行已按“受理”办理过" in last_to(line, OFFICER)


def test_a_row_that_changed_since_is_left_and_listed_and_the_others_are_done(line: Line) -> None:
    report(line, 1, sender="kjj-chifeng@example.cn", unit=CHIFENG, **LONG)
    report(line, 2, sender="kjj-chifeng@example.cn", unit=CHIFENG, **LONG)
    book = digest(line)
    report(line, 3, sender="kjj-chifeng@example.cn", unit=CHIFENG, name="第1号装备关键技术研究", 实施周期="5年。")
    answer(line, filled(book, {"GX2027-0001": ("受理", ""), "GX2027-0002": ("不予受理", "与指南方向不符")}))
    assert states(line) == {"GX2027-0001": "held", "GX2027-0002": "refused"}
    told = last_to(line, OFFICER)
    assert "已办理（1项）" in told
    assert "日报发出后情况已有变化，现为第2版“待复核”" in told


def test_whom_to_send_back_must_be_told_why(line: Line) -> None:
    report(line, 1, **LONG)
    book = digest(line)
    answer(line, filled(book, {"GX2027-0001": ("退回补正", "")}))
    assert states(line) == {"GX2027-0001": "held"}
    assert "请在“说明”列写明理由" in last_to(line, OFFICER)
    answer(line, filled(book, {"GX2027-0001": ("退回补正", "请压缩到三年")}), 901)
    assert states(line) == {"GX2027-0001": "correction"}
    assert "请压缩到三年" in last_to(line, SENDER)


def test_who_waits_for_a_place_can_be_let_in(line: Line) -> None:
    report(line, 1)
    report(line, 2)
    assert states(line) == {"GX2027-0001": "accepted", "GX2027-0002": "held"}
    answer(line, filled(digest(line), {"GX2027-0002": ("受理", "原则上同意超额")}))
    assert states(line) == {"GX2027-0001": "accepted", "GX2027-0002": "accepted"}


def test_who_moves_up_by_a_refusal_is_told_once(line: Line) -> None:
    report(line, 1, **LONG)
    report(line, 2)
    book = filled(digest(line), {"GX2027-0001": ("不予受理", "周期过长"), "GX2027-0002": ("继续待核", "")})
    answer(line, book)
    assert states(line) == {"GX2027-0001": "refused", "GX2027-0002": "accepted"}
    assert to(line, SENDER)[2:] == [f"【不予受理】GX2027-R0001 {UNIT}", f"【受理通知】GX2027-R0002 {UNIT}"]
    assert "已自动递补" in last_to(line, OFFICER)


def test_a_stranger_is_registered_and_judged_again(line: Line) -> None:
    report(line, 1, sender=STRANGER, unit=CHIFENG)
    report(line, 2, sender=STRANGER, unit=CHIFENG, **LONG)
    first = next(x for x in letters_in(line.workspace.root) if x["To"] == STRANGER)
    answer(line, filled(digest(line), {"GX2027-0001": ("", "登记为：赤峰市科技局"), "GX2027-0002": ("继续待核", "")}))
    with line.desk() as desk:
        found = {i.demand.number: (i.unit, i.demand.decision.value) for i in items(desk.db)}
    assert found == {"GX2027-0001": (CHIFENG, "accepted"), "GX2027-0002": (CHIFENG, "held")}
    told = {f"【受理通知】GX2027-R0001 {CHIFENG}", f"【待复核】GX2027-R0002 {CHIFENG}"}
    assert set(to(line, STRANGER)[1:]) == told
    later = next(x for x in letters_in(line.workspace.root) if str(x["Subject"]).startswith("【受理通知】"))
    assert later["In-Reply-To"] == first["Message-ID"]
    assert later["Auto-Submitted"] == "auto-generated"
    report(line, 3, sender=STRANGER, unit=CHIFENG)
    assert to(line, STRANGER)[3:] == [f"【受理通知】GX2027-R0004 {CHIFENG}"]
    with line.desk() as desk:
        story = story_of(desk.db, "GX2027-R0001")
    assert story is not None
    assert any("登记" in step.text and step.actor == OFFICER for step in story.steps)


def test_a_stranger_cannot_be_accepted_unregistered_nor_for_an_unknown_unit(line: Line) -> None:
    report(line, 1, sender=STRANGER, unit=CHIFENG)
    book = digest(line)
    answer(line, filled(book, {"GX2027-0001": ("受理", "")}))
    assert "发件邮箱未登记，不能直接受理" in last_to(line, OFFICER)
    answer(line, filled(book, {"GX2027-0001": ("登记为：火星科技局", "")}), 901)
    assert "登记册中没有“火星科技局”" in last_to(line, OFFICER)
    with line.desk() as desk:
        assert [i.demand.isolated for i in items(desk.db)] == [True]


def test_a_question_is_closed(line: Line) -> None:
    come(line, mail(subject="咨询", text="请问材料要几份？", received=line.clock.at, message_id="<1@example.cn>"), 1)
    assert "待人工答复" in to(line, OFFICER)[0]
    answer(line, filled(digest(line), {"GX2027-R0001": ("已办结", "已电话答复")}))
    line.clock.pass_by(days=1)
    assert sheet_rows(digest(line))[0]["编号"] == "（无）"
    with line.desk() as desk:
        story = story_of(desk.db, "GX2027-R0001")
    assert story is not None
    assert any("已电话答复" in step.text for step in story.steps)


def test_a_request_of_another_address_is_carried_out_when_the_officer_agrees(tmp_path: Path, readers: Bench) -> None:
    units = (Unit("内蒙古工业大学", "高等院校", 1, (), ("imut.example.cn",), "赵敏", "0471-5550108"),)
    write_register(tmp_path / "registry.xlsx", units)
    line = Line(write_desk(tmp_path), readers)
    for n in (1, 2):
        report(line, n, sender="kyy@imut.example.cn", unit="内蒙古工业大学")
    other = mail(
        sender="xsc@imut.example.cn",
        subject="撤回 GX2027-0001",
        text="请办理。",
        message_id="<3@imut.example.cn>",
        received=line.clock.at,
    )
    come(line, other, 3)
    assert states(line) == {"GX2027-0001": "accepted", "GX2027-0002": "held"}
    assert not [subject for subject in to(line, "kyy@imut.example.cn") if "撤回" in subject]  # nothing is withdrawn yet
    answer(line, filled(digest(line), {"GX2027-R0003": ("同意办理", "已电话核实")}))
    with line.desk() as desk:
        now = {i.demand.number: (i.demand.withdrawn, i.demand.decision.value) for i in items(desk.db)}
        story = story_of(desk.db, "GX2027-0001")
    assert story is not None
    told = [step.text for step in story.steps]
    assert f"GX2027-0001 第 1 版：受理，已撤回（因来信 GX2027-R0004，{OFFICER}，处理意见）" in told
    assert "去信已送达对方邮件服务器（致 xsc@imut.example.cn：【撤回确认】GX2027-R0001 内蒙古工业大学）" in told
    assert now == {"GX2027-0001": (True, "accepted"), "GX2027-0002": (False, "accepted")}
    university = "内蒙古工业大学"
    assert set(to(line, "kyy@imut.example.cn")[2:]) == {
        f"【撤回确认】GX2027-R0001 {university}", f"【受理通知】GX2027-R0002 {university}",
    }  # fmt: skip
    assert f"【撤回确认】GX2027-R0001 {university}" in to(line, "xsc@imut.example.cn")


def test_papers_that_arrived_are_noted(line: Line) -> None:
    line.clock.at = datetime(2026, 6, 22, 10, tzinfo=line.clock.at.tzinfo)
    answer(line, filled(digest(line), papers={UNIT: datetime(2026, 6, 20), CHIFENG: "下周"}))  # noqa: DTZ001
    with line.desk() as desk:
        assert {unit: day.isoformat() for unit, day in papers(desk.db, desk.packs[0].id).items()} == {
            UNIT: "2026-06-20"
        }
    told = last_to(line, OFFICER)
    assert f"{UNIT}｜2026年6月20日" in told
    assert f"{CHIFENG}｜下周" in told


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-06-20", "2026-06-20"), ("2026/6/20", "2026-06-20"), ("2026年6月20日收", "2026-06-20"),
        ("6月20日", "2026-06-20"), ("6.20", "2026-06-20"), ("20260620", "2026-06-20"), ("46193", "2026-06-20"),
        ("已收", "2026-06-22"), ("√", "2026-06-22"), ("12月30日", "2025-12-30"), ("2月30日", None), ("没有", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(written: str, meant: str | None) -> None:
    day = day_meant(written, datetime(2026, 6, 22).date())  # noqa: DTZ001
    assert (day.isoformat() if day else None) == meant


def test_what_bears_a_secrecy_marking_cannot_be_accepted(line: Line) -> None:
    marked = attached("材料.docx", secret_docx(form=form_docx({"创新需求名称": "储能材料研究"})))
    come(line, mail(attachments=[marked], received=line.clock.at, message_id="<1@example.cn>"), 1)
    with line.desk() as desk:
        assert [row.offers for row in held_rows(desk, desk.packs[0])] == [("退回补正", "不予受理", "继续待核")]
    answer(line, filled(digest(line), {"GX2027-0001": ("受理", "")}))
    assert states(line) == {"GX2027-0001": "held"}
    assert "来件带有密级标志，不能受理" in last_to(line, OFFICER)


# --------------------------------------------------------------------------- not what it should be


def refused(line: Line, officer: str = OFFICER, **more: object) -> None:
    """A workbook that lets a held demand in comes back, and nothing is done."""
    report(line, 1, **LONG)
    answer(line, filled(digest(line, officer), {"GX2027-0001": ("受理", "")}), **more)  # type: ignore[arg-type]
    assert states(line) == {"GX2027-0001": "held"}
    assert to(line, SENDER) == [f"【待复核】GX2027-R0001 {UNIT}"]


def test_another_officers_workbook(line: Line) -> None:
    refused(line, SECOND)
    assert to(line, OFFICER) == ["【办理结果】GX2027-R0002 处理意见未办理"]
    assert to(line, SECOND) == ["【日报工作簿未执行】GX2027-R0002"]


def test_a_workbook_from_a_unit_is_no_submission(line: Line) -> None:
    refused(line, sender=SENDER)
    assert to(line, OFFICER) == to(line, SECOND) == ["【日报工作簿未执行】GX2027-R0002"]


def test_a_forged_officer_is_not_answered(line: Line) -> None:
    failed = "mail.example.gov.cn; spf=fail smtp.mailfrom=example.gov.cn; dmarc=fail header.from=example.gov.cn"
    refused(line, headers={"Authentication-Results": failed})
    assert to(line, OFFICER) == to(line, SECOND) == ["【日报工作簿未执行】GX2027-R0002"]


def test_a_workbook_is_good_for_seven_days(line: Line) -> None:
    report(line, 1, **LONG)
    book = filled(digest(line), {"GX2027-0001": ("受理", "")})
    line.clock.pass_by(days=7)
    answer(line, book)
    assert states(line) == {"GX2027-0001": "held"}
    assert "已超过七日有效期" in last_to(line, OFFICER)
    assert to(line, SECOND) == []


def test_an_officers_mail_without_the_workbook_is_told_so(line: Line) -> None:
    report(line, 1, sender=OFFICER, unit=CHIFENG)
    assert states(line) == {}
    assert "来信没有附系统日报的工作簿" in last_to(line, OFFICER)


def test_a_row_that_was_added_by_hand_is_left(line: Line) -> None:
    report(line, 1, **LONG)
    book = digest(line)
    report(line, 2, sender="kjj-chifeng@example.cn", unit=CHIFENG, **LONG)
    other = filled(book, {"GX2027-0001": ("受理", "")})
    workbook = load_workbook(io.BytesIO(other))
    sheet = workbook[HELD]
    values = ["GX2027-0002" if c.value == "GX2027-0001" else c.value for c in sheet[2]]
    sheet.append(["GX2027-0002/1" if v == "GX2027-0001/1" else v for v in values])
    buffer = io.BytesIO()
    workbook.save(buffer)
    answer(line, buffer.getvalue())
    assert states(line) == {"GX2027-0001": "accepted", "GX2027-0002": "held"}
    assert "不是该日报列出的事项" in last_to(line, OFFICER)
