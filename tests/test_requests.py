"""撤回, 恢复 and officers' decisions: who may, what they change, who moves up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from states import ADDRESS, AFTER, FORGED, LATE, PACK, TOO_LONG, Desk, codes, item, letter, unit

from rules.judging.judge import judge
from rules.judging.officers import NoSuchDemand, decide_demand
from rules.judging.requests import Asked, Outcome, restore, senders_of, withdraw
from rules.model import Decision, OfficerDecision, Sender

A, B, C = "碱性电解槽宽功率波动制氢技术", "露天矿边坡智能监测装备", "退役风机叶片纤维再生"
STRANGER = Sender("someone@elsewhere.example.cn", (unit(name="赤峰市科学技术局"),))
ACCEPT, REFUSE = (OfficerDecision(d, "处室研究决定", "刘工") for d in (Decision.ACCEPTED, Decision.REFUSED))
RETURN, HOLD = (OfficerDecision(d, "处室研究决定", "刘工") for d in (Decision.CORRECTION, Decision.HELD))


class TestWithdraw:
    def test_withdrawn_and_sent_again_is_a_new_version_last_in_the_queue(self) -> None:
        desk = Desk(unit(2))
        desk.take(item(A), item(B), item(C))
        judged = desk.ask("撤回", "GX2027-0001")
        assert (judged.decision, judged.demands[0].withdrawn) == (Decision.REQUEST, True)
        assert [c.after.number for c in judged.changes] == ["GX2027-0003"]
        again = desk.take(item(A)).demands[0]
        assert (again.number, again.version, again.withdrawn) == ("GX2027-0001", 2, False)
        assert codes(again) == ["P001", "Q001"]

    def test_several_numbers_in_one_letter(self) -> None:
        desk = Desk()
        desk.take(item(A), item(B), item(C))
        judged = desk.ask("撤回", "GX2027-0001", "GX2027-0003", "GX2027-0099")
        assert [d.withdrawn for d in desk.state.demands] == [True, False, True]
        assert "GX2027-0099" in judged.refused_request

    @pytest.mark.parametrize(
        ("sender", "outcome"),
        [
            (Sender(ADDRESS, (unit(),)), Outcome.DONE),
            (Sender("other@unit.example.cn", (unit(),)), Outcome.DONE),
            (Sender("other@unit.example.cn", (unit(),), by_domain=True), Outcome.NOT_ENTITLED),
            (STRANGER, Outcome.NOT_ENTITLED),
        ],
    )
    def test_who_may(self, sender: Sender, outcome: Outcome) -> None:
        desk = Desk()
        desk.take(item(A))
        done = withdraw(Asked("GX2027-0001", sender, desk.now), desk.state, PACK)
        assert done.outcome is outcome
        if outcome is not Outcome.DONE:
            assert done.state == desk.state
            assert done.said

    def test_who_sent_it_may_even_from_a_domain(self) -> None:
        desk = Desk()
        by_domain = Sender("anna@unit.example.cn", (unit(),), by_domain=True)
        desk.take(item(A), sender=by_domain.address)
        done = withdraw(Asked("GX2027-0001", by_domain, desk.now), desk.state, PACK)
        assert (done.outcome, done.confirm_to) == (Outcome.DONE, (by_domain.address,))

    def test_every_address_that_sent_a_version_is_told(self) -> None:
        desk = Desk()
        desk.take(item(A))
        desk.take(item(A), sender="second@unit.example.cn")
        assert senders_of(desk.state, "GX2027-0001") == (ADDRESS, "second@unit.example.cn")

    def test_an_officer_is_asked(self) -> None:
        desk = Desk()
        desk.take(item(A))
        judged = desk.ask("撤回", "GX2027-0001", sender=STRANGER)
        assert judged.officer_needed == ("GX2027-0001",)
        assert not desk.demand("GX2027-0001").withdrawn

    def test_a_forged_request_does_nothing(self) -> None:
        desk = Desk()
        desk.take(item(A))
        asked = replace(letter(), kind="request", findings=(FORGED,))
        assert judge(asked, desk.state, PACK).state == desk.state


class TestRestore:
    def test_back_again_last_in_the_queue(self) -> None:
        desk = Desk(unit(2))
        desk.take(item(A), item(B), item(C))
        desk.ask("撤回", "GX2027-0001")
        desk.ask("恢复", "GX2027-0001")
        assert [codes(d) for d in desk.state.demands] == [["Q001"], [], []]

    def test_not_after_the_deadline(self) -> None:
        desk = Desk()
        desk.take(item(A))
        desk.ask("撤回", "GX2027-0001")
        done = restore(Asked("GX2027-0001", Sender(ADDRESS, (unit(),)), AFTER), desk.state, PACK)
        assert done.outcome is Outcome.TOO_LATE

    def test_parts_two_demands_that_only_likeness_made_one(self) -> None:
        desk = Desk()
        desk.take(item(A + "研究与应用"))
        desk.take(item(A + "研制与应用"))
        assert [d.version for d in desk.state.demands] == [2]
        desk.ask("恢复", "GX2027-0001")
        parted = [(d.number, d.version, d.name, codes(d)) for d in desk.state.demands]
        assert parted == [
            ("GX2027-0001", 1, A + "研究与应用", []),
            ("GX2027-0002", 1, A + "研制与应用", []),
        ]
        assert desk.state.past == ()

    def test_both_parted_demands_are_told(self) -> None:
        desk = Desk()
        desk.take(item(A + "研究与应用"))
        desk.take(item(A + "研制与应用"))
        assert [d.number for d in desk.ask("恢复", "GX2027-0001").demands] == ["GX2027-0001", "GX2027-0002"]

    def test_nothing_to_undo(self) -> None:
        desk = Desk()
        desk.take(item(A))
        assert "没有撤回" in desk.ask("恢复", "GX2027-0001").refused_request


class TestOfficers:
    def test_a_decision_overrides_and_stays(self) -> None:
        desk = Desk()
        desk.take(item(A, TOO_LONG))
        state, (own,) = decide_demand(desk.state, "GX2027-0001", ACCEPT, PACK)
        assert (own.before.decision, own.after.decision) == (Decision.CORRECTION, Decision.ACCEPTED)
        desk.state = state
        desk.take(item(B))
        assert desk.demand("GX2027-0001").decision is Decision.ACCEPTED
        assert codes(desk.demand("GX2027-0001")) == ["F022"]

    def test_who_is_let_in_beyond_the_limit_takes_no_place_of_another(self) -> None:
        desk = Desk(unit(1))
        desk.take(item(A), item(B), item(C))
        state, (own,) = decide_demand(desk.state, "GX2027-0002", ACCEPT, PACK)
        assert own.after.decision is Decision.ACCEPTED
        assert [d.decision for d in state.demands] == [Decision.ACCEPTED, Decision.ACCEPTED, Decision.HELD]

    def test_refusing_lets_the_next_one_move_up_and_a_refused_one_comes_back_last(self) -> None:
        desk = Desk(unit(1))
        desk.take(item(A), item(B))
        state, (own, moved) = decide_demand(desk.state, "GX2027-0001", REFUSE, PACK)
        assert own.after.decision is Decision.REFUSED
        assert (moved.after.number, moved.moved_up) == ("GX2027-0002", True)
        state, _ = decide_demand(state, "GX2027-0001", RETURN, PACK)
        assert [d.decision for d in state.demands] == [Decision.CORRECTION, Decision.ACCEPTED]

    def test_accepting_a_late_version_makes_it_current(self) -> None:
        desk = Desk()
        desk.take(item(A, TOO_LONG))
        desk.take(item(A), findings=(LATE,), at=AFTER)
        state, changes = decide_demand(desk.state, "GX2027-0001", ACCEPT, PACK)
        (demand,) = state.demands
        assert (demand.version, demand.current, demand.decision, demand.place) == (2, True, Decision.ACCEPTED, 1)
        assert [(d.version, d.current) for d in state.past] == [(1, False)]
        assert [(c.after.version, c.after.current) for c in changes] == [(2, True), (1, False)]

    def test_refusing_a_late_version_leaves_the_current_one(self) -> None:
        desk = Desk()
        desk.take(item(A, TOO_LONG))
        desk.take(item(A), findings=(LATE,), at=AFTER)
        state, (own,) = decide_demand(desk.state, "GX2027-0001", REFUSE, PACK)
        assert (own.after.version, own.after.decision) == (2, Decision.REFUSED)
        assert (state.demands[0].version, state.demands[0].decision) == (1, Decision.CORRECTION)

    def test_a_version_can_be_named(self) -> None:
        desk = Desk()
        desk.take(item(A, TOO_LONG))
        desk.take(item(A), findings=(LATE,), at=AFTER)
        _, (own,) = decide_demand(desk.state, "GX2027-0001", HOLD, PACK, version=1)
        assert (own.after.version, own.after.decision) == (1, Decision.HELD)

    def test_accepting_a_late_demand_that_is_the_only_one(self) -> None:
        desk = Desk()
        desk.take(item(A), findings=(LATE,), at=AFTER)
        state, _ = decide_demand(desk.state, "GX2027-0001", ACCEPT, PACK)
        assert [(d.number, d.current, d.decision) for d in state.demands] == [("GX2027-0001", True, Decision.ACCEPTED)]
        assert state.past == ()

    def test_accepting_an_isolated_demand_lets_it_in(self) -> None:
        desk = Desk()
        desk.take(item(A))
        aside = desk.take(item(A), findings=(FORGED,)).demands
        state, changes = decide_demand(replace(desk.state, aside=aside), "GX2027-0002", ACCEPT, PACK)
        assert [(d.number, d.isolated, d.place) for d in state.demands] == [("GX2027-0002", False, 1)]
        assert [(c.after.number, c.after.current) for c in changes] == [("GX2027-0002", True), ("GX2027-0001", False)]

    def test_other_decisions_leave_an_isolated_demand_aside(self) -> None:
        desk = Desk()
        aside = desk.take(item(A), findings=(FORGED,)).demands
        state, (own,) = decide_demand(replace(desk.state, aside=aside), "GX2027-0001", REFUSE, PACK)
        assert (state.demands, state.aside[0].decision) == ((), Decision.REFUSED)
        assert own.after.isolated

    def test_no_such_demand(self) -> None:
        with pytest.raises(NoSuchDemand):
            decide_demand(Desk().state, "GX2027-0009", ACCEPT, PACK)
