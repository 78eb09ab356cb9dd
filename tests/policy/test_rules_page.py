"""The page of rules says what the files say, and is current."""

from dataclasses import replace

from pipeline.policy.danger import read_danger_rules
from pipeline.policy.rules import read_rules
from pipeline.policy.rules_page import PAGE, rules_page, shipped_page
from pipeline.policy.suites import SUITES, read_suite


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == shipped_page(), "run: python -m pipeline.policy.rules_page"


def test_every_rule_is_on_the_page_in_both_languages():
    page = shipped_page()
    declared = [*read_rules().gates, *read_rules().elements, *read_danger_rules().rules]
    declared += [rule for name in SUITES for rule in read_suite(name).rules]
    for rule in declared:
        name = rule.id if hasattr(rule, "id") else rule.name
        [line] = {
            line for line in page.splitlines() if f"| `{name}` |" in line and rule.words.nl.replace("|", r"\|") in line
        }
        assert rule.words.en.replace("|", r"\|") in line


def test_tables_have_as_many_cells_in_each_line():
    for block in shipped_page().split("\n\n"):
        lines = [line.replace(r"\|", "") for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1


def test_a_page_of_nothing_keeps_its_headings():
    rules = read_rules()
    empty = rules_page([], type(rules)((), (), "none"), replace(read_danger_rules(), excuses={}, rules=()))
    assert "## Poorten" in empty
    assert "`" + rules.gates[0].id + "`" not in empty
