"""A part of the fault suite (`make faults` is the whole): killed, cut off and locked out, the desk loses nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from fault_bed import Bed
from fault_plan import Fault
from program import Program
from servers import PASSWORD, DovecotServer


@pytest.fixture(scope="module")
def bed(dovecot_server: DovecotServer) -> Iterator[Bed]:
    program = Program(PASSWORD)
    bed = Bed(dovecot_server, program, random.Random(7))
    yield bed
    bed.close()
    program.close()


@pytest.mark.parametrize(
    ("step", "edge"),
    [
        ("mail fetched", "after"),
        ("file renamed", "before"),
        ("verdict recorded", "after"),
        ("letter settled", "after"),
        ("file into quarantine", "after"),
        ("SMTP dot", "before"),
        ("SMTP dot", "after"),
        ("letter noted as sent", "before"),
        ("letter called uncertain", "after"),
        ("letter pending again", "before"),
        ("mailbox told", "after"),
    ],
)
def test_killed_at_a_step_it_goes_on_with_nothing_lost_or_done_twice(bed: Bed, step: str, edge: str) -> None:
    outcome = bed.carry_out(Fault("kill", step, edge))
    assert outcome.kills, "the step was not reached"
    assert outcome.found == []


@pytest.mark.parametrize("nth", [1, 4])
def test_killed_at_a_commit_it_goes_on(bed: Bed, nth: int) -> None:
    outcome = bed.carry_out(Fault("kill", "SQL COMMIT", ("before", "after")[nth % 2], nth))
    assert (outcome.kills > 0, outcome.found) == (True, [])


@pytest.mark.parametrize("sort", ["random", "real"])
@pytest.mark.parametrize("mode", ["once", "run"])
def test_killed_at_any_moment_it_goes_on(bed: Bed, sort: str, mode: str) -> None:
    assert bed.carry_out(Fault(sort, mode)).found == []


@pytest.mark.parametrize(
    ("command", "edge"),
    [
        ("IMAP LOGIN", "after"),
        ("IMAP UID FETCH body", "within"),
        ("IMAP UID STORE", "after"),
        ("SMTP dot", "after"),
    ],
)
def test_cut_off_at_a_command_it_goes_on(bed: Bed, command: str, edge: str) -> None:
    outcome = bed.carry_out(Fault("cut", command, edge))
    assert (outcome.reached, outcome.found) == (True, [])


@pytest.mark.parametrize("step", ["letter settled", "letter noted as sent"])
def test_while_another_program_holds_the_database_nothing_is_half_done(bed: Bed, step: str) -> None:
    outcome = bed.carry_out(Fault("lock", step, "before"))
    assert (outcome.reached, outcome.found) == (True, [])
