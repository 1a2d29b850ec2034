"""Find the sets that share most of their members with a given one, among very many. Pure.

Each set is known by a sample of its members: those whose number leaves no rest, so that two sets sample alike. Members
fall into buckets, so that memory is bounded however many different members there are; a bucket's owners are one long
integer with a bit a set, and the integers of all buckets of a set are added up bit by bit (carry-save), so that a
handful of operations on long integers counts for every set at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, sqrt

SAMPLE = 256  # members that a set is known by, at least (of smaller sets: all)
SIGMA = 5.0  # how far below what is expected a true find may fall in the sample: one in three million falls farther
BUCKETS = 65_521  # a prime: the members are texts read as numbers, whose low digits are far from chance


def step_for(size: int, least: int = SAMPLE) -> int:
    """Every how many-th member, on average, a set of this size is known by (an odd number)."""
    octave = 1 << max(0, size.bit_length() - 1)
    return max(1, octave // least) | 1 if octave >= 2 * least else 1


def sample(members: Iterable[int], step: int) -> list[int]:
    """The members by which a set is known."""
    return list(members) if step == 1 else [m for m in members if m % step == 0]


def least_shared(sampled: int, share: float, step: int) -> int:
    """How many of the sampled members are shared at the least, where this share of all members is."""
    expected = sampled * min(1.0, share)
    if step == 1:
        return max(1, ceil(expected - 1e-9))
    return max(1, floor(expected - SIGMA * sqrt(expected * (1 - min(1.0, share)))))


@dataclass(slots=True)
class Shelf:
    """Sets that are sampled alike, each in a class of its own kind of size."""

    owners: dict[int, int] = field(default_factory=dict)  # by bucket: a bit a set
    classes: dict[int, int] = field(default_factory=dict)  # by class: a bit a set
    crowded: dict[int, int] = field(default_factory=dict)  # by class: members beyond one a bucket, at most
    length: int = 0

    def put(self, sampled: Collection[int], kind: int) -> int:
        """Take a set in; its place on the shelf."""
        place, self.length = self.length, self.length + 1
        mark = 1 << place
        buckets = _buckets(sampled)
        self.classes[kind] = self.classes.get(kind, 0) | mark
        self.crowded[kind] = max(self.crowded.get(kind, 0), len(sampled) - len(buckets))
        for bucket in buckets:
            self.owners[bucket] = self.owners.get(bucket, 0) | mark
        return place

    def drop(self, place: int) -> None:
        """Forget a set; its place stays empty."""
        for kind, bits in self.classes.items():
            self.classes[kind] = bits & ~(1 << place)

    def sharing(self, sampled: Collection[int], wanted: Mapping[int, int]) -> Iterator[int]:
        """The places of the sets that hold at least so many of the sampled members as is ``wanted`` of their class.

        A few others may be among them, whose members only fall into the same buckets.
        """
        buckets = _buckets(sampled)
        planes = _added([self.owners[bucket] for bucket in buckets if bucket in self.owners])
        for kind, least in wanted.items():
            if kind in self.classes:
                # Of the members that two sets share, no more fall together than of either set's own.
                lost = min(len(sampled) - len(buckets), self.crowded[kind])
                yield from _places(_at_least(planes, max(1, least - lost)) & self.classes[kind])


def _buckets(members: Iterable[int]) -> set[int]:
    return {member % BUCKETS for member in members}


def _added(column: list[int]) -> list[int]:
    """The sum of one-bit numbers side by side: plane ``i`` holds the bits of weight ``2**i``."""
    planes: list[int] = []
    while column:
        carries: list[int] = []
        while len(column) > 2:
            a, b, c = column.pop(), column.pop(), column.pop()
            either = a ^ b
            column.append(either ^ c)
            carries.append(a & b | either & c)
        if len(column) == 2:
            carries.append(column[0] & column[1])
            column = [column[0] ^ column[1]]
        planes.append(column[0])
        column = [c for c in carries if c]
    return planes


def _at_least(planes: list[int], least: int) -> int:
    """The bits at which the number that the planes hold is at least so much."""
    if least.bit_length() > len(planes):
        return 0
    more, same = 0, -1
    for weight in reversed(range(len(planes))):
        if least >> weight & 1:
            same &= planes[weight]
        else:
            more |= same & planes[weight]
            same &= ~planes[weight]
    return more | same


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
