"""Is an applicant an enterprise: by how its name ends (contract, section 5)."""

from __future__ import annotations

import re
import unicodedata

ENDINGS = re.compile(r"(?:公司|集团|厂|合作社|联合社|联社|企业|商行|银行|合伙|煤矿|铁矿|铜矿|金矿|农场|林场|牧场)$")
FIRST_NAMED = re.compile(r"[、，,；;/\n]")
NOTE_BEHIND = re.compile(r"\((?!集团)[^()]*\)$")
LEGAL_FORM = re.compile(r"\((?:普通|有限|特殊普通)合伙\)$")


def is_enterprise(name: str) -> bool:
    """Whether the name (of several the first, who leads) ends as a company's does; a blank name is none."""
    first = FIRST_NAMED.split(unicodedata.normalize("NFKC", name).strip())[0].strip()
    if LEGAL_FORM.search(first):
        return True
    return bool(ENDINGS.search(NOTE_BEHIND.sub("", first).rstrip(") ")))
