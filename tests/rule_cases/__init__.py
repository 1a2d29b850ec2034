"""Cases as data: for each rule what passes, what fails, and what stands exactly on the limit.

A module of this folder holds ``CASES``; ``tests/test_rules.py`` runs them all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """What a rule looks at, and the places where it must be found (``()``: nowhere).

    ``subject`` are the arguments of the rule's function; ``says`` are words that each message must hold in order.
    """

    code: str
    about: str
    wants: tuple[str, ...]
    subject: tuple[object, ...]
    says: tuple[str, ...] = ()
    on_the_limit: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.about}"
