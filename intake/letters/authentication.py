"""Whether the servers that took a letter in vouch for its From address (RFC 8601, read as NetEase writes it)."""

from __future__ import annotations

import re
from email.message import Message
from functools import lru_cache
from typing import Any

from intake.letters.names import raw_headers, unfold
from intake.model import Authentication

_WORST_FIRST = (
    Authentication.FAILED,
    Authentication.FOREIGN,
    Authentication.UNVERIFIED,
    Authentication.ALIGNED,
)
HEADER_CHARACTERS = 4_000  # no server writes more, and the parser takes its time over more
_COREMAIL = re.compile(r"^(\S+)\s+\(Coremail\)(?:.*?\bid\s+([^\s;]+))?", re.IGNORECASE)
_BY = re.compile(r"\bby\s+", re.IGNORECASE)
_COMMENT = re.compile(r"\((?!Coremail\))[^()]*\)", re.IGNORECASE)
_FOLD_BETWEEN_TOKENS = re.compile(
    r"\r?\n[ \t]+(?=\(|(?:smtp|header|policy|body)\.[\w-]+=|(?:reason|action|spf|dkim|dmarc|arc)=)"
)
_FOLD = re.compile(r"\r?\n[ \t]+")
_FAIL = re.compile(r"\b(?:dmarc|spf|dkim)\s*=\s*(?:hard)?fail\b", re.IGNORECASE)
_DOMAIN_PROPERTIES = {
    "spf": (("smtp", "mailfrom"), ("smtp", "mail")),
    "dkim": (("header", "d"), ("header", "i")),
    "dmarc": (("header", "from"),),
}


def authenticate(message: Message, sender: str, authserv: tuple[str, ...]) -> tuple[Authentication, str]:
    """What the believed headers say of the From address, and the words of the one that counts.

    Contract, section 5: believed is a header whose authserv-id is the ``by`` host of the topmost Received line (of a
    Coremail line only if its id is also X-CM-TRANSID) or is named in ``authserv``; of several the worst counts.
    """
    ids = _believed_ids(message, authserv)
    verdicts: dict[Authentication, str] = {}
    for raw in raw_headers(message, "authentication-results"):
        text = _unfold(raw)
        if _authserv_id(text) in ids:
            verdicts.setdefault(_verdict(text, sender), text[:500])
    worst = next((v for v in _WORST_FIRST if v in verdicts), Authentication.UNVERIFIED)
    return worst, verdicts.get(worst, "")


def _unfold(raw: str) -> str:
    """One line; a fold inside a token leaves nothing behind, for NetEase cuts where the column ends."""
    return _FOLD.sub("", _FOLD_BETWEEN_TOKENS.sub(" ", raw)).strip()


def _authserv_id(text: str) -> str:
    return _host(re.split(r"[\s;(]", _without_comments(text).lstrip(), maxsplit=1)[0])


def _host(text: str) -> str:
    return text.strip('"').rstrip(".").lower()


def _without_comments(text: str) -> str:
    """The text without comments, in which the sending side may have written; only ``(Coremail)`` is kept."""
    for _ in range(10):  # one in another; a line with more is nobody's
        text, found = _COMMENT.subn(" ", text)
        if not found:
            break
    return text


def _believed_ids(message: Message, authserv: tuple[str, ...]) -> frozenset[str]:
    ids = {_host(host) for host in authserv}
    received = raw_headers(message, "received")
    top = _without_comments(unfold(received[0])) if received else ""
    receiver = _BY.split(top)[-1] if _BY.search(top) else ""  # before it stands what the sending side called itself
    if coremail := _COREMAIL.match(receiver):
        stamps = {unfold(v) for v in raw_headers(message, "x-cm-transid")}
        if coremail[2] and coremail[2] in stamps:
            ids.add(_host(coremail[1]))
    elif receiver:
        ids.add(_host(re.split(r"[\s;()\[]", receiver, maxsplit=1)[0]))
    return frozenset(ids - {""})


def _verdict(text: str, sender: str) -> Authentication:
    import authres  # most letters in tests and by file bear no such header
    from authres.core import AuthResError

    domain = sender.rpartition("@")[2]
    # angle brackets round addresses, a closing ";" and Microsoft's "action=" are not in the grammar, but are met
    plain = re.sub(r"\saction=\S+", "", re.sub(r"=<([^<>]*)>", r"=\1", text)).rstrip("; ")
    try:
        if len(plain) > HEADER_CHARACTERS:
            raise ValueError
        results = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {plain}").results
    except (AuthResError, ValueError, IndexError, RecursionError):
        return Authentication.FAILED if _FAIL.search(text) else Authentication.UNVERIFIED
    passes: list[bool] = []
    failed = False
    for result in results:
        method, value = str(result.method).lower(), str(result.result).lower()
        if method in _DOMAIN_PROPERTIES and value == "pass":
            passes += _alignments(method, result.properties, domain)
        failed = failed or (method in _DOMAIN_PROPERTIES and value in ("fail", "hardfail"))
    if any(passes):
        return Authentication.ALIGNED
    if failed:
        return Authentication.FAILED
    return Authentication.FOREIGN if passes else Authentication.UNVERIFIED


def _alignments(method: str, properties: list[object], domain: str) -> list[bool]:
    """For each domain that a pass names: is it From's? A ``dmarc=pass`` that names none is for From's own."""
    wanted = _DOMAIN_PROPERTIES[method]
    named = [str(p.value) for p in properties if (p.type.lower(), p.name.lower()) in wanted]  # type: ignore[attr-defined]
    domains = [d for d in (v.rpartition("@")[2].strip(" .<>\"'").lower() for v in named) if d]
    if not domains:
        return [True] if method == "dmarc" and domain else []
    return [_same_organisation(d, domain) for d in domains]


def _same_organisation(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return one == other or organisation(one) == organisation(other)


def organisation(domain: str) -> str:
    """The organisational domain by the public-suffix list; the domain itself where it has none."""
    return str(_suffixes().privatesuffix(domain) or domain)


@lru_cache(maxsize=1)
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # its list is only loaded where two domains differ

    return PublicSuffixList()
