"""The command line as a person types it: what it says, where, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from builders import NAME, form_docx, row, summary_xlsx, zipped
from desks import CALL, OFFICER, UNITS, drop, letters_in, words, write_desk
from mails import SENDER, UNIT, attached, mail
from openpyxl import load_workbook
from servers import Account, free_port

from cli import COMMANDS, main
from replies.forms import filled_form
from rules.packs.pack import load_pack
from store.registers.register_file import write_register
from store.sample.texts import demo_demands
from store.setup.doctor import examine
from store.setup.lock import only_worker

GOOD, WORDY = form_docx(), form_docx(sections={"背景及需求": "字" * 301})
STRANGER = "zhang@example.com"

Run = Callable[..., "Said"]


class Said(str):
    """What a command wrote to standard output, with its exit code and what it wrote to standard error."""

    code: int
    errors: str

    @property
    def json(self) -> dict[str, list[dict[str, object]]]:
        found: dict[str, list[dict[str, object]]] = json.loads(self)
        assert found["version"] == 1
        return found


@pytest.fixture
def zhengji(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """The program, in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code: object = 0
        try:
            main(arguments)
        except SystemExit as ended:
            code = ended.code
        written = capsys.readouterr()
        said = Said(written.out)
        said.code, said.errors = int(str(code or 0)), written.err
        assert "Traceback" not in written.out + written.err
        return said

    yield run
    structlog.reset_defaults()  # the log of a command goes to what was standard error in its test


def refused(said: Said, *parts: str) -> None:
    """Wrong usage: one line on standard error that names everything in ``parts``, and nothing else."""
    assert (said.code, said) == (2, "")
    assert said.errors.count("\n") == 1
    assert [part for part in parts if part not in said.errors] == [], said.errors


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A workspace in the current folder: one accepted demand, one to be mended, one of a stranger; one pass to come."""
    write_desk(tmp_path)
    table = summary_xlsx([row(1), row(2, "露天矿无人运输系统研究")])
    second = form_docx({"创新需求名称": "露天矿无人运输系统研究"}, {"背景及需求": "字" * 301})
    files = [attached("氢能.docx", GOOD), attached("矿山.docx", second), attached("汇总表.xlsx", table)]
    drop(tmp_path, mail(attachments=files, message_id="<1@example.cn>"), "1")
    pack, feed = load_pack(CALL), demo_demands()["feed"]  # not alike to the default demand, which would be P002
    theirs = filled_form(pack, feed.fields("赤峰市科学技术局"), feed.sections())
    drop(tmp_path, mail(sender=STRANGER, attachments=[attached("饲料.docx", theirs)], message_id="<2@example.cn>"), "2")
    return tmp_path


# --------------------------------------------------------------------------- help and wrong usage


def test_help_lists_every_command_in_chinese(zhengji: Run) -> None:
    said = zhengji("--help")
    assert said.code == 0
    assert "用法：zhengji [选项] 命令" in said
    assert [name for name in COMMANDS if f"  {name} " not in said] == []
    for name in COMMANDS:
        assert "显示本说明" in zhengji(name, "--help"), name
    assert zhengji().startswith("用法")
    assert zhengji("registry").startswith("用法")
    assert zhengji("--version").startswith("zhengji ")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["status", "--jsn"], ["没有选项 --jsn", "--json"]),
        (["sttaus"], ["没有命令 sttaus"]),
        (["show"], ["缺少参数"]),
        (["show", "GX2027-0001", "GX2027-0002"], ["多余的参数"]),
        (["check", "nowhere.docx"], ["nowhere.docx", "没有这个文件"]),
        (["export", "-o", "."], [".：是一个目录"]),
        (["browse", "--port", "x"], ["--port", "整数"]),
        (["decide", "GX2027-0001", "approve", "--reason", "x"], ["accept、return、refuse、hold"]),
        (["decide", "GX2027-0001", "accept"], ["缺少参数 --reason"]),
        (["decide", "GX2027-0001", "accept", "--reason"], ["--reason", "值"]),
        (["decide", "GX2027-0001", "accept", "--reason", " "], ["--reason", "理由"]),
        (["registry", "paper", UNIT, "6月1日"], ["应为日期，例如 2026-06-30"]),
        (["check", "--call", "nm-gxjs-2072", "a.docx"], ["nm-gxjs-2072"]),
        (["check", "a.docx", "--received", "昨天"], ["--received", "2026-06-30T"]),
        (["calls", "show", "none"], ["none"]),
        (["export", "--format", "pdf"], ["xlsx、docx、csv、json"]),
    ],
)
def test_wrong_usage_is_told_in_one_chinese_line(
    zhengji: Run, tmp_path: Path, arguments: list[str], parts: list[str]
) -> None:
    (tmp_path / "a.docx").write_bytes(GOOD)
    refused(zhengji(*arguments), *parts)


# --------------------------------------------------------------------------- a workspace that cannot be used


def test_a_wrong_key_is_named_with_its_place(zhengji: Run, tmp_path: Path) -> None:
    config = write_desk(tmp_path).config
    config.write_text(config.read_text(encoding="utf-8") + "[schedule]\npol_seconds = 30\n", encoding="utf-8")
    for command in ("once", "status", "doctor", "items"):
        refused(zhengji(command), "zhengji.toml", "[schedule].pol_seconds", "poll_seconds")


def test_no_workspace_at_all(zhengji: Run) -> None:
    refused(zhengji("once"), "zhengji.toml", "zhengji init")


def test_a_missing_secret_is_named(zhengji: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHENGJI_MAIL_PASSWORD", raising=False)
    write_desk(tmp_path, "imap://desk%40example.cn@127.0.0.1/INBOX", mailbox={"password_file": '""'})
    refused(zhengji("once"), "zhengji.toml", "[mailbox].password_env", "ZHENGJI_MAIL_PASSWORD")


@pytest.mark.parametrize("command", ["once", "run"])
def test_what_a_pass_needs_is_asked_for_before_it_begins(zhengji: Run, tmp_path: Path, command: str) -> None:
    write_desk(tmp_path, "imap://desk@127.0.0.1/INBOX", mailbox={"password_file": '""'})
    refused(zhengji(command), "zhengji.toml", "[mailbox].password_env", "ZHENGJI_MAIL_PASSWORD")
    write_desk(tmp_path, registry={"file": '"none.xlsx"'})
    refused(zhengji(command), "none.xlsx", "没有这个文件")
    config = write_desk(tmp_path).config
    config.write_text(config.read_text("utf-8").replace(CALL, "nm-gxjs-2072"), "utf-8")
    refused(zhengji(command), "zhengji.toml：calls：", "nm-gxjs-2072", CALL)


def test_a_folder_stands_for_its_configuration_and_a_day_needs_no_quotes(zhengji: Run, tmp_path: Path) -> None:
    config = write_desk(tmp_path / "desk").config
    config.write_text(config.read_text("utf-8") + '[call."nm-gxjs-2027"]\ndeadline = 2026-07-31\n', "utf-8")
    said = zhengji("calls", "show", "nm-gxjs-2027", "-c", "desk")
    assert said.code == 0
    assert "2026年7月31日 24:00" in said
    assert zhengji("backup", "b.zip", "-c", "desk").code == 0
    assert zhengji("restore", "b.zip", "-c", "anew").code == 0
    assert (tmp_path / "anew" / "zhengji.toml").is_file()
    assert not (tmp_path / "zhengji.toml").exists()


def test_an_error_in_the_register_is_told_with_row_and_column(zhengji: Run, tmp_path: Path) -> None:
    write_desk(tmp_path)
    (tmp_path / "new.csv").write_text(
        "归口管理部门,类别,邮箱,限额\n包头市科学技术局,呼包鄂,kjj@example.cn,三十\n", encoding="gb18030"
    )
    refused(zhengji("registry", "import", "new.csv"), "new.csv", "第 2 行", "限额")
    (tmp_path / "new.csv").write_text("归口管理部门,类别,邮箱\n包头市科学技术局,盟市,@163.com\n", encoding="utf-8")
    refused(zhengji("registry", "import", "new.csv"), "new.csv", "第 2 行", "163.com")


def test_a_refused_login_says_what_to_do(zhengji: Run, tmp_path: Path, dovecot: Account) -> None:
    write_desk(tmp_path, dovecot.url)
    (tmp_path / "secret").write_text("wrong")
    said = zhengji("once")
    assert said.code == 1
    assert "授权码" in said.errors
    assert "wrong" not in said.errors
    shown = zhengji("status")
    assert shown.code == 0
    assert "授权码" in shown
    found = zhengji("doctor")
    assert found.code == 1
    assert "有问题　收件邮箱" in found
    assert "正常　信件模板" in found


def test_an_unreachable_mailbox_is_an_error_of_the_pass(zhengji: Run, tmp_path: Path) -> None:
    port = free_port()
    write_desk(tmp_path, f"imap://127.0.0.1:{port}/INBOX")
    said = zhengji("once")
    assert said.code == 1
    assert f"127.0.0.1:{port}" in said.errors


def test_two_passes_never_share_a_workspace(zhengji: Run, tmp_path: Path) -> None:
    write_desk(tmp_path)
    with only_worker(tmp_path):
        refused(zhengji("once"), "另一个 zhengji")
        assert zhengji("status").code == 0


def test_a_fault_of_our_own_is_one_line_and_a_log(zhengji: Run, tmp_path: Path) -> None:
    write_desk(tmp_path)
    zhengji("status")
    (tmp_path / "zhengji.db").write_bytes(b"no database, but long enough to be taken for one" * 100)
    refused(zhengji("status"), "zhengji.db")
    (tmp_path / "taken").write_bytes(b"")
    (tmp_path / "zhengji.db").unlink()
    refused(zhengji("digest", "-o", "taken/digest.xlsx"), "taken")


# --------------------------------------------------------------------------- init, calls, doctor


def test_init_writes_a_workspace_that_only_wants_its_secrets(zhengji: Run, tmp_path: Path) -> None:
    said = zhengji("init", "desk", "--call", CALL)
    assert said.code == 0
    assert sorted(path.name for path in (tmp_path / "desk").iterdir()) == [
        "registry.xlsx", "zhengji.toml", "汇总表（空白）.docx", "需求表（空白）.docx",
    ]  # fmt: skip
    assert zhengji("registry", "list", "-c", "desk/zhengji.toml").count("呼包鄂") == 3
    refused(zhengji("init", "desk"), "已经存在")
    blank = zhengji("check", "desk/需求表（空白）.docx")
    assert blank.code == 1
    assert "F010" in blank


def test_calls_are_listed_shown_and_validated(zhengji: Run) -> None:
    assert CALL in zhengji("calls", "list")
    shown = zhengji("calls", "show", CALL)
    assert "300" in shown
    assert shown.code == 0
    assert "拟定" in zhengji("calls", "validate", "nm-jbgs-2021") + zhengji("calls", "validate", "ordos-tuwei-2025")


def test_doctor_tries_everything_and_changes_nothing(zhengji: Run, tmp_path: Path) -> None:
    write_desk(tmp_path)
    said = zhengji("doctor")
    assert said.code == 0, said
    for name in ("配置文件", "登记册", "信件模板", "收件", "发件", "转换程序", "时钟与日历", "磁盘", "数据库"):
        assert name in said
    assert not (tmp_path / "zhengji.db").exists()


def test_doctor_names_what_would_be_refused_or_read_by_nobody(tmp_path: Path) -> None:
    from_another = {"url": '"smtps://desk%40163.com@smtp.163.com"', "from": '"征集受理 <other@163.com>"'}
    found = {p.name: p for p in examine(write_desk(tmp_path, outgoing=from_another, officers={"addresses": "[]"}))}
    assert not found["发信地址"].good
    assert "desk@163.com" in found["发信地址"].detail
    assert "没有人会收到" in found["处室邮箱"].detail


# --------------------------------------------------------------------------- check


def test_check_tells_what_must_be_mended_and_where(zhengji: Run, tmp_path: Path) -> None:
    (tmp_path / "good.docx").write_bytes(GOOD)
    (tmp_path / "wordy.docx").write_bytes(WORDY)
    assert zhengji("check", "good.docx").code == 0
    said = zhengji("check", "wordy.docx")
    assert said.code == 1
    assert "F022" in said
    assert "301" in said


def test_check_takes_no_form_for_a_call_that_cannot_run_yet(zhengji: Run, tmp_path: Path) -> None:
    (tmp_path / "h.docx").write_bytes(form_docx({"所属领域": "氢能"}))  # Ordos prints the same form, with this field
    [found] = zhengji("check", "h.docx", "--json").json["inputs"]
    assert [f["code"] for f in found["items"][0]["findings"]] == ["T002"]  # type: ignore[index]


def test_check_reads_folders_archives_and_mails(zhengji: Run, tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "氢能.docx").write_bytes(GOOD)
    (folder / "~$氢能.docx").write_bytes(b"lock")
    (tmp_path / "材料.zip").write_bytes(zipped({"矿山.docx": WORDY, "说明.txt": b"x"}, windows=True))
    (tmp_path / "来信.eml").write_bytes(mail(attachments=[attached("氢能.docx", GOOD)]))
    found = zhengji("check", "材料", "--json").json
    assert [(i["path"], i["kind"], i["decision"]) for i in found["inputs"]] == [("材料/氢能.docx", "file", "accepted")]
    [archive] = zhengji("check", "材料.zip", "--json").json["inputs"]
    assert (archive["kind"], archive["decision"]) == ("file", "correction")
    assert [d["kind"] for d in archive["documents"]] == ["form", "other"]
    [letter] = zhengji("check", "来信.eml", "--json").json["inputs"]
    assert (letter["kind"], letter["sender"], letter["unit"]) == ("mail", SENDER, None)
    assert letter["received"] == "2026-06-01T09:30:12+08:00"
    for name in ("cur", "tmp"):
        (tmp_path / "收件" / name).mkdir(parents=True)
    (tmp_path / "来信.eml").rename(tmp_path / "收件" / "cur" / "1781051467.M1.desk:2,S")
    [letter] = zhengji("check", "收件", "--json").json["inputs"]
    assert (letter["kind"], letter["sender"]) == ("mail", SENDER)
    refused(zhengji("check", str(tmp_path / "材料.zip"), "-c", "none.toml"), "none.toml")
    (tmp_path / "空").mkdir()
    refused(zhengji("check", "空"), "没有可检查的文件")


def test_check_json_is_as_the_contract_has_it(zhengji: Run, desk: Path) -> None:
    (desk / "来信.eml").write_bytes((desk / "inbox" / "new" / "1").read_bytes())
    said = zhengji("check", "来信.eml", "-c", "zhengji.toml", "--json")
    assert said.code == 1
    assert said.json["call"] == CALL
    [found] = said.json["inputs"]
    assert list(found) == [
        "path", "kind", "decision", "sender", "unit", "received", "findings", "documents", "items",
    ]  # fmt: skip
    assert (found["unit"], found["decision"]) == (UNIT, "correction")
    good, wordy = found["items"]  # type: ignore[misc]
    assert list(good) == [
        "name", "document", "decision", "fields", "sections", "amount_wan", "matching_wan", "months", "findings",
    ]  # fmt: skip
    assert (good["name"], good["decision"], good["amount_wan"], good["matching_wan"], good["months"]) == (
        NAME, "accepted", 800.0, 1600.0, 36,
    )  # fmt: skip
    assert wordy["sections"]["背景及需求"] == {"count": 301}
    [finding] = [f for f in wordy["findings"] if f["severity"] == "error"]
    assert {**finding, "message": ""} == {
        "code": "F022", "severity": "error", "where": "背景及需求", "message": "", "measured": 301, "limit": 300,
    }  # fmt: skip
    assert not (desk / "zhengji.db").exists()


def test_check_under_the_deadline_that_is_named(zhengji: Run, desk: Path) -> None:
    (desk / "来信.eml").write_bytes((desk / "inbox" / "new" / "1").read_bytes())
    late = zhengji("check", "来信.eml", "-c", "zhengji.toml", "--received", "2026-07-01T00:00:00+08:00", "--json").json
    assert late["inputs"][0]["decision"] == "refused"


def test_check_writes_annotated_files_of_one_name_apart(zhengji: Run, tmp_path: Path) -> None:
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        name = {"创新需求名称": f"{folder}露天矿无人运输系统研究"}
        (tmp_path / folder / "需求.docx").write_bytes(form_docx(name, {"背景及需求": "字" * 301}))
    said = zhengji("check", "甲", "乙", "--annotate", "out")
    assert said.code == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["需求（批注）.docx", "需求（批注）（2）.docx"]


# --------------------------------------------------------------------------- a pass, and what is seen of it


@pytest.fixture
def done(desk: Path, zhengji: Run) -> Path:
    """The workspace after its first pass."""
    said = zhengji("once")
    assert said.code == 0, said.errors
    assert "新收 2 封，审毕 2 封，发出通知 2 封" in said
    return desk


def test_status_items_and_show(zhengji: Run, done: Path) -> None:
    found = zhengji("status", "--json").json
    assert found["mails"] == {"handled": 2, "ignored": 0, "duplicates": 0, "failed": 0}
    assert found["items"] == {"accepted": 1, "correction": 1, "held": 1, "refused": 0, "withdrawn": 0}
    assert found["outbox"] == {"pending": 0, "sent": 2, "uncertain": 0, "failed": 0}
    assert found["quota"] == [{"unit": UNIT, "used": 2, "waiting": 0, "limit": 30}]
    assert found["errors"] == []
    assert "需补正 1" in zhengji("status")
    listed = zhengji("items", "--json").json["items"]
    assert [(i["item"], i["unit"], i["decision"], i["current"]) for i in listed] == [
        ("GX2027-0001", UNIT, "accepted", True),
        ("GX2027-0002", UNIT, "correction", True),
        ("GX2027-0003", None, "held", True),
    ]
    assert list(listed[0]) == [
        "item", "receipt", "unit", "name", "version", "decision", "findings", "fields", "sections", "amount_wan",
        "received", "current", "withdrawn",
    ]  # fmt: skip
    chosen = zhengji("items", "--unit", "包头市科技局", "--decision", "correction", "--json").json["items"]
    assert [i["item"] for i in chosen] == ["GX2027-0002"]
    refused(zhengji("items", "--unit", "包头科级局"), UNIT)
    assert NAME in zhengji("show", "gx2027-0001")
    story = zhengji("show", "GX2027-R0001", "--json").json
    assert [i["item"] for i in story["items"]] == ["GX2027-0001", "GX2027-0002"]
    assert [letter["state"] for letter in story["letters"]] == ["sent"]
    refused(zhengji("show", "GX2027-0009"), "GX2027-0009")


def test_an_officers_decision_is_carried_out_and_told(zhengji: Run, done: Path) -> None:
    said = zhengji("decide", "gx2027-0002", "accept", "--reason", "字数超出不多", "--officer", "李艳丽")
    assert "GX2027-0002 露天矿无人运输系统研究：需补正 → 受理" in said
    assert zhengji("once").code == 0
    [notice] = [letter for letter in letters_in(done) if letter["Auto-Submitted"] == "auto-generated"]
    assert notice["To"] == SENDER
    assert "字数超出不多" in words(notice)
    assert "李艳丽" in zhengji("show", "GX2027-0002")
    assert load_workbook(done / "out" / "汇总表.xlsx")["汇总表"].max_row == 6
    refused(zhengji("decide", "GX2027-0009", "accept", "--reason", "x"), "GX2027-0009")


def test_there_is_nothing_to_decide_on_what_was_withdrawn(zhengji: Run, done: Path) -> None:
    drop(done, mail(subject="撤回 GX2027-0001 GX2027-0002", message_id="<3@example.cn>"), "3")
    assert zhengji("once").code == 0
    refused(zhengji("decide", "GX2027-0001", "accept", "--reason", "x"), "GX2027-0001", "撤回")
    for receipt in ("GX2027-R0001", "GX2027-R0003"):  # all of its demands withdrawn; it brought none
        refused(zhengji("decide", receipt, "accept", "--reason", "x"), receipt, "没有可以决定的")


def test_approving_an_address_judges_what_waited_though_a_worker_runs(zhengji: Run, done: Path) -> None:
    with only_worker(done):
        said = zhengji("registry", "approve", STRANGER, "--unit", "赤峰市科技局", "--officer", "李艳丽")
    assert said.code == 0
    assert said.strip() == f"已将 {STRANGER} 登记到赤峰市科学技术局；重新审查 1 封来信，通知下一轮发出。"
    assert zhengji("once").code == 0
    [item] = zhengji("items", "--unit", "赤峰市科学技术局", "--json").json["items"]
    assert (item["name"], item["decision"]) == (demo_demands()["feed"].name, "accepted")
    told = [str(letter["Subject"]) for letter in letters_in(done) if letter["To"] == STRANGER]
    assert any("受理通知" in subject for subject in told)
    refused(zhengji("registry", "approve", "not-an-address", "--unit", UNIT), "邮箱")
    refused(zhengji("registry", "approve", STRANGER, "--unit", "火星科技局"), "火星科技局")


def test_versions_of_one_demand_that_waited_come_in_as_versions_and_stay_so(zhengji: Run, done: Path) -> None:
    pack, feed = load_pack(CALL), demo_demands()["feed"]
    theirs = attached("饲料（修订）.docx", filled_form(pack, feed.fields("赤峰市科学技术局"), feed.sections()))
    drop(done, mail(sender=STRANGER, attachments=[theirs], message_id="<3@example.cn>"), "3")
    ours = attached("饲料.docx", filled_form(pack, feed.fields(UNIT), feed.sections()))
    drop(done, mail(attachments=[ours], message_id="<4@example.cn>"), "4")
    assert zhengji("once").code == 0
    assert zhengji("registry", "approve", STRANGER, "--unit", "赤峰市科技局").code == 0
    items = zhengji("items", "--all", "--unit", "赤峰市科学技术局", "--json").json["items"]
    assert [(i["version"], i["current"], i["decision"]) for i in items] == [(1, False, "held"), (2, True, "held")]
    assert len({i["item"] for i in items}) == 1
    assert "没有变化" in zhengji("rejudge", "--dry-run")


def test_the_register_is_imported_listed_and_notes_papers(zhengji: Run, done: Path) -> None:
    write_register(done / "new.xlsx", UNITS[:1])
    assert "已导入 1 个单位" in zhengji("registry", "import", "new.xlsx")
    assert (done / "registry.xlsx.bak").exists()
    assert UNIT in zhengji("registry", "list")
    assert "2026-06-20" in zhengji("registry", "paper", UNIT, "2026-06-20")


def test_reference_lists_are_imported(zhengji: Run, done: Path) -> None:
    (done / "已立项.csv").write_text("名称,年度,承担单位,内容\n某项目,2024,某公司,内容\n", encoding="utf-8")
    assert "已导入 1 条" in zhengji("reference", "import", "已立项.csv", "--kind", "funded")
    (done / "坏.csv").write_text("年度\n2024\n", encoding="utf-8")
    refused(zhengji("reference", "import", "坏.csv", "--kind", "funded"), "坏.csv", "名称")


@pytest.mark.parametrize("suffix", ["xlsx", "docx", "csv", "json"])
def test_the_table_is_exported_in_every_format(zhengji: Run, done: Path, suffix: str) -> None:
    said = zhengji("export", "--unit", "包头市科技局", "-o", f"表/汇总.{suffix}")
    assert said.strip() == f"已导出 1 条：表/汇总.{suffix}"
    content = (done / "表" / f"汇总.{suffix}").read_bytes()
    if suffix in ("csv", "json"):
        assert NAME in content.decode("utf-8-sig")
    else:
        assert content.startswith(b"PK")


def test_all_demands_are_exported(zhengji: Run, done: Path) -> None:
    assert "已导出 3 条" in zhengji("export", "--what", "all", "--format", "json", "-o", "all.json")
    exported = json.loads((done / "all.json").read_text(encoding="utf-8"))
    assert len(exported["items"]) == 3
    assert "已导出 3 条" in zhengji("export", "--what", "all", "--format", "csv")
    refused(zhengji("export", "--what", "all", "--format", "docx"), "docx")
    refused(zhengji("export", "-o", "表.pdf"), "表.pdf", "xlsx")


def test_the_digest_is_written_and_sent_on_demand(zhengji: Run, done: Path) -> None:
    assert zhengji("digest", "-o", "今天.xlsx").strip() == "日报：今天.xlsx"
    assert "汇总表" in load_workbook(done / "今天.xlsx").sheetnames
    assert zhengji("digest", "--send").code == 0
    [sent] = [letter for letter in letters_in(done) if letter["To"] == OFFICER]
    [workbook] = sent.iter_attachments()
    assert str(workbook.get_filename()).endswith("日报.xlsx")


def test_a_digest_for_nobody_is_not_sent(zhengji: Run, tmp_path: Path) -> None:
    write_desk(tmp_path, officers={"addresses": "[]"})
    refused(zhengji("digest", "--send"), "[officers].addresses")


# --------------------------------------------------------------------------- the program itself


def test_the_demo_shows_the_whole_job(zhengji: Run, tmp_path: Path) -> None:
    said = zhengji("demo", "here")
    assert said.code == 0
    assert "受理" in said
    assert "需补正" in said
    assert (tmp_path / "here" / "out" / "汇总表.xlsx").exists()
    assert len(list((tmp_path / "here" / "out" / "digest").iterdir())) == 1
    assert len(letters_in(tmp_path / "here")) > 10
