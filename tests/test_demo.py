"""The sample workspace: its mails are what a first look should show, and no other folder is ever touched."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from intake.model import Limits
from intake.reader import read_submission
from replies.compose import LetterFacts, compose_answer
from rules.check import Context, check
from rules.judging.judge import judge
from rules.model import Received, UnitState
from rules.packs.pack import load_pack
from store.sample.demo import DEMO_CALL, write_demo
from store.sample.mails import DEMO_ADDRESS, UNITS, DemoMail, demo_mails
from store.setup.workspace import WorkspaceError, load_workspace

PACK = load_pack(DEMO_CALL)
FACTS = LetterFacts(PACK, DEMO_ADDRESS, own_addresses=frozenset({DEMO_ADDRESS}))
SHOWN = {
    "三项需求和汇总表，全部合格": ("accepted", "受理通知"),
    "两项需求，其中一项背景超字数、所属领域未填": ("correction", "补正通知"),
    "只报改正后的一项": ("accepted", "受理通知"),
    "压缩包（GBK文件名），一项申请金额低于500万元": ("correction", "补正通知"),
    "实施周期4年，没有汇总表": ("held", "待复核"),
    "企业直接来信，邮箱未登记": ("held", "待复核"),
    "自动回复": ("ignored", ""),
    "说有附件，忘了附": ("correction", "补正通知"),
    "稀土领域，不在征集范围": ("refused", "不予受理"),
    "冒用包头市科技局的名义": ("held", ""),
    "文件带有密级标志": ("held", "待复核"),
    "一项合格，另一个文件损坏": ("correction", "补正通知"),
    "查询": ("request", "查询结果"),
    "撤回第三项": ("request", "撤回确认"),
    "截止时间之后才到": ("refused", "不予受理"),
}


@pytest.fixture(scope="module")
def mails() -> tuple[DemoMail, ...]:
    return demo_mails(PACK)


def test_each_mail_shows_what_it_is_about(mails: tuple[DemoMail, ...]) -> None:
    states: dict[str, UnitState] = {}
    number, shown = 1, {}
    for n, mail in enumerate(mails, 1):
        context = Context(units=UNITS, received=Received(mail.received), own_addresses=frozenset({DEMO_ADDRESS}))
        checked = check(read_submission(mail.raw, (PACK.layout,), Limits()), (PACK,), context)
        unit = checked.unit.name if checked.unit else ""
        before = states.get(unit, UnitState(checked.unit))
        verdict = judge(checked, UnitState(**{**_fields(before), "next_number": number}), PACK)
        states[unit], number = verdict.state, max(number, verdict.state.next_number)
        letter = compose_answer(verdict, f"{PACK.prefix}-R{n:04d}", FACTS)
        shown[mail.about] = (verdict.decision.value, letter.subject.partition("】")[0].strip("【") if letter else "")
    assert shown == SHOWN


def _fields(state: UnitState) -> dict[str, object]:
    return {name: getattr(state, name) for name in UnitState.__dataclass_fields__}


def test_the_workspace_is_written_and_made_anew(tmp_path: Path, mails: tuple[DemoMail, ...]) -> None:
    config = write_demo(tmp_path / "demo")
    (tmp_path / "demo" / "zhengji.db").write_bytes(b"old")
    assert write_demo(tmp_path / "demo") == config
    assert not (tmp_path / "demo" / "zhengji.db").exists()
    assert load_workspace(config).settings.officers.addresses
    inbox = mailbox.Maildir(str(tmp_path / "demo" / "inbox"))
    assert len(inbox) == len(SHOWN)
    times = {int(p.stat().st_mtime) for p in (tmp_path / "demo" / "inbox" / "new").iterdir()}
    assert times == {int(m.received.timestamp()) for m in mails}


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "报告.docx").write_bytes(b"mine")
    with pytest.raises(WorkspaceError, match="不是演示工作区"):
        write_demo(tmp_path)
    assert (tmp_path / "报告.docx").read_bytes() == b"mine"
