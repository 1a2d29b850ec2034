"""Cloud attachments: files that a letter only links to (FACTS: 163, QQ, 189, 139, Sina, net disks). Never fetched."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from intake.letters.body import LINK_CLOSE, LINK_OPEN, Body, cut_quotes, without_quotes
from intake.letters.names import decode_bytes, safe_name
from intake.model import CloudLink

_BEIJING = timezone(timedelta(hours=8))
_PROVIDERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "网易邮箱超大附件",
            r"mail\.(?:163|126|yeah)\.(?:com|net)/(?:large-attachment-download|.*NETEASE-HUGE-ATTACHMENT)"
            r"|NETEASE-HUGE-ATTACHMENT|//u\.163\.com/|dashi\.163\.com/html/cloud-attachment-download"
            r"|//fs\.(?:163|126|yeah)\.(?:com|net)/",
        ),
        (
            "QQ邮箱超大附件",
            r"(?:mail|wx\.mail|exmail)\.qq\.com/(?:cgi-bin/)?ftn|//ftn\.(?:mail\.)?qq\.com/|exmail\.qq\.com/.*ftn",
        ),
        ("189邮箱超大附件", r"(?:mail|webmail\d*)\.189\.cn/.*(?:expired=|attach|download)|//[^/]*189\.cn/.*expired=\d"),
        ("139邮箱超大附件", r"//[^/]*(?:mail\.10086\.cn|mail\.139\.com)/.*(?:attach|file|share|disk|uec)"),
        ("新浪邮箱超大附件", r"//[^/]*mail\.sina\.(?:com\.cn|com|cn)/.*(?:attach|download|filecenter|disk|netdisk)"),
        ("天翼云盘", r"//cloud\.189\.cn/(?:t|web/share)"),
        ("移动云盘", r"//(?:yun|caiyun)\.139\.com/"),
        ("百度网盘", r"//(?:pan|yun)\.baidu\.com/(?:s|share|wap)"),
        ("阿里云盘", r"//(?:www\.)?(?:aliyundrive|alipan)\.com/s"),
        ("OneDrive", r"//(?:1drv\.ms|onedrive\.live\.com)/|//[^/]*-my\.sharepoint\.(?:com|cn)/"),
        ("腾讯微云", r"//share\.weiyun\.com/"),
        ("夸克网盘", r"//pan\.quark\.cn/s"),
        ("123云盘", r"//(?:www\.)?123(?:pan|684|865|912)\.(?:com|cn)/s"),
        ("迅雷云盘", r"//pan\.xunlei\.com/s"),
        ("蓝奏云", r"//[^/]*lanzou[a-z]?\.com/"),
        ("坚果云", r"//(?:www\.)?jianguoyun\.com/p/"),
        ("文叔叔", r"//(?:www\.)?wenshushu\.cn/|//f\.(?:ws59|wss)\.\w+/"),
        ("阿里邮箱超大附件", r"//(?:qiye|mail)\.aliyun\.com/.*(?:bigattach|attach|share)"),
        ("115网盘", r"//(?:www\.)?115(?:cdn)?\.com/s/"),
        ("UC网盘", r"//drive\.uc\.cn/s"),
        ("iCloud", r"//(?:www\.)?icloud\.com/(?:iclouddrive|attachment)"),
        ("奶牛快传", r"//[^/]*cowtransfer\.com/"),
        ("城通网盘", r"//[^/]*(?:ctfile|400gb|545c)\.com/"),
        ("在线文档", r"//(?:docs\.qq\.com|(?:www\.)?kdocs\.cn|[^/]*\.feishu\.cn|alidocs\.dingtalk\.com)/"),
        ("国外网盘", r"//(?:drive\.google\.com|(?:www\.)?dropbox\.com|we\.tl|wetransfer\.com)/"),
    )
)
_LONGEST = 2_000  # characters of an address that are looked at, for some patterns take their square
_ADDRESS = re.compile(rf"https?://[^\s<>\"'（）()，。；、{LINK_OPEN}{LINK_CLOSE}]{{1,{_LONGEST}}}", re.IGNORECASE)
_MARKED = re.compile(f"([^\n{LINK_OPEN}{LINK_CLOSE}]{{0,200}}){LINK_OPEN}([^{LINK_OPEN}{LINK_CLOSE}]*){LINK_CLOSE}")
_SPOKEN_OF = re.compile(r"提取码|访问码|网盘|云盘|大附件|中转站")  # beside the address of a disk that nobody has listed
_WORDS = (
    (re.compile(r"从网易(?:163|126|yeah)?(?:\.net|\.com)?邮箱发来的(?:超大|云)附件"), "网易邮箱超大附件"),
    (re.compile(r"从(?:QQ|腾讯企业)邮箱发来的超大附件"), "QQ邮箱超大附件"),
    (re.compile(r"从\S{0,12}邮箱发来的(?:超大|云)附件"), "邮箱超大附件"),
    (re.compile(r"(?:超大附件|云附件|文件中转站).{0,200}?(?:到期|有效期|过期)", re.DOTALL), "邮箱超大附件"),
)
_FILE = re.compile(
    r"([^\s/\\:*?\"<>|()（）\[\]【】]{1,120}\.(?:docx?|wps|xlsx?|et|zip|rar|7z|pdf|rtf|odt|jpe?g|png|gz))", re.I
)
_DAY = r"(\d{4}\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?)"
_EXPIRES = re.compile(
    rf"(?:到期时间|有效时间到|有效期至|有效期到|过期时间|失效时间)\s*[:：]?\s*(?:{_DAY}|(无限期|永久))|{_DAY}\s*(?:到期|过期|失效)|(无限期)"
)
_EPOCH = re.compile(r"[?&]expired=(\d{10,13})\b", re.IGNORECASE)


def cloud_links(body: Body, *, forwarded: bool = False) -> tuple[CloudLink, ...]:
    """The cloud attachments that a letter itself names: what it quotes is left aside, what it forwards is not.

    One entry a file; ``expires`` is the date as the letter states it. ``forwarded``: the letter sends on another, which
    QQ puts under the same words as a quotation.
    """
    whole = (body.plain, body.rich)
    plain, rich = whole if forwarded else (cut_quotes(without_quotes(text), forwards=False) for text in whole)
    text = rich if LINK_OPEN in rich else f"{plain}\n{rich}"
    found = _addresses(text)
    if found:
        return _merge(found)
    provider = next((name for pattern, name in _WORDS if pattern.search(text)), "")
    return (CloudLink(provider, _file_name(text), _expiry(text)),) if provider else ()


def _addresses(text: str) -> list[CloudLink]:
    found = [(m.start(2), m[2][:_LONGEST], m[1]) for m in _MARKED.finditer(text)]
    marked = {address for _, address, _ in found}
    found += [(m.start(), m[0], "") for m in _ADDRESS.finditer(text) if m[0] not in marked]
    cloud = [(place, address, words, p) for place, address, words in sorted(found) if (p := _provider(address, text))]
    before = any(
        _expiry(_just_before(text, place)) for place, *_ in cloud[:1]
    )  # QQ tells it above each file, not below
    links = []
    for n, (place, address, words, provider) in enumerate(cloud):
        end = min([place + 400, *(next_place for next_place, *_ in cloud[n + 1 : n + 2])])
        spoken = _just_before(text, place) if before else text[place:end]
        name = _name_in_address(address) or _file_name(words)
        links.append(CloudLink(provider, name, _expiry_in_address(address) or _expiry(spoken)))
    return links


def _just_before(text: str, place: int) -> str:
    return text[max(0, place - 200) : place].rpartition(LINK_CLOSE)[2]


def _provider(address: str, text: str) -> str:
    listed = next((name for name, pattern in _PROVIDERS if pattern.search(address)), "")
    if listed or not address.lower().startswith(("http:", "https:")):
        return listed
    place = text.find(address)
    return "网盘" if _SPOKEN_OF.search(text[max(0, place - 60) : place + len(address) + 60]) else ""


def _name_in_address(address: str) -> str:
    try:
        query = parse_qs(urlsplit(address).query, encoding="latin-1")
    except ValueError:
        return ""
    for key in ("title", "filename", "fileName", "name"):
        if values := query.get(key):
            return safe_name(_respell(values[0]))
    return ""


def _respell(value: str) -> str:
    """Query values are read as Latin-1 so that GBK and UTF-8 can be told apart; real Chinese stays as it is."""
    try:
        return decode_bytes(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _file_name(text: str) -> str:
    found = _FILE.search(text)
    return safe_name(found[1]) if found else ""


def _expiry(text: str) -> str:
    found = _EXPIRES.search(text)
    return next((g.strip() for g in found.groups() if g), "") if found else ""


def _expiry_in_address(address: str) -> str:
    found = _EPOCH.search(address)
    if not found:
        return ""
    seconds = int(found[1][:10])
    day = datetime.fromtimestamp(seconds, tz=UTC).astimezone(_BEIJING)
    return f"{day.year}年{day.month}月{day.day}日 {day:%H:%M}"


def _merge(links: list[CloudLink]) -> tuple[CloudLink, ...]:
    """A nameless link of the same provider is a second button of the file before it."""
    merged: list[CloudLink] = []
    for link in links:
        last = merged[-1] if merged else None
        if last and last.provider == link.provider and (not link.name or link.name in {m.name for m in merged}):
            continue
        merged.append(link)
    return tuple(merged[:50])
