"""The words of a form: what is a short label to fill in beside, what is a part to be written, what is neither."""

from __future__ import annotations

import re

from intake.forms.wording import strip_numbering
from rules.drafting.limits import has_words

BOXES = "□☐○◯☑☒■√"
PERSONAL = re.compile(
    r"(?:姓\s*名|电\s*话|联系电话|手\s*机(?:号码?)?|职\s*务|职\s*称|电子邮箱|邮\s*箱|传\s*真|身份证号码?|性\s*别|E-?mail|微信)",
    re.I,
)
_SHORT = re.compile(
    r"名称|单位|联系|所属|产业链|电话|手机|邮箱|邮编|地址|代码|负责人|姓名|领域|类型|类别|性质|日期|时间|职务|职称|规模|地区|所在地|归口|部门|行业|金额"
    r"|编号|学历|专业|法定代表人|法人|方式|人数|注册|产值|收入|传真|身份|年龄|性别|是否|申报人|合作|周期|期限|时限|要求$|部$|(?:企业|学院|高校|科室|团队|院所|机构|医院)$"
)
_LONG = re.compile(
    r"背景|内容|目标|指标|基础|效益|意义|必要性|现状|简介|描述|概述|方案|路线|条件|创新点|关键技术|难题|难点|成果|进度|计划|分析|趋势|依据"
    r"|可行性|前景|先进性|参数|预算|优势|痛点|瓶颈|建议(?!人|单位)|理由|应用场景|需求说明|情况说明|说明$|周期|资金需求|经费需求|要求|风险|产权"
)
_BRACKET = re.compile(r"\s*[（(【\[](?P<hint>(?:[^（()）【】\[\]]|[（(][^（()）]*[)）])*)[)）】\]]\s*[:：]?\s*$", re.S)
_TAIL_WORDS = re.compile(r"(?<=内容|基础|背景|现状|目标|指标|条件|成果|效益|进展)(?:描述|情况)$")
_NOTE = re.compile(r"(?:注意事项|填[报表写]说明|说\s*明|注|备\s*注|填表须知|要求)\s*[:：]")
_INSTRUCTION = re.compile(
    r"(?:填写)?(?:提示|说明|要求)[:：]|请|应|须|限|不得?超过|不少于|不多于|控制在|字数|简[述要]|简明|填写|列[出举明]|分[点条]|逐[条项]|围绕|约?\d+\s*(?:[-—~～至]\s*\d+\s*)?字"
)
_LABELS_ALONE = re.compile(r"(?:[^：:\s，。]{2,6}\s*[:：][\s_＿]*){2,}")  # 姓名：  电话：
_BLANKS = re.compile(r"[\s_＿]+(?:[万亿]?元|个?月|年)(?=[\s，,；;、。）)]|$)")  # 总经费  万元，其中…  万元
PLACEHOLDER = re.compile(r"[\s_＿…．.—/\-年个月日天万亿元%（）()]*|XX+|[xX×*]+")


def split_hint(text: str) -> tuple[str, str]:
    """The heading and the bracketed hint behind it; also what follows a colon or comma where it states a limit."""
    body = strip_numbering(text)[0]
    found = _BRACKET.search(body)
    if found and found.start() >= 2:
        head, hint = body[: found.start()], found["hint"]
        return _head(head, hint)
    lines = body.split("\n", 1)
    cut = re.search(r"[:：。，,；;（(【\[]", lines[0])
    if cut and cut.start() >= 2 and (has_words(body) or len(lines[0]) > 20 or cut[0] == "。"):
        return lines[0][: cut.start()].strip(), body[cut.start() :].strip(" :：。，,；;（()）【】[]\n")
    return body.strip(" :：\n"), ""


def _head(head: str, hint: str) -> tuple[str, str]:
    """A heading that itself explains something before the bracket (研究内容：简述…（500字以内）)."""
    cut = re.search(r"[:：。；;\n]", head.strip())
    if cut and 2 <= cut.start() <= 20:
        return head.strip()[: cut.start()], f"{head.strip()[cut.end() :].strip()}，{hint}".strip("，")
    return head.strip(" :：\n"), hint


def short_name(heading: str) -> str:
    """The key of a section: its heading without 描述 or 情况 behind a word for the matter.

    Of a long list (甲、乙等要求) the first part.
    """
    name = re.sub(r"[（(【\[][^）)】\]]*[）)】\]]|\s", "", heading).strip("：:、，。")
    if len(name) >= 11 and "、" in name:
        first = name.split("、", 1)[0]
        name = first if len(first) >= 4 else name
    return _TAIL_WORDS.sub("", name.strip("*＊")) or name


def is_short(label: str) -> bool:
    """Whether a label is one to fill in beside, by its words."""
    return bool(_SHORT.search(label)) and not is_long(label)


def is_name(head: str) -> bool:
    """Whether a label asks for a name: one to fill in beside, whatever its limit in 字."""
    return bool(re.search(r"(?:名称|题目)$", head))


def is_long(label: str) -> bool:
    """Whether a label heads a part to be written, by its words or its limit."""
    head = split_hint(label)[0]
    if has_words(label):
        return not is_name(head)
    return (
        bool(_LONG.search(head))
        and not re.search(r"时限|名称|单位|(?:方式|团队)$|电话|类型|类别|领域", head)
        and len(head) <= 40
    )


def is_note(text: str) -> bool:
    """Whether a line begins the notes under a form."""
    return bool(_NOTE.match(text.strip()))


def is_value(cell: str) -> bool:
    """Whether a cell stands for an answer: blank, ruled, check boxes, or an instruction in brackets."""
    text = cell.strip()
    return (
        has_blanks(text)
        or bool(PLACEHOLDER.fullmatch(text))
        or bool(_LABELS_ALONE.fullmatch(text))
        or any(b in text for b in BOXES)
        or (text[0] in "（([【" and text[-1] in "）)]】")
        or (has_words(text) and len(text) > 8 and not split_hint(text)[1])
        or (has_words(text) and bool(_INSTRUCTION.match(text)))
    )


def options_of(text: str) -> tuple[str, ...]:
    """The options of check boxes: 能源资源, 现代农牧业 … without a line to write on."""
    parts = re.split(rf"[{BOXES}]\s*", text.strip())
    parts = parts[:-1] if parts[0] and not parts[-1] else parts[1:]  # 甲□ 乙□, or □甲 □乙
    bare = (re.sub(r"[_＿\s]+$|[_＿]{2,}.*|[:：]\s*$", "", p.strip(), flags=re.S).strip("；;、，, ") for p in parts)
    return tuple(re.sub(r"\s+", "", p) for p in bare if p)


def slashed(hint: str) -> tuple[str, ...]:
    """The options of a hint that parts them by strokes (轮胎/助剂/机械)."""
    parts = tuple(p.strip() for p in re.split(r"[/／]", hint))
    return parts if len(parts) > 1 and all(2 <= len(p) <= 16 for p in parts) else ()


def has_blanks(text: str) -> bool:
    """Whether a text holds blanks for numbers between its words (总经费  万元，其中财政  万元)."""
    return bool(_BLANKS.search(text))


def bare_label(label: str) -> str:
    """A label without its numbering, its unit in brackets, and the blanks between its characters."""
    text = re.sub(r"[（(][^（()）]*[)）]", "", strip_numbering(label.strip())[0])
    return re.sub(r"\s+|[*＊:：]", "", text)


def is_plain_heading(line: str) -> bool:
    """A heading without number or limit: a short line of a part's words and nothing else."""
    return len(line) <= 16 and is_long(line) and not re.search(r"[，。；]", line)


def is_hinted(cell: str) -> bool:
    """Whether a cell says in brackets at some length what is to be written."""
    return len(split_hint(cell)[1]) >= 6 and not any(b in cell for b in BOXES)
