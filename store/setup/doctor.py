"""Try everything that a pass needs, a line each; nothing is sent and nothing is changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from email.utils import parseaddr

from intake.documents.legacy import converters
from intake.pool import BenchLost
from intake.post.arrivals import Probe
from intake.post.mailbox import MailboxError, Source, open_mailbox
from replies.delivery import DeliveryError
from replies.render import environment, template_names
from replies.send import Outgoing, open_outgoing
from rules.packs.call import PackError
from rules.packs.describe import validate
from store.database import StoreError, now, open_database
from store.registers.register_file import read_register, with_warnings
from store.setup.settings import is_strict
from store.setup.workdays import is_workday
from store.setup.workspace import Workspace, WorkspaceError

GIGABYTE = 2**30
LEAST_DISK = 2 * GIGABYTE


def examine(workspace: Workspace) -> Iterator[Probe]:
    """Each thing that was tried, in the order in which a pass needs it."""
    yield Probe("配置文件", good=True, detail=str(workspace.config))
    for name, tried in (
        ("征集", _calls), ("登记册", _register), ("信件模板", _templates), ("收件邮箱", _mailbox),
        ("发件邮箱", _outgoing), ("处室邮箱", _officers), ("Dask 集群", _cluster), ("转换程序", _converters),
        ("时钟与日历", _clock), ("磁盘", _disk), ("数据库", _database), ("文件权限", _permissions),
    ):  # fmt: skip
        yield from _guarded(name, tried(workspace))


def _guarded(name: str, probes: Iterator[Probe]) -> Iterator[Probe]:
    """What an operator must mend is one bad line, and the next thing is tried."""
    try:
        yield from probes
    except (WorkspaceError, PackError, StoreError, BenchLost, MailboxError, DeliveryError, OSError) as error:
        yield Probe(name, good=False, detail=str(error))


def _calls(workspace: Workspace) -> Iterator[Probe]:
    for pack in workspace.packs:
        unset = pack.unset()
        words = "；".join(validate(pack)) or "全部条款均有通知依据"
        yield Probe(f"征集 {pack.id}", good=not unset, detail=words)


def _register(workspace: Workspace) -> Iterator[Probe]:
    register = with_warnings(read_register(workspace.register_file), workspace.packs)
    with_address = sum(bool(u.addresses or u.domains) for u in register.units)
    words = f"{len(register.units)} 个单位，其中 {with_address} 个已登记邮箱"
    yield Probe("登记册", good=bool(with_address), detail=words + ("" if with_address else "，请先填写邮箱一列"))
    for warning in register.warnings[:10]:
        yield Probe("登记册提醒", good=True, detail=warning)


def _templates(workspace: Workspace) -> Iterator[Probe]:
    del workspace
    names = template_names()
    for name in names:
        environment("html").get_template(name)
    yield Probe("信件模板", good=True, detail=f"{len(names)} 个，均可使用")


def _mailbox(workspace: Workspace) -> Iterator[Probe]:
    box = workspace.mailbox
    with open_mailbox(Source(workspace.mailbox_url, workspace.mailbox_password(), box.also)) as mailbox:
        yield from mailbox.probe()


def _outgoing(workspace: Workspace) -> Iterator[Probe]:
    user, sender = workspace.outgoing.user, parseaddr(workspace.sender)[1]
    if is_strict(workspace.outgoing.host) and user.lower() != sender.lower():
        words = f"发信地址 {sender} 与登录的帐号 {user} 不同，该邮箱服务商会拒收，请把 [outgoing].from 改为 {user}"
        yield Probe("发信地址", good=False, detail=words)
    with open_outgoing(Outgoing(workspace.outgoing_url, workspace.outgoing_password())) as outlet:
        yield outlet.probe()


def _officers(workspace: Workspace) -> Iterator[Probe]:
    addresses = workspace.officers.addresses
    nobody = "没有填写 [officers].addresses，日报、告警和待人工答复的来信都没有人会收到"
    yield Probe("处室邮箱", good=True, detail="、".join(addresses) or nobody)


def _permissions(workspace: Workspace) -> Iterator[Probe]:
    """Whether others on this machine can read what lies here; Windows keeps its own lists and is not asked."""
    if os.name != "posix":
        return
    ours = (workspace.config, workspace.register_file, workspace.db, workspace.files, workspace.out)
    readable = [path.name for path in ours if path.exists() and path.stat().st_mode & 0o077]
    cure = f"其他账号也能读：{'、'.join(readable)}；请执行 chmod -R go= {workspace.root}"
    yield Probe("文件权限", good=True, detail=cure if readable else "只有本账号可读")


def _cluster(workspace: Workspace) -> Iterator[Probe]:
    """Whether the cluster can be reached and its workers can read; a desk that reads on its own machine has none."""
    engine = workspace.engine
    if engine.kind != "dask":
        return
    from intake.cluster import open_cluster

    with open_cluster(engine.address, engine.workers, workspace.limits) as bench:
        yield bench.probe()


def _converters(workspace: Workspace) -> Iterator[Probe]:
    del workspace
    for name, path in converters():
        missing = "未安装；缺少它时，需要它才能读的文件转待复核，不计为报送单位的问题"
        yield Probe(f"转换程序 {name}", good=True, detail=path or missing)


def _clock(workspace: Workspace) -> Iterator[Probe]:
    at, officers = now(), workspace.officers
    worked = is_workday(at.date(), officers.extra_holidays, officers.extra_workdays)
    covered = _calendar_covers(at.date())
    words = f"{at:%Y-%m-%d %H:%M}（北京时间），今天{'是' if worked else '不是'}工作日"
    yield Probe("时钟与日历", good=True, detail=words + ("" if covered else "；本年度节假日数据缺失，按周一至周五计"))


def _calendar_covers(day: date) -> bool:
    import chinese_calendar

    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def _disk(workspace: Workspace) -> Iterator[Probe]:
    free = shutil.disk_usage(workspace.root).free
    yield Probe("磁盘", good=free >= LEAST_DISK, detail=f"剩余 {free / GIGABYTE:.1f} GB")


def _database(workspace: Workspace) -> Iterator[Probe]:
    if not workspace.db.exists():
        yield Probe("数据库", good=True, detail="尚未建立，第一次运行时建立")
        return
    open_database(workspace.db, check=True).close()
    yield Probe("数据库", good=True, detail=f"{workspace.db.name}，完整性检查通过")
