"""Every rule does what it says: its cases, its words, and the contract's table of codes."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
import rule_cases
from rule_cases import Case

from rules.catalog import RULES
from rules.model import Severity
from rules.reference import reference

ROOT = Path(__file__).parent.parent
BY_CODE = {rule.code: rule for rule in RULES}
MODULES = [importlib.import_module(f"rule_cases.{module.name}") for module in pkgutil.iter_modules(rule_cases.__path__)]
CASES: list[Case] = [case for module in MODULES for case in getattr(module, "CASES", ())]
WITH_A_LIMIT = {"F022", "F023", "B002", "B003", "B005", "D001", "D002", "D003", "D004", "T005", "Q002"}
CONTRACT = {
    Severity.ERROR: "F001 F002 F003 F004 F005 F006 F008 F010 F011 F020 F021 F022 F023 F030 F032 B001 B002 B003 B004 "
    "A003 C001 C003 C005 C006",
    Severity.WARNING: "F007 F024 F025 F031 C002 C004 C007 C008",
    Severity.REVIEW: "B005 D004 A001 A002 A005 Q001 P002 P003 S001 S002 S003 T002 T003 T004 T005",
    Severity.REFUSE: "D001 T001",
    Severity.INFO: "D002 D003 A004 Q002 P001 M001 M002",
}
OF_AN_EVENT = {"P001"}  # looks at a replacement, which is what it tells: nothing to pass
NEVER_TOLD = {"D002", "A002", "A004", "M001", "M002"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    found = BY_CODE[case.code].findings(*case.subject)
    assert tuple(f.where for f in found) == case.wants
    for finding in found:
        assert finding.code == case.code
        assert finding.message.strip()
        assert "{" not in finding.message + finding.fix
        at = 0
        for words in case.says:
            at = finding.message.index(words)
        assert at >= 0


def test_the_catalogue_is_the_contracts_table() -> None:
    wanted = {code: severity for severity, codes in CONTRACT.items() for code in codes.split()}
    assert {rule.code: rule.severity for rule in RULES} == wanted
    assert len(RULES) == len(wanted), "a code has more than one home"
    assert {rule.code for rule in RULES if not rule.told} == NEVER_TOLD


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented_and_worded(rule) -> None:
    assert len(rule.doc) >= 20, "a docstring that says what is asked and why"
    assert rule.title
    assert rule.message.endswith("。")
    if rule.told and rule.severity is not Severity.INFO:
        assert rule.fix.endswith("。"), "the sender must read how to mend it"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_cases(rule) -> None:
    cases = [case for case in CASES if case.code == rule.code]
    assert rule.code in OF_AN_EVENT or any(not case.wants for case in cases), "a case that passes"
    assert any(case.wants for case in cases), "a case that fails"
    if rule.code in WITH_A_LIMIT:
        assert any(case.on_the_limit for case in cases), "a case exactly on the limit"


def test_the_rule_reference_is_not_stale() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == reference(), "run: python -m rules.reference"
