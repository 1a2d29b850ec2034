"""A new workspace: a configuration that explains itself, and the register of the call's units."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from urllib.parse import quote

from replies.forms import blank_form, blank_summary
from rules.packs.pack import CallPack, load_pack, shipped_packs
from store.registers.register_file import write_default_register
from store.setup.workspace import WorkspaceError

CONFIG_NAME, REGISTER_NAME = "zhengji.toml", "registry.xlsx"
FORM_NAME, SUMMARY_NAME = "需求表（空白）.docx", "汇总表（空白）.docx"

CONFIG = """\
# 征集受理工作目录的配置。路径都相对于本文件；未列出的项用默认值，写错的项会在启动时指出。

calls = ["{call}"]        # 随程序提供的征集编号，或 .toml 征集文件的路径

[mailbox]
url = "imaps://{account}@{imap}/INBOX"   # 用户名中的 @ 写作 %40；也可用 imap:// 或 maildir:路径
password_env = "ZHENGJI_MAIL_PASSWORD"   # 存放授权码的环境变量；也可改用 password_file = "文件"（权限 600）
after = "flag"                           # 处理后：flag 标为已读（不删除） | move 按结论移入文件夹 | leave 不动
also = ["垃圾邮件", "广告邮件", "订阅邮件"]   # 另外查看的文件夹，只从中收取已登记单位的来件
authserv = []                            # 还信任哪些主机写的 Authentication-Results
authentication = "when_present"          # off | when_present | required

[outgoing]
url = "smtps://{account}@{smtp}"         # 也可用 smtp:// 或 maildir:路径
password_env = ""                        # 留空：与 [mailbox] 相同
from = "{name} <{address}>"
per_minute = 10                          # 发信限速，只对 SMTP 有效
per_day = 200
per_sender_day = 20                      # 每个收件人每天最多几封，超出的每小时合并为一封；0 为不限

[registry]
file = "registry.xlsx"                   # 归口管理部门登记册，请填写“邮箱”列

[officers]
addresses = []                           # 接收日报和提醒的处室邮箱，例如 ["gaoxinchu@example.gov.cn"]
digest_at = "08:30"                      # 每个工作日发送日报的时刻
empty_digest = true                      # 没有新情况时是否也发
reminders = []                           # 截止前第几个工作日提醒尚未报送的单位，例如 [7, 3, 1]
extra_holidays = []                      # 节假日历没有数据时补充，例如 ["2027-10-01"]
extra_workdays = []
contact = "{contact}"

# [call."{call}"]                        # 处室对征集规定的调整，calls show 会标出
# deadline = "{deadline}"
# grace_hours = 0                        # 截止后多少小时内的来件转人工复核，而不是直接不予受理

[schedule]
poll_seconds = 120                       # 多久查看一次邮箱；163、126、QQ 邮箱不能小于 60

[limits]
attachment_mb = 30
archive_depth = 3
archive_files = 500
unpacked_mb = 300
reply_mb = 15                            # 随信附回批注文件的上限

[engine]
kind = "processes"                       # processes | dask
workers = 0                              # 0：与处理器核数相同
address = ""                             # dask 调度器，例如 "tcp://10.0.0.5:8786"
"""

FALLBACK_ADDRESS = "zhengji@example.cn"
FALLBACK_DEADLINE = "2027-06-30T24:00:00+08:00"


def write_workspace(folder: Path, call: str) -> CallPack:
    """Make a workspace for a shipped call (or a pack at a path): configuration, register and the official forms.

    Returns the call. Raises WorkspaceError where one of the files is there already (nothing is written then), and
    PackError where there is no such call.
    """
    pack = load_pack(call)
    forms = {FORM_NAME: blank_form(pack)} | ({SUMMARY_NAME: blank_summary(pack)} if pack.summary else {})
    for name in (CONFIG_NAME, REGISTER_NAME, *forms):
        if (folder / name).exists():
            raise WorkspaceError(f"{folder / name}：已经存在，不会覆盖；请换一个目录，或先把它移走")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_default_register(folder / REGISTER_NAME, pack)
    for name, content in forms.items():
        (folder / name).write_bytes(content)
    (folder / CONFIG_NAME).write_text(config_for(pack, _own_copy(folder, call)), encoding="utf-8")
    return pack


def _own_copy(folder: Path, call: str) -> str:
    """The call as the configuration names it: a pack at a path is copied beside it, with the lists that it names."""
    if call in shipped_packs():
        return call
    source = Path(call)
    lists = tomllib.loads(source.read_text(encoding="utf-8")).get("units", {})
    for name in (source.name, *(lists[key] for key in ("file", "aliases") if lists.get(key))):
        copy = folder / name
        if not copy.exists():
            shutil.copyfile(source.parent / name, copy)
    return source.name


def config_for(pack: CallPack, call: str) -> str:
    """The text of a first ``zhengji.toml`` for a call: every key with its default and what it does."""
    address = pack.mailbox or FALLBACK_ADDRESS
    domain = address.rpartition("@")[2]
    return CONFIG.format(
        call=call,
        account=quote(address, safe=""),
        address=address,
        imap=f"imap.{domain}",
        smtp=f"smtp.{domain}",
        name="征集受理",
        contact=pack.contact.replace('"', ""),
        deadline=pack.deadline.isoformat() if pack.deadline else FALLBACK_DEADLINE,
    )
