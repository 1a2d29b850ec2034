"""What a letter without a form wants: does it say that material is sent, does it ask, is it a request."""

from __future__ import annotations

import re
import unicodedata

from intake.model import Letter
from rules.model import Request

SENDS = re.compile(
    r"附件|附上|附后|随信|随函|随邮件|报送|上报|呈报|提交|递交|推荐|电子版|电子档|查收|查阅|审阅|"
    r"(?:发送|发给|发至|寄送)|(?:材料|需求|汇总表|模板|申报表)[^。！？]{0,6}(?:如下|见)"
)
ASKS = re.compile(
    r"[?？]|请问|咨询|请教|想问|吗(?![啡])|如何|怎么|怎样|能否|可否|是否|何时|什么时候|哪里|哪个|哪些|多少|几号"
)
NOT_NOW = re.compile(
    r"将于|将在|将按|将会|会按|会在|稍后|随后|之后再|正在|准备|拟于|计划|届时|尽快|明天|改日|下周|"
    r"不再|尚未|还没|没有|无法|不能|未能|纸质|邮寄|盖章版|收悉|收到(?!请|后|望|盼|烦|敬|回)"
)
SENTENCES = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]?")
CLAUSES = re.compile(r"[，,、：:\s]+")
REPLY = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|回复|答复|转发|回覆|轉發)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
OPENING = re.compile(r"^[\s\[\(<{【〔「『《〈\"'“‘#*·\-]+")
KINDS = ("查询", "撤回", "恢复", "预检")
OPINIONS = "处理意见"  # what an officer's mail asks: that the opinions in its workbook be carried out
OUR_ANSWER = re.compile(r"^(?:结果|确认|通知|回执|答复|情况说明)")
ANOTHER_WORD = {"预检": re.compile(r"^[测验疫修]"), "恢复": re.compile(r"^[力期正]")}
SHORT_FORMS = re.compile(r"\s*(?:[、,，;；和及与]|\s)\s*(\d{4})(?!\d|年)")


def says_sent(letter: Letter) -> bool:
    """Whether the letter's own words, or the subject of one that answers nothing, say that material is sent.

    A letter that asks for 预检 says so too: there must be something to check.
    """
    subject = _subject(letter.subject)
    asked = request_in(subject, ())
    if asked and asked.kind == "预检":
        return True
    texts = [letter.own_words] if REPLY.match(subject) else [letter.own_words, subject]
    return any(_says_sent(sentence) for text in texts for sentence in SENTENCES.findall(text))


def _says_sent(sentence: str) -> bool:
    """Whether a clause of the sentence says it; a question does not, nor what is to come later or on paper."""
    clauses = () if ASKS.search(sentence) else CLAUSES.split(sentence)
    return any(SENDS.search(clause) and not NOT_NOW.search(clause) for clause in clauses)


def asks(letter: Letter) -> bool:
    """Whether the letter asks something that a person should answer."""
    own_subject = REPLY.sub("", _subject(letter.subject)) if not REPLY.match(_subject(letter.subject)) else ""
    return bool(ASKS.search(letter.own_words) or ASKS.search(own_subject))


def request_in(subject: str, prefixes: tuple[str, ...]) -> Request | None:
    """The request that a subject begins with, in whatever shape: Re:, 回复：, full width, brackets, several numbers.

    ``prefixes`` are those of the open calls (``GX2027``). An answer to our own answer (Re: 查询结果) is none.
    """
    plain = _subject(subject)
    answers = REPLY.match(plain) is not None
    words = OPENING.sub("", REPLY.sub("", OPENING.sub("", plain)))
    kind = next((k for k in KINDS if words.startswith(k)), "")
    if not kind:
        return None
    rest = OPENING.sub("", re.sub(r"^[\s\]\)>}】〕」』》〉\"'”’:,，.]+", "", words.removeprefix(kind)))
    if (answers and OUR_ANSWER.match(rest)) or _is_another_word(kind, words):
        return None
    return Request(kind, item_numbers(rest, prefixes))


def item_numbers(text: str, prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Item numbers in a text, in order, once each: ``GX2027-0001、0003`` names two."""
    plain = unicodedata.normalize("NFKC", text).upper()
    found: dict[str, None] = {}
    for prefix in prefixes:
        for first in re.finditer(re.escape(prefix.upper()) + r"\s*[-‐‑–—―−_~]?\s*(\d{4,})(?!\d)", plain):
            found[f"{prefix}-{first[1]}"] = None
            end = first.end()
            while more := SHORT_FORMS.match(plain, end):
                found[f"{prefix}-{more[1]}"] = None
                end = more.end()
    return tuple(found)


def _subject(subject: str) -> str:
    return unicodedata.normalize("NFKC", subject).strip()


def _is_another_word(kind: str, words: str) -> bool:
    pattern = ANOTHER_WORD.get(kind)
    return bool(pattern and pattern.match(words.removeprefix(kind)))
