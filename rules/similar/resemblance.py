"""Who is like whom: demands among the demands of other units (P002), and among what was funded or published (P003).

The indexes live as long as a pass or a worker; they hold texts and know no database.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, log2

from rules.folding import fold_name
from rules.model import Likeness
from rules.similar.likeness import folded_text, grams, overlap
from rules.similar.shelves import Shelf, least_shared, sample, step_for

GRADES = 16
ENTRY_SAMPLE = 2048  # half of an entry is near what any two texts share: a small sample could not tell
ALIKE = 0.5  # Jaccard of two demands, or the share of an entry that a demand contains (contract, P002 and P003)


@dataclass(frozen=True, slots=True)
class Text:
    """A demand as it is compared: its number (``""`` for a new one), whose it is, and its folded text (``text_of``)."""

    number: str
    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A funded project or a published guide: ``title`` for officers and letters, its name, its content."""

    title: str
    name: str
    content: str = ""


@dataclass
class DemandIndex:
    """All demands that a new one may be a near-duplicate of: current, in a unit's state, not withdrawn or refused."""

    shelves: dict[int, Shelf] = field(default_factory=lambda: defaultdict(Shelf))
    texts: dict[tuple[int, int], Text] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, text: Text) -> None:
        """Take a demand in; a new version takes the place of the one before."""
        self.remove(text.number)
        members = grams(text.text)
        step = step_for(len(members))
        place = step, self.shelves[step].put(sample(members, step), _grade(len(members)))
        self.texts[place], self.places[text.number] = text, place

    def remove(self, number: str) -> None:
        """Forget a demand, known or not."""
        place = self.places.pop(number, None)
        if place:
            del self.texts[place]
            self.shelves[place[0]].drop(place[1])

    def near(self, new: Text) -> tuple[tuple[float, Text], ...]:
        """The demands of others that a demand is a near-duplicate of, each with the Jaccard, the likest first."""
        members = grams(new.text)
        others = (t for t in self._candidates(members) if t.owner != new.owner and t.number != new.number)
        scored = ((overlap(members, grams(other.text)), other) for other in others)
        return tuple(sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: (-s[0], s[1].number)))

    def _candidates(self, members: frozenset[int]) -> Iterator[Text]:
        size = len(members)
        for step, wanted in _wanted(size).items():
            if step in self.shelves:
                sampled = sample(members, step)
                least = {kind: least_shared(len(sampled), share, step) for kind, share in wanted.items()}
                yield from (self.texts[step, place] for place in self.shelves[step].sharing(sampled, least))


@dataclass
class ReferenceIndex:
    """The lists that demands must not repeat; built once from their entries."""

    shelves: dict[int, Shelf] = field(default_factory=lambda: defaultdict(Shelf))
    entries: dict[tuple[int, int], tuple[Entry, str]] = field(default_factory=dict)  # with its folded text
    names: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> ReferenceIndex:
        """The index of all entries."""
        index = cls()
        for entry in entries:
            index._add(entry)
        return index

    def near(self, name: str, text: str) -> tuple[tuple[float, Entry], ...]:
        """The entries of the same name or contained to a half and more, each with the share, the highest first."""
        members = grams(folded_text(name)) | grams(text)
        scored = {entry: _contained(grams(folded), members) for entry, folded in self._candidates(members)}
        found = {entry: share for entry, share in scored.items() if share >= ALIKE}
        if same := self.names.get(fold_name(name)):
            found[same] = 1.0
        return tuple(sorted(((share, e) for e, share in found.items()), key=lambda s: (-s[0], s[1].title)))

    def _add(self, entry: Entry) -> None:
        if name := fold_name(entry.name):
            self.names.setdefault(name, entry)
        folded = f"{folded_text(entry.name)}\n{folded_text(entry.content)}"
        members = grams(folded)
        step = step_for(len(members), ENTRY_SAMPLE)
        if sampled := sample(members, step):
            place = self.shelves[step].put(sampled, _grade(len(sampled)))
            self.entries[step, place] = entry, folded

    def _candidates(self, members: frozenset[int]) -> Iterator[tuple[Entry, str]]:
        for step, shelf in self.shelves.items():
            least = {kind: least_shared(_least_of_grade(kind), ALIKE, step) for kind in shelf.classes}
            yield from (self.entries[step, place] for place in shelf.sharing(sample(members, step), least))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A demand that is looked up: the path of its document, its name, whose it is, its folded text."""

    document: str
    name: str
    owner: str
    text: str


def likenesses(new: Newcomer, demands: DemandIndex, references: ReferenceIndex) -> tuple[Likeness, ...]:
    """What a demand is like, as the judge takes it: every demand of others (P002), every entry of the lists (P003)."""
    others = demands.near(Text("", new.owner, new.text))
    listed = references.near(new.name, new.text)
    return (
        *(Likeness(new.document, "P002", score, other.number, name=new.name) for score, other in others),
        *(Likeness(new.document, "P003", score, entry.title, name=new.name) for score, entry in listed),
    )


def shared_passages(one: str, other: str, least: int = 8) -> tuple[str, ...]:
    """The passages of a text, as written, that another text also holds (letters and digits compared), in order.

    Passages of fewer than ``least`` letters and digits are left out.
    """
    kept = [(place, folded) for place, c in enumerate(one) if (folded := folded_text(c))]
    plain, there = "".join(f for _, f in kept), folded_text(other)
    origin = [place for place, f in kept for _ in f]
    windows = {there[i : i + least] for i in range(len(there) - least + 1)}
    found = (i for i in range(len(plain) - least + 1) if plain[i : i + least] in windows)
    covered = sorted({j for i in found for j in range(i, i + least)})
    return tuple(one[origin[a] : origin[b] + 1] for a, b in _runs(covered))


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of neighbours."""
    breaks = [0, *(i for i in range(1, len(places)) if places[i] != places[i - 1] + 1), len(places)]
    return ((places[a], places[b - 1]) for a, b in itertools.pairwise(breaks) if a < b)


def _wanted(size: int) -> Mapping[int, dict[int, float]]:
    """The steps, and on each the grades, that may hold sets of Jaccard one half: from half to double the size.

    Of each the least share of the set's own members that both must hold: a third of both together.
    """
    wanted: dict[int, dict[int, float]] = defaultdict(dict)
    for grade in range(_grade(ceil(size / 2)), _grade(2 * size) + 1) if size else ():
        least = _least_of_grade(grade)
        wanted[step_for(least)][grade] = (size + max(least, size / 2)) / (3 * size)
    return wanted


def _grade(size: int) -> int:
    """The sixteenth of an octave that a size is in; sets of one class differ by less than a twentieth."""
    return int(GRADES * log2(size)) if size else 0


def _least_of_grade(kind: int) -> int:
    return ceil(2 ** (kind / GRADES) - 1e-9)


def _contained(own: frozenset[int], members: frozenset[int]) -> float:
    return len(own & members) / len(own)
