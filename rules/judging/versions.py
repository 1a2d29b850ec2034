"""Which demand on file a new form is a version of (contract, section 5, "Same demand"). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from rules.folding import fold, fold_name
from rules.model import CheckedItem, Demand
from rules.names import same_organisation
from rules.packs.call import CallPack
from rules.similar.likeness import jaccard, text_of

LITTLE = 0.85  # the likeness of names that differ by little
SAME_TEXT = 0.5  # where a form names no demand, its text must tell (the measure of P002)
# A difference that holds one of these tells two demands apart: 一期 and 二期, 1号 and 2号, A型 and B型.
TELLING = frozenset("零〇一二三四五六七八九十百千万亿兆廿卅两双单壹贰叁肆伍陆柒捌玖拾甲乙丙丁期型号")


@dataclass(frozen=True, slots=True)
class Match:
    """The demand on file that a form is a new version of; ``by_likeness`` when the names are not the same."""

    demand: Demand
    by_likeness: bool = False


def one_each(items: Iterable[CheckedItem]) -> tuple[CheckedItem, ...]:
    """The items of one letter, the same demand once: the later one counts, in the place of the first."""
    kept: dict[str, CheckedItem] = {}
    for ordinal, item in enumerate(items):
        kept[fold_name(item.name) or f"\0{ordinal}"] = item
    return tuple(kept.values())


def find_same(
    new: Demand, on_file: Iterable[Demand], together: Iterable[frozenset[str]], pack: CallPack
) -> Match | None:
    """The demand of the unit that a new one is a version of, null if it is of none.

    ``together`` holds sets of folded names that stand side by side (a letter's, the 汇总表's): two names of one set
    are two demands however like they are.
    """
    known = [d for d in on_file if not d.secret]
    name = fold_name(new.name)
    if not name:
        return _by_text(new, known, pack)
    same = next((d for d in known if fold_name(d.name) == name), None)
    if same:
        return Match(same)
    sides = tuple(together)
    like = [d for d in known if _alike(new, d, pack) and not _side_by_side(name, fold_name(d.name), sides)]
    if like:
        return Match(max(like, key=lambda d: name_likeness(name, fold_name(d.name))), by_likeness=True)
    return _by_text(new, [d for d in known if not fold_name(d.name)], pack)


def name_likeness(one: str, other: str) -> float:
    """How like two folded names are, 0 to 1."""
    return float(Levenshtein.normalized_similarity(one, other))


def differ_by_little(one: str, other: str) -> bool:
    """Whether two folded names differ by so little that they may name one demand.

    Never where the difference holds a digit, a numeral, a letter, 期, 型 or 号.
    """
    if name_likeness(one, other) < LITTLE:
        return False
    edits = [e for e in Levenshtein.opcodes(one, other) if e.tag != "equal"]
    changed = "".join(one[e.src_start : e.src_end] + other[e.dest_start : e.dest_end] for e in edits)
    return not any(c in TELLING or unicodedata.category(c) != "Lo" for c in changed)  # Lo: ideographs and their like


def _alike(new: Demand, old: Demand, pack: CallPack) -> bool:
    same_applicant = same_organisation(pack.applicant_of(new.form), pack.applicant_of(old.form))
    return same_applicant and differ_by_little(fold_name(new.name), fold_name(old.name))


def _side_by_side(one: str, other: str, together: tuple[frozenset[str], ...]) -> bool:
    return any(one in names and other in names for names in together)


def _by_text(new: Demand, known: list[Demand], pack: CallPack) -> Match | None:
    """A form that names no demand, or a demand that was never named, is known again by its text and applicant."""
    text, applicant = text_of(new.form), fold(pack.applicant_of(new.form))
    same = [d for d in known if fold(pack.applicant_of(d.form)) == applicant]
    scored = [(jaccard(text, text_of(d.form)), d) for d in same]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return Match(best[1]) if best and best[0] >= SAME_TEXT else None
