"""Whom to write to and whom to call: mailbox, telephones, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from intake.forms.numerals import narrow
from rules.drafting.model import Found
from rules.drafting.notice import is_heading

_ADDRESS = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]*\s?(?:@|[（(\[【]\s?(?:at|@|艾特)\s?[)）\]】]|#|\bat\b)\s?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}",
    re.I,
)
_SENT = re.compile(
    r"发送|报送|提交|发至|报至|投递|指定邮箱|电子版|报名邮箱|申报邮箱|征集邮箱|受理邮箱|材料|压缩包|命名"
)
_MAILBOX = re.compile(r"邮\s*箱|邮\s*件|e-?mail", re.I)
_HELP = re.compile(r"技术支持|监督|举报|投诉|系统|平台|公众号")
_PHONE = re.compile(
    r"(?<![\d-])(?:(?P<mobile>1[3-9]\d(?:[ -]?\d{4}){2})"
    r"|[(（]?(?P<area>0\d{2,3})\s*[)）]?\s*[-－—–]?\s*(?P<number>[2-9]\d{6,7})"
    r"|(?P<free>[48]00[- ]?\d{3}[- ]?\d{4})"
    r"|(?P<local>(?<!\d)[2-9]\d{6,7}(?!\d)))(?P<inner>\s*(?:[-—–转]|分机)\s*\d{1,5}(?!\d))?(?![\d.％%@A-Za-z年])"
)
_CALL = re.compile(r"电\s*话|手\s*机|联系|咨询|热线|方式|tel", re.I)
_COMPLAINTS = re.compile(r"监督|举报|投诉|纪检")
_FAX = re.compile(r"传\s*真\s*[:：]?\s*$")
_FAX_TOO = re.compile(r"\s*[（(]\s*传\s*真\s*[)）]")  # behind the second of two: one to call, one for faxes
_NAMES = re.compile(
    r"(?P<label>联\s*系\s*人(?:员)?|业务咨询|政策咨询|咨询人员|联络人|负责人|联系(?:方式|电话)|咨询(?:电话|方式)?|经办人)"
    r"\s*(?:[及和与、/]\s*(?:联系)?(?:电\s*话|方式))?\s*(?:[（(][^（()）]{1,16}[)）])?\s*[:：]\s*(?P<rest>[^。\n]{2,80})"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花"
    "方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明"
    "臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢"
    "莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓"
    "牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池"
    "乔阴郁胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易"
    "慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查"
    "楼谌亓仉帅缑亢况牟佘佴谯笪揭练矫隋麦仝晋楚鄢涂钦"
    "后荆红游竺权逯盖益桓公肖付代岳闫辜税邸仝苑佟战戴宝斯娜塔额布那呼敖特苏格吴海其图"
)
_TITLES = "老师|处长|副处长|主任|副主任|科长|副科长|同志|女士|先生|工程师|工|主任科员|部长|经理"
_NAME = re.compile(rf"([\u4e00-\u9fff](?:[\u4e00-\u9fff·]{{0,3}}))(?:{_TITLES})?")
_BEFORE_PHONE = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<names>[\u4e00-\u9fff·]{2,6}(?:\s*[、,，/ ]\s*[\u4e00-\u9fff·]{2,6}){0,4})"
    r"\s*[,，:：(（]?\s*"
    r"(?:(?:联系)?(?:电\s*话|手\s*机)\s*[:：]?\s*)?(?=[(（]?0\d{2,3}|1[3-9]\d{9}|[2-9]\d{6,7}(?!\d))"
)
_SPACED_NAME = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_AFTER_PHONE = re.compile(r"\d{7}\s*[（(]([\u4e00-\u9fff·]{2,6})[)）]")
# A line of a name and its telephone, whatever the name: 次仁旺堆 0891-…
_ALONE = re.compile(r"\s*([\u4e00-\u9fff·]{3,6})\s*[:：，,]?\s*(?=0\d{2,3}\s*[-－—–]\s*\d{7}|1[3-9]\d{9})")
_BUSINESS = re.compile(
    r"业务|技术|支持|服务|热线|总机|值班|项目|规划|管理|综合|[室台网站组员线司会]$|单位|材料|受理|申报|监督|查询"
)
_OFFICE = re.compile(r"[^：:，。]{2,20}(?:处|科|室|中心|部|办|院)\s*[:：]\s*(?P<rest>[\u4e00-\u9fff·、，\s]{2,40})")
_NO_NAME = re.compile(
    r"电话|手机|邮箱|地址|方式|联系|咨询|处室|科室|中心|部门|大厦|路|号|省|市|局|厅|委|[处科办部院所组]$|中心$|邮编|高新|传真|领域|平台|系统"
)
_CUT = re.compile(r"电\s*话|手\s*机|邮\s*箱|e-?mail|地\s*址|传\s*真|\d{3,}|微信", re.I)


def read_mailbox(sentences: Sequence[str]) -> Found[str]:
    """The address that demands go to; a doubt where there are several or none."""
    weighed = [(_mail_weight(s, a), a, s) for s in sentences for a in _addresses(s)]
    if not weighed:
        return Found("", doubts=("通知没有写明接收邮箱，须由处室设定后才能运行",))
    best = max(weighed, key=lambda w: w[0])
    others = dict.fromkeys(a for _, a, _ in weighed if a.lower() != best[1].lower())
    doubts = (f"通知还写有邮箱 {'、'.join(others)}，请核对",) if others else ()
    return Found(best[1], best[2], doubts)


def _addresses(sentence: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(narrow(sentence)):
        yield re.sub(r"\s*(?:[（(\[【]\s?(?:at|@|艾特)\s?[)）\]】]|@|#|\bat\b)\s*", "@", found[0], flags=re.I)


def _mail_weight(sentence: str, address: str) -> int:
    del address
    return 2 * bool(_SENT.search(sentence)) + bool(_MAILBOX.search(sentence)) - 3 * bool(_HELP.search(sentence))


def read_phones(paragraphs: Sequence[str]) -> Found[tuple[str, ...]]:
    """The telephones in order, each with its area code; what is a fax or for complaints is none."""
    phones: dict[str, int] = {}
    others: dict[str, int] = {}
    under = False  # a heading that speaks of telephones
    for place, paragraph in enumerate(paragraphs):
        text = narrow(paragraph)
        under = bool(_CALL.search(text)) if is_heading(text) else under
        for number, before in _phones(text, told=under or bool(_CALL.search(text))):
            found = others if _COMPLAINTS.search(before) else phones
            found.setdefault(number, place)
    doubts = (f"{'、'.join(others)} 是监督、举报电话，未列入，请确认",) if others else ()
    return Found(tuple(phones), _span(paragraphs, phones.values()), doubts)


def _phones(text: str, *, told: bool) -> Iterator[tuple[str, str]]:
    """Each telephone with the words before it; ``told``: telephones are spoken of, so one may lack its area code."""
    area, end, length = "", -9, 0
    for found in _PHONE.finditer(text):
        before = text[: found.start()]
        if _FAX.search(before) or (end >= 0 and _FAX_TOO.match(text, found.end())) or _is_address(text, found):
            continue
        if found["local"]:
            joined = re.fullmatch(r"\s*[、,，/;；和或]?\s*", text[end : found.start()]) if end >= 0 else None
            if not joined and not (told and _is_local(text, found)):
                continue
            area = area if joined or len(found["local"]) == length else ""
            number = f"{area}-{found['local']}" if area else found["local"]
        else:
            area, length = found["area"] or "", len(found["number"] or "")
            number = f"{area}-{found['number']}" if area else re.sub(r"[ ]", "", found["mobile"] or found["free"])
        if not found["local"] and not found["area"] and found["mobile"]:
            number = re.sub(r"\D", "", number)
        inner = re.sub(r"\D", "", found["inner"] or "")
        yield f"{number}-{inner}" if inner and not found["mobile"] else number, before[max(end, 0) :]
        end = found.end()


def _is_local(text: str, found: re.Match[str]) -> bool:
    """Whether 7 or 8 digits alone may be a telephone: no date, no sum of money, no number of a chat group."""
    before, after = text[max(0, found.start() - 14) : found.start()], text[found.end() :]
    return not (
        re.search(r"QQ|qq|群|邮编|微信|编码|代码|账|号[:：]?\s*$", before)
        or re.match(r"\s*[元万亿个家项名]", after)
        or re.match(r"20[0-9]{2}[01]\d", found["local"])
    )


def _is_address(text: str, found: re.Match[str]) -> bool:
    """Whether the digits are part of a mail address or of a web address."""
    return bool(
        re.match(r"[^\s，。、；]{0,20}@", text[found.end() :]) or re.search(r"[A-Za-z./]/$|=$", text[: found.start()])
    )


def read_contacts(paragraphs: Sequence[str]) -> Found[tuple[str, ...]]:
    """The names of those who answer questions, in order."""
    names: dict[str, int] = {}
    under = False
    for place, paragraph in enumerate(paragraphs):
        under = bool(_CALL.search(paragraph)) if is_heading(paragraph) else under
        if under and not re.search(r"[\d：:。]", paragraph):
            names.update(dict.fromkeys((n for n in _behind_office(paragraph) if n not in names), place))
        for found in _NAMES.finditer(paragraph):
            for name in _names(found["rest"], sure=found["label"].endswith(("人", "人员"))):
                names.setdefault(name, place)
        for name in (*_beside_phone(paragraph), *_of_office(paragraph)):
            names.setdefault(name, place)
    return Found(tuple(names), _span(paragraphs, names.values()))


def _names(rest: str, *, sure: bool) -> Iterator[str]:
    """The names at the start of what follows the label, up to a telephone or another label."""
    head = _CUT.split(rest.replace("\t", "、"), maxsplit=1)[0]
    head = re.sub(r"[（(][^（()）]*[)）]?", "、", head)
    head = re.sub(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff]{1,2})(?![\u4e00-\u9fff])", r"\1\2", head)
    for part in re.split(r"[、，,；;/\s]+", head):
        if is_name(part) or (sure and re.fullmatch(r"[\u4e00-\u9fff·]{2,8}", part) and not _NO_NAME.search(part)):
            yield part


def _beside_phone(paragraph: str) -> Iterator[str]:
    """A name that stands right before a telephone number: 张三 0471-6328607."""
    if len(paragraph) > 120 and not _CALL.search(paragraph):
        return
    joined = _SPACED_NAME.sub(r"\1\2", paragraph)
    for found in _BEFORE_PHONE.finditer(joined):
        for name in re.split(r"[、,，/\s]+", found["names"]):
            if is_name(name) and len(name) <= 5:
                yield name
    alone = _ALONE.match(paragraph)
    if alone and not _NO_NAME.search(alone[1]) and not _BUSINESS.search(alone[1]):
        yield alone[1]
    yield from (found[1] for found in _AFTER_PHONE.finditer(joined) if is_name(found[1]))


def _behind_office(paragraph: str) -> Iterator[str]:
    """The names of a line that holds nothing but an office and names: 计划处 张三、李四."""
    office, _, names = paragraph.strip().partition(" ")
    parts = re.split(r"[、，,\s]+", names.strip())
    if re.search(r"[处科室部办院]$|中心$", office) and all(
        is_name(p) or re.fullmatch(r"[\u4e00-\u9fff]+·[\u4e00-\u9fff]+", p) for p in parts
    ):
        yield from parts


def _of_office(paragraph: str) -> Iterator[str]:
    """The names behind an office: 高新处：张三　李四."""
    found = _OFFICE.fullmatch(paragraph)
    names = list(_names(found["rest"], sure=False)) if found else []
    yield from names if found and sum(map(len, names)) >= len(re.sub(r"[、，\s]", "", found["rest"])) else ()


def is_name(text: str) -> bool:
    """Whether a word is a person's name, or a surname with a title."""
    if not _NAME.fullmatch(text) or _NO_NAME.search(text) or text[0] not in _SURNAMES:
        return False
    bare = re.sub(rf"(?:{_TITLES})$", "", text)
    return len(text) >= 2 and len(bare) <= 4


def _span(paragraphs: Sequence[str], places: Iterable[int]) -> str:
    """The paragraphs from the first place to the last, or only those where they lie far apart."""
    used = sorted(set(places))
    if not used:
        return ""
    if used[-1] - used[0] > 3 * len(used):
        return "\n".join(paragraphs[i] for i in used)
    return "\n".join(paragraphs[used[0] : used[-1] + 1])
