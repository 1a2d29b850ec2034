"""What a new demand is like (P002, P003): the texts on file, indexed when a pass first meets a demand.

Nothing but the forms is stored for it: grams in the database would save only a part of the building (docs/likeness.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rules.model import Checked, Decision, Demand, Likeness, UnitState
from rules.similar.likeness import text_of
from rules.similar.resemblance import DemandIndex, Entry, Newcomer, ReferenceIndex, Text, likenesses
from store import codec
from store.database import Database
from store.registers.reference_lists import Entry as Listed
from store.registers.reference_lists import entries

_COMPARED = (
    "SELECT number, version, coalesce(unit, sender) AS owner, form FROM items WHERE call = ? AND current = 1"
    " AND withdrawn = 0 AND isolated = 0 AND secret = 0 AND decision <> 'refused' ORDER BY ordinal"
)


@dataclass
class Company:
    """The demands of one call that a new one is compared with, and which version of each is in the index."""

    index: DemandIndex = field(default_factory=DemandIndex)
    versions: dict[str, int] = field(default_factory=dict)

    def take(self, number: str, version: int, owner: str, text: str) -> None:
        """Compare later ones with this text too."""
        self.index.add(Text(number, owner, text))
        self.versions[number] = version

    def follow(self, state: UnitState) -> None:
        """Bring the demands of one unit to what its state holds now."""
        for demand in state.demands:
            if not is_compared(demand):
                self.index.remove(demand.number)
                self.versions.pop(demand.number, None)
            elif self.versions.get(demand.number) != demand.version:
                self.take(demand.number, demand.version, owner_of(state, demand), text_of(demand.form))


@dataclass
class Neighbours:
    """Both indexes of a workspace, for one pass or command."""

    db: Database
    _companies: dict[str, Company] = field(default_factory=dict)

    def near(self, checked: Checked, call: str) -> tuple[Likeness, ...]:
        """What each demand of a letter is like; of what is secret or stays outside of the unit's state nothing."""
        if checked.kind != "submission" or not checked.items or checked.secret or checked.isolated:
            return ()
        if call not in self._companies:
            self._companies[call] = self._company(call)
        return near(checked, self._companies[call].index, self.references)

    def follow(self, call: str, state: UnitState) -> None:
        """Keep in step with a verdict that was recorded; an index that nobody asked for is not built for it."""
        if call in self._companies:
            self._companies[call].follow(state)

    @cached_property
    def references(self) -> ReferenceIndex:
        """The lists of funded projects and published guides."""
        return ReferenceIndex.of(Entry(title_of(e), e.name, e.content) for e in entries(self.db))

    def _company(self, call: str) -> Company:
        company = Company()
        for row in self.db.rows(_COMPARED, call):
            form = codec.decode(codec.FORM, row["form"])
            company.take(row["number"], row["version"], row["owner"], text_of(form))
        return company


def near(checked: Checked, demands: DemandIndex, references: ReferenceIndex) -> tuple[Likeness, ...]:
    """What each demand of a letter is like."""
    owner = checked.unit.name if checked.unit else checked.sender.address
    new = (Newcomer(item.document, item.name, owner, text_of(item.form)) for item in checked.items)
    return tuple(like for each in new for like in likenesses(each, demands, references))


def is_compared(demand: Demand) -> bool:
    """Whether a new demand may be a near-duplicate of this one."""
    aside = demand.withdrawn or demand.isolated or demand.secret or not demand.current
    return not aside and demand.decision is not Decision.REFUSED


def owner_of(state: UnitState, demand: Demand) -> str:
    """Whose a demand is: its unit's, where a call knows no units its sender's."""
    return state.unit.name if state.unit else demand.sender


def title_of(entry: Listed) -> str:
    """An entry of a list as officers and letters name it."""
    return f"{entry.name}（{entry.year.removesuffix('年')}年）" if entry.year else entry.name
