"""The configuration: every slip of the pen is one line that names the file, the place and the cure."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest

from rules.packs.pack import PackError
from store.database import StoreError
from store.setup.lock import only_worker
from store.setup.starter import write_workspace
from store.setup.workspace import Workspace, WorkspaceError, load_workspace

LEAST = """
calls = ["nm-gxjs-2027"]
[mailbox]
url = "{url}"
{mailbox}
[outgoing]
url = "{out}"
{outgoing}
{rest}
"""


def load(folder: Path, rest: str = "", **parts: str) -> Workspace:
    usual = {"url": "maildir:inbox", "out": "maildir:outbox", "mailbox": "", "outgoing": ""}
    (folder / "zhengji.toml").write_text(LEAST.format(rest=rest, **{**usual, **parts}), encoding="utf-8")
    return load_workspace(folder / "zhengji.toml")


def complaint(folder: Path, rest: str = "", **parts: str) -> str:
    with pytest.raises(WorkspaceError) as caught:
        load(folder, rest, **parts).packs  # noqa: B018 - reading them is the point
    line = str(caught.value)
    assert "\n" not in line
    assert "zhengji.toml" in line
    return line


def test_three_keys_are_enough_and_the_rest_is_as_documented(tmp_path: Path) -> None:
    desk = load(tmp_path)
    assert (desk.mailbox.after, desk.mailbox.authentication) == ("flag", "when_present")
    assert desk.mailbox.also == ("垃圾邮件", "广告邮件", "订阅邮件")
    assert (desk.outgoing.per_minute, desk.outgoing.per_day, desk.outgoing.per_sender_day) == (10, 200, 20)
    assert (desk.officers.digest_at, desk.officers.empty_digest, desk.officers.reminders) == (time(8, 30), True, ())
    assert (desk.schedule.poll_seconds, desk.engine.kind, desk.engine.workers) == (120, "processes", 0)
    assert (desk.limits.attachment_bytes, desk.limits.unpacked_bytes) == (30 * 2**20, 300 * 2**20)
    assert (desk.limits.archive_depth, desk.limits.archive_files, desk.reply_bytes) == (3, 500, 15 * 2**20)
    assert desk.register_file == tmp_path / "registry.xlsx"
    assert (desk.db, desk.files, desk.out) == (tmp_path / "zhengji.db", tmp_path / "files", tmp_path / "out")


def test_every_key_of_the_documented_file_is_known(tmp_path: Path) -> None:
    desk = load(
        tmp_path,
        '[registry]\nfile = "r.csv"\n[officers]\naddresses = ["Gaoxinchu@Example.gov.cn"]\ndigest_at = "09:00"\n'
        'empty_digest = false\nreminders = [7, 3, 1]\nextra_holidays = [2027-10-01]\nextra_workdays = ["2027-10-09"]\n'
        'contact = "刘百里"\n[call."nm-gxjs-2027"]\ndeadline = "2026-07-05T24:00:00+08:00"\ngrace_hours = 2\n'
        "[schedule]\npoll_seconds = 30\n[limits]\nattachment_mb = 0.5\narchive_depth = 1\narchive_files = 9\n"
        'unpacked_mb = 3\nreply_mb = 1\n[engine]\nkind = "dask"\nworkers = 2\naddress = "tcp://10.0.0.5:8786"\n',
        mailbox='password_file = "p"\nafter = "move"\nalso = []\nauthserv = ["mx"]\nauthentication = "required"\n',
        outgoing='password_env = "X"\nfrom = "处 <a@b.cn>"\nper_minute = 1\nper_day = 2\nper_sender_day = 0\n',
    )
    assert desk.officers.extra_holidays == (date(2027, 10, 1),)
    assert desk.officers.extra_workdays == (date(2027, 10, 9),)
    assert desk.officers.addresses == ("gaoxinchu@example.gov.cn",)
    assert desk.packs[0].deadline is not None
    assert desk.packs[0].deadline.isoformat() == "2026-07-06T00:00:00+08:00"
    assert desk.limits.attachment_bytes == 2**19
    assert (desk.sender, desk.contact) == ("处 <a@b.cn>", "刘百里")


@pytest.mark.parametrize(
    ("rest", "parts", "told"),
    [
        ("", {"mailbox": 'urll = "x"'}, ("[mailbox].urll", "是否应为 url")),
        ("[shedule]\npoll_seconds = 3", {}, ("[shedule]", "是否应为 schedule")),
        ("[officers]\naddress = []", {}, ("[officers].address", "是否应为 addresses")),
        ("[engine]\nxyzzy = 1", {}, ("[engine].xyzzy", "可用的有：kind、workers、address")),
        ("", {"mailbox": 'after = "flg"'}, ("[mailbox].after", "flag、move 或 leave")),
        ("", {"mailbox": 'also = "垃圾邮件"'}, ("[mailbox].also", "列表")),
        ("", {"outgoing": 'per_minute = "10"'}, ("[outgoing].per_minute", "整数")),
        ("", {"outgoing": "per_day = -1"}, ("[outgoing].per_day", "不能小于 0")),
        ("", {"outgoing": 'from = "高新处"'}, ("[outgoing].from", "名称 <地址>")),
        ("[schedule]\npoll_seconds = 0", {}, ("[schedule].poll_seconds", "不能小于 1")),
        ("[officers]\ndigest_at = '25:00'", {}, ("[officers].digest_at", "25:00")),
        ("[officers]\nreminders = [7, 'x']", {}, ("[officers].reminders 第 2 项", "整数")),
        ("[officers]\nextra_holidays = ['十一']", {}, ("[officers].extra_holidays 第 1 项", "2027-01-01")),
        ("[officers]\naddresses = ['高新处']", {}, ("[officers].addresses", "不是邮箱地址")),
        ("[limits]\nattachment_mb = 0", {}, ("[limits].attachment_mb", "应大于 0")),
        ("[call.nm-gxjs-2026]\ngrace_hours = 1", {}, ('[call."nm-gxjs-2026"]', "是否应为 nm-gxjs-2027")),
        ("", {"url": "ftp://x"}, ("[mailbox].url", "imap://")),
        ("", {"url": "imaps://a:secret@host"}, ("[mailbox].url", "password_env")),
        ("", {"url": "imaps:///INBOX"}, ("[mailbox].url", "服务器名")),
        ("", {"out": "imap://host"}, ("[outgoing].url", "smtps://")),
        ("calls = 3", {}, ("[outgoing].calls", "文件开头")),
        ("[schedule]\nper_day = 3", {}, ("[schedule].per_day", "[outgoing]")),
        ("x = [", {}, ("不符合 TOML 格式",)),
    ],
)
def test_a_slip_is_named_with_its_place_and_cure(
    tmp_path: Path, rest: str, parts: dict[str, str], told: tuple[str, ...]
) -> None:
    line = complaint(tmp_path, rest, **parts)
    assert all(words in line for words in told), line
    assert "secret" not in line


def test_missing_tables_and_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "zhengji.toml"
    for text, words in (('calls = ["nm-gxjs-2027"]', "[mailbox]"), ('[mailbox]\nurl = "maildir:x"', "calls")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(WorkspaceError, match=words.replace("[", r"\[")):
            load_workspace(path)
    with pytest.raises(WorkspaceError, match="zhengji init"):
        load_workspace(tmp_path / "none.toml")
    path.write_bytes("calls = ['征集']".encode("gb18030"))
    with pytest.raises(WorkspaceError, match="UTF-8"):
        load_workspace(path)


def test_an_unknown_setting_of_a_call_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="grace_hour"):
        load(tmp_path, '[call."nm-gxjs-2027"]\ngrace_hour = 1').packs  # noqa: B018


def test_polling_too_often_is_refused_where_it_locks_accounts(tmp_path: Path) -> None:
    for host in ("imap.163.com", "imap.126.com", "imap.qq.com", "imap.exmail.qq.com"):
        assert "不能小于 60" in complaint(tmp_path, "[schedule]\npoll_seconds = 59", url=f"imaps://a%40b@{host}/INBOX")
    load(tmp_path, "[schedule]\npoll_seconds = 60", url="imaps://a%40b@imap.163.com/INBOX")
    load(tmp_path, "[schedule]\npoll_seconds = 5", url="imaps://a@mail.example.cn/INBOX")


class TestSecrets:
    ACCOUNT = "imaps://desk%40163.com@imap.163.com/INBOX"

    def test_no_user_no_password(self, tmp_path: Path) -> None:
        desk = load(tmp_path, url="imap://127.0.0.1:1143")
        assert (desk.mailbox_password({}), desk.outgoing_password({})) == (None, None)

    def test_the_mailbox_password_serves_both(self, tmp_path: Path) -> None:
        desk = load(tmp_path, url=self.ACCOUNT, out="smtps://desk%40163.com@smtp.163.com")
        environment = {"ZHENGJI_MAIL_PASSWORD": "auth-code"}
        assert desk.mailbox_password(environment) == desk.outgoing_password(environment) == "auth-code"

    def test_a_missing_one_is_named(self, tmp_path: Path) -> None:
        desk = load(tmp_path, url=self.ACCOUNT, outgoing='password_env = "POST"', out="smtps://x@smtp.163.com")
        with pytest.raises(WorkspaceError, match=r"\[mailbox\]\.password_env.*ZHENGJI_MAIL_PASSWORD"):
            desk.mailbox_password({})
        with pytest.raises(WorkspaceError, match=r"\[outgoing\]\.password_env.*POST"):
            desk.outgoing_password({"ZHENGJI_MAIL_PASSWORD": "x"})

    def test_a_file_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "code").write_text("auth-code\n")
        (tmp_path / "code").chmod(0o644)
        desk = load(tmp_path, url=self.ACCOUNT, mailbox='password_file = "code"')
        if os.name == "posix":
            with pytest.raises(WorkspaceError, match=r"\[mailbox\]\.password_file.*chmod 600 code"):
                desk.mailbox_password({})
        (tmp_path / "code").chmod(0o600)
        assert desk.mailbox_password({}) == "auth-code"

    def test_an_empty_or_missing_file_is_named(self, tmp_path: Path) -> None:
        desk = load(tmp_path, url=self.ACCOUNT, mailbox='password_file = "code"')
        with pytest.raises(WorkspaceError, match="读不出来"):
            desk.mailbox_password({})
        (tmp_path / "code").touch(mode=0o600)
        with pytest.raises(WorkspaceError, match="是空的"):
            desk.mailbox_password({})


def test_our_own_addresses_are_known_from_every_account(tmp_path: Path) -> None:
    desk = load(tmp_path, url="imaps://In%40x.cn@h/INBOX", out="smtps://out%40x.cn@h", outgoing='from = "处 <F@x.cn>"')
    assert desk.own_addresses == {"in@x.cn", "out@x.cn", "f@x.cn"}


def test_without_from_the_account_or_the_calls_mailbox_signs(tmp_path: Path) -> None:
    assert load(tmp_path).sender.endswith("<nmgkjtgxjsc@163.com>")
    assert load(tmp_path, out="smtps://out%40x.cn@h").sender.endswith("<out@x.cn>")


def test_a_pack_beside_the_configuration_is_found_by_its_path(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent / "rules" / "calls"
    for name in ("nm-gxjs-2027.toml", "nm-units.csv", "nm-unit-aliases.csv"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    config = tmp_path / "zhengji.toml"
    text = LEAST.format(url="maildir:i", out="maildir:o", mailbox="", outgoing="", rest="")
    config.write_text(text.replace('"nm-gxjs-2027"', '"nm-gxjs-2027.toml"'), encoding="utf-8")
    assert [pack.id for pack in load_workspace(config).packs] == ["nm-gxjs-2027"]


def test_the_same_call_twice_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "zhengji.toml"
    text = LEAST.format(url="maildir:i", out="maildir:o", mailbox="", outgoing="", rest="")
    config.write_text(text.replace('"nm-gxjs-2027"', '"nm-gxjs-2027", "nm-gxjs-2027"'), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="calls"):
        load_workspace(config).packs  # noqa: B018


class TestInit:
    def test_what_it_writes_can_be_read_and_says_what_is_missing(self, tmp_path: Path) -> None:
        write_workspace(tmp_path / "desk", "nm-gxjs-2027")
        desk = load_workspace(tmp_path / "desk" / "zhengji.toml")
        assert desk.packs[0].id == "nm-gxjs-2027"
        assert (desk.mailbox.host, desk.mailbox.user) == ("imap.163.com", "nmgkjtgxjsc@163.com")
        assert desk.register_file.exists()
        with pytest.raises(WorkspaceError, match="ZHENGJI_MAIL_PASSWORD"):
            desk.mailbox_password({})

    def test_it_never_overwrites(self, tmp_path: Path) -> None:
        (tmp_path / "registry.xlsx").write_bytes(b"mine")
        with pytest.raises(WorkspaceError, match="不会覆盖"):
            write_workspace(tmp_path, "nm-gxjs-2027")
        assert (tmp_path / "registry.xlsx").read_bytes() == b"mine"
        assert not (tmp_path / "zhengji.toml").exists()


class TestLock:
    def test_two_workers_never_share_a_workspace(self, tmp_path: Path) -> None:
        with only_worker(tmp_path), pytest.raises(StoreError, match="另一个 zhengji"), only_worker(tmp_path):
            pass
        with only_worker(tmp_path):
            pass

    def test_a_dead_worker_holds_nothing(self, tmp_path: Path) -> None:
        code = (
            "import os, sys; from pathlib import Path; from store.setup.lock import only_worker\n"
            "with only_worker(Path(sys.argv[1])): os._exit(9)"
        )
        root = Path(__file__).parent.parent
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, check=False)
        assert done.returncode == 9
        with only_worker(tmp_path):
            pass
