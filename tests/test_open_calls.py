"""Several calls open at one desk: the form tells which, each call counts its own numbers; none runs half set."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from builders import FIELDS, SECTIONS, form_docx, form_page, page_docx, plain_docx
from desks import Line, drop, letters_in, words, write_desk
from mails import attached, mail
from test_calls import CHINA, ENTERPRISE_FORM, LONG_CELLS, enterprise_form

from cli import main
from intake.model import Letter, Limits, Submission
from intake.pool import Bench
from intake.reader import read_file
from replies.forms import FormPage
from rules.check import Context, check
from rules.claims import call_of
from rules.model import Received
from rules.packs.pack import load_pack
from store import queries
from store.made.publish import ledger_rows
from store.setup.workspace import Workspace, load_workspace

OPEN = ("nm-gxjs-2027", "sjtu-kjxm-2024", "nm-jbgs-2021", "ordos-tuwei-2025")
SET = """
[call."sjtu-kjxm-2024"]
deadline = "2026-06-20"
[call."nm-jbgs-2021"]
mailbox = "desk@example.cn"
deadline = "2026-06-10"
[call."ordos-tuwei-2025"]
mailbox = "desk@example.cn"
deadline = "2026-07-31T18:00:00+08:00"
"""
STRANGER = "li@ordos-storage.example.org"


def four_calls(folder: Path, settings: str = SET) -> Workspace:
    write_desk(folder)
    config = folder / "zhengji.toml"
    calls = ", ".join(f'"{c}"' for c in OPEN)
    text = config.read_text(encoding="utf-8").replace('calls = ["nm-gxjs-2027"]', f"calls = [{calls}]")
    config.write_text(text + settings, encoding="utf-8")
    return load_workspace(config)


def breakthrough(**fields: str) -> bytes:
    """The form of 2027 with the values of 突围."""
    own = {"需求类型": "科技“突围”", "所属领域": "储能与新型电力系统", "归口管理部门": "鄂尔多斯市科学技术局"}
    return form_docx({**own, **fields}, {"资金需求": "申请财政专项资金800万元，自筹配套资金800万元。"})


def test_the_form_decides_and_each_call_counts_its_own(tmp_path: Path, readers: Bench) -> None:
    line = Line(four_calls(tmp_path), readers)
    drop(tmp_path, mail(attachments=[attached("氢能.docx", form_docx())]), "1")
    storage = breakthrough(创新需求名称="跨季节储热")
    drop(tmp_path, mail(sender=STRANGER, attachments=[attached("储能.docx", storage)], message_id="<2@x.cn>"), "2")
    table = enterprise_form(ENTERPRISE_FORM, LONG_CELLS)
    drop(tmp_path, mail(sender=STRANGER, attachments=[attached("制氢.docx", table)], message_id="<3@x.cn>"), "3")
    course = line.run()
    assert (course.judged, course.errors) == (3, [])
    with line.desk() as desk:
        found = {i.demand.number: (i.call, i.demand.decision.value) for i in queries.items(desk.db)}
    assert found == {
        "GX2027-0001": ("nm-gxjs-2027", "accepted"),
        "TW2025-0001": ("ordos-tuwei-2025", "accepted"),
        "JB2021-0001": ("nm-jbgs-2021", "accepted"),
    }
    receipts = {str(letter["X-Zhengji-Receipt"]) for letter in letters_in(tmp_path)}
    assert receipts == {"GX2027-R0001", "TW2025-R0001", "JB2021-R0001"}


def test_a_form_of_none_of_them_names_those_that_are_open(tmp_path: Path, readers: Bench) -> None:
    line = Line(four_calls(tmp_path), readers)
    drop(tmp_path, mail(attachments=[attached("说明.docx", plain_docx("项目进展情况说明", "一切顺利。"))]), "1")
    line.run()
    (letter,) = [x for x in letters_in(tmp_path) if x["X-Zhengji-Decision"] == "correction"]
    for call in OPEN:
        assert f"《{load_pack(call).short}》" in words(letter)


@pytest.mark.parametrize(
    ("fields", "call"),
    [
        ({}, "nm-gxjs-2027"),
        ({"所属领域": "稀土"}, "nm-gxjs-2027"),
        ({"所属领域": "人工智能"}, "nm-gxjs-2027"),
        ({"所属领域": "氢能"}, "ordos-tuwei-2025"),
        ({"需求类型": "科技“突围”", "所属领域": "人工智能"}, "ordos-tuwei-2025"),
        ({"需求类型": "", "所属领域": ""}, "nm-gxjs-2027"),
    ],
)
def test_two_calls_with_one_form(fields: dict[str, str], call: str) -> None:
    packs = tuple(load_pack(name) for name in ("ordos-tuwei-2025", "nm-gxjs-2027"))
    documents = read_file("需求.docx", form_docx(fields), tuple(p.layout for p in packs), Limits())
    (form,) = documents[0].forms
    assert call_of(form, packs) == call


def test_the_title_decides_where_the_values_fit_both() -> None:
    page = form_page({"所属领域": "人工智能"})
    content = page_docx(FormPage("科技“突围”技术需求", page.fields, page.sections, page.notes, page.tabular))
    packs = tuple(load_pack(name) for name in ("nm-gxjs-2027", "ordos-tuwei-2025"))
    documents = read_file("需求.docx", content, tuple(p.layout for p in packs), Limits())
    (form,) = documents[0].forms
    assert call_of(form, packs) == "ordos-tuwei-2025"


def test_a_call_alone_takes_the_form_as_its_own() -> None:
    pack = load_pack("ordos-tuwei-2025")
    documents = read_file("需求.docx", form_docx(FIELDS, SECTIONS), (pack.layout,), Limits())
    at = Received(datetime(2026, 6, 1, tzinfo=CHINA))
    found = check(Submission(Letter(()), documents), (pack,), Context((), at, register_known=False))
    assert found.call == pack.id
    assert ("F011", "所属领域") in [(f.code, f.where) for f in found.items[0].findings]


@pytest.mark.parametrize("command", ["once", "run"])
@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ("", '[call."nm-jbgs-2021"].mailbox'),
        ('[call."nm-jbgs-2021"]\nmailbox = "a@b.cn"\n', '[call."ordos-tuwei-2025"].deadline'),
        (SET.replace('"ordos-tuwei-2025"]\nmailbox = "desk@example.cn"', '"ordos-tuwei-2025"]'),
         '[call."ordos-tuwei-2025"].mailbox'),
    ],
)  # fmt: skip
def test_a_call_without_deadline_or_mailbox_does_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, settings: str, place: str
) -> None:
    four_calls(tmp_path, settings)
    with pytest.raises(SystemExit) as ended:
        main([command, "-c", str(tmp_path / "zhengji.toml")])
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (2, 1)
    assert place in said
    assert not (tmp_path / "zhengji.db").exists()


def test_a_sender_of_no_unit_may_mend_what_it_sent(tmp_path: Path, readers: Bench) -> None:
    line = Line(four_calls(tmp_path), readers)
    for number, postcode in enumerate(("", "014000"), start=1):
        table = enterprise_form(ENTERPRISE_FORM | {"邮编": postcode}, LONG_CELLS)
        letter = mail(sender=STRANGER, attachments=[attached("制氢.docx", table)], message_id=f"<{number}@x.cn>")
        drop(tmp_path, letter, str(number))
        line.run()
    with line.desk() as desk:
        found = [(i.demand.number, i.demand.version, i.demand.decision.value) for i in queries.items(desk.db)]
        pack = desk.pack("nm-jbgs-2021")
        assert [row.name for row in ledger_rows(desk, pack)] == [ENTERPRISE_FORM["项目需求名称"]]
        assert queries.status_json(desk.db, desk.packs)["quota"] == []
    assert found == [("JB2021-0001", 1, "correction"), ("JB2021-0001", 2, "accepted")]


def test_a_stranger_without_a_form_is_told_of_the_calls_where_anybody_may_send(tmp_path: Path, readers: Bench) -> None:
    line = Line(four_calls(tmp_path), readers)
    report = attached("说明.docx", plain_docx("项目进展情况说明", "一切顺利。"))
    drop(tmp_path, mail(sender=STRANGER, attachments=[report]), "1")
    line.run()
    (letter,) = letters_in(tmp_path)
    assert letter["X-Zhengji-Decision"] == "correction"
    assert str(letter["X-Zhengji-Receipt"]) == "SJ2024-R0001"
