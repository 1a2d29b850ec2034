"""What a letter without a form wants: does it say that material is sent, does it ask, is it a request."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from intake.model import Letter
from rules.model import Request

SENDS = re.compile(
    r"附件|附上|附后|[见如]附|^附$|随信|随函|随邮件|报送|上报|呈报|提交|递交|推荐|电子版|电子档|查收|查阅|审阅|"
    r"(?:发送|发给|发至|寄送|发[您你])|[报呈奉送]上|(?:材料|需求|汇总表|模板|申报表)[^。！？]{0,6}(?:如下|见)"
)
ASKS = re.compile(
    r"[?？]|请问|咨询|请教|想问|吗(?![啡])|如何|怎么|怎样|能否|可否|是否|何时|什么时候|哪里|哪个|哪些|多少|几[号项个份次]|撤回|撤销|延期|"
    r"(?:请|麻烦|劳烦|希望|需要|想要|索要)[^，。！]{0,12}(?:发给?我|发(?:送|来)?一[份下]|提供|给我|重发)"
)
WANTS_DONE = re.compile(  # in the text of a letter, where no request is obeyed: a person must see to it
    r"撤[回销消]|不再(?:申报|报送)|放弃(?:申报|报送)|作废|"
    r"(?:请|申请|要求|希望|拟)[^，。！]{0,12}(?:恢[复復]|查[询詢]|[预預][检檢]|更正|更换|替换|删除)"
)
NOT_NOW = re.compile(
    r"将于|将在|将按|将会|会按|会在|稍后|随后|之后再|正在|准备|拟于|计划|届时|尽快|明天|改日|下周|"
    r"待.{0,8}后|预计|争取|准备中|打不开|已(?:查收|查阅|审阅)|不用|无需|不必|放弃|不再|尚未|还没|没有|无法|不能|未能|(?<!电子版[和及与、])纸质|邮寄|盖章版|收悉|收到(?!请|后|望|盼|烦|敬|回)"
)
APART = re.compile(r"(?<=附)[ \t\u3000]+(?=件)")  # as letters on paper are laid out
SENTENCES = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]?")
CLAUSES = re.compile(r"[，,、：:\s]+")
REPLY = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|回复|答复|转发|回覆|轉發)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
OPENING = re.compile(r"^[\s\[\(<{【〔「『《〈\"'“‘#*·\-]+")
OPINIONS = "处理意见"  # what an officer's mail asks: that the opinions in its workbook be carried out
OUR_ANSWER = re.compile(r"^(?:结果|确认|通知|回执|答复|情况说明)")
ANOTHER_WORD = {"预检": re.compile(r"^[测验疫修]"), "恢复": re.compile(r"^[力期正]")}
SHORT_FORMS = re.compile(r"\s*(?:[、,，;；/和及与]|\s)\s*(\d{4})(?!\d|年)")
RANGES = re.compile(r"\s*(?:至|到|[-‐‑–—―−~])+\s*(?:[A-Z]+\d*\s*[-‐‑–—―−_~]\s*)?(\d{4})(?!\d|年)")
MOST_IN_RANGE = 200
BARE = re.compile(r"(?<![\dA-Z\-‐‑–—―−_~])(0\d{3})(?!\d|年)")  # 撤回 0001: the number without the call's prefix
TRIAL = re.compile(r"^[预預]\s*[检檢]")
WORD_FORMS = (  # as people also write the words
    (re.compile(r"^查\s*[询詢]"), "查询"),
    (re.compile(r"^撤\s*回"), "撤回"),
    (re.compile(r"^恢\s*[复復]"), "恢复"),
    (TRIAL, "预检"),
)
POLITE = re.compile(
    r"^(?:我(?:单位|局|校|院|厅))?(?:特?申请|请求|恳请|请|要求|关于)(?=撤[回销消]|恢[复復]|[预預]\s*[检檢])"
)
REVOKED = re.compile(r"^撤\s*[销消]")


def says_sent(letter: Letter) -> bool:
    """Whether the letter's own words, or the subject of one that answers nothing, say that material is sent.

    A letter that asks for 预检 says so too: there must be something to check.
    """
    subject = _subject(letter.subject)
    asked = request_in(subject, ())
    if asked and asked.kind == "预检":
        return True
    words = APART.sub("", letter.own_words)
    texts = [words] if REPLY.match(subject) else [words, subject]
    return any(_says_sent(sentence) for text in texts for sentence in SENTENCES.findall(text))


def _says_sent(sentence: str) -> bool:
    """Whether a clause of the sentence says it; a question does not, nor what is to come later or on paper."""
    clauses = () if ASKS.search(sentence) else CLAUSES.split(sentence)
    return any(SENDS.search(clause) and not NOT_NOW.search(clause) for clause in clauses)


def asks(letter: Letter) -> bool:
    """Whether the letter asks something that a person should answer, or wants done what only a subject can ask."""
    own_subject = REPLY.sub("", _subject(letter.subject)) if not REPLY.match(_subject(letter.subject)) else ""
    texts = (letter.own_words, own_subject)
    return any(pattern.search(text) for text in texts for pattern in (ASKS, WANTS_DONE))


def request_in(subject: str, prefixes: tuple[str, ...]) -> Request | None:
    """The request that a subject begins with, in whatever shape: Re:, 回复：, full width, brackets, several numbers.

    ``prefixes`` are those of the open calls (``GX2027``). An answer to our own answer (Re: 查询结果) is none. What only
    speaks of 撤回 or 恢复 politely, or calls it 撤销, is one if it names the number.
    """
    plain = _subject(subject)
    answers = REPLY.match(plain) is not None
    words = OPENING.sub("", REPLY.sub("", OPENING.sub("", plain)))
    bare = REVOKED.sub("撤回", POLITE.sub("", words))
    words, must_name = bare, bare != words and not TRIAL.match(bare)
    kind, behind = next(((k, words[m.end() :]) for form, k in WORD_FORMS if (m := form.match(words))), ("", ""))
    if not kind:
        return None
    rest = OPENING.sub("", re.sub(r"^[\s\]\)>}】〕」』》〉\"'”’:,，.]+", "", behind))
    if (answers and OUR_ANSWER.match(rest)) or _is_another_word(kind, kind + behind):
        return None
    numbers = item_numbers(rest, prefixes)
    return None if must_name and not numbers else Request(kind, numbers)


def item_numbers(text: str, prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """Item numbers in a text, in order, once each: ``GX2027-0001、0003`` names two, ``0001至0003`` three.

    Where one call is open, its prefix may be left out.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    found: dict[str, None] = {}
    for prefix in prefixes:
        for first in re.finditer(re.escape(prefix.upper()) + r"\s*[-‐‑–—―−_~]?\s*(\d{4,})(?!\d)", plain):
            found |= dict.fromkeys(f"{prefix}-{number}" for number in _and_following(first, plain))
    if not found and len(prefixes) == 1:
        for bare in BARE.finditer(plain):
            found |= dict.fromkeys(f"{prefixes[0]}-{number}" for number in _and_following(bare, plain))
    return tuple(found)


def _and_following(first: re.Match[str], text: str) -> Iterator[str]:
    """A number, and those that follow it without a prefix, one by one or as a range."""
    last, end = first[1], first.end()
    yield last
    while more := SHORT_FORMS.match(text, end) or RANGES.match(text, end):
        if more.re is RANGES:
            if not int(last) < int(more[1]) <= int(last) + MOST_IN_RANGE:
                return  # a date, or a telephone number
            yield from (f"{n:04d}" for n in range(int(last) + 1, int(more[1])))
        yield more[1]
        last, end = more[1], more.end()


def _subject(subject: str) -> str:
    return unicodedata.normalize("NFKC", subject).strip()


def _is_another_word(kind: str, words: str) -> bool:
    pattern = ANOTHER_WORD.get(kind)
    return bool(pattern and pattern.match(words.removeprefix(kind)))
