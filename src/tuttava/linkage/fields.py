"""The field set for Splink: how columns are cleaned, compared, blocked on and trained, whatever engine does it.

Columns bear the names of roles (``name``, ``surname``, ``post_code`` …); every one is optional. What Splink's
documentation advises is done: clean first, adjust for how common a value is, estimate the prior from deterministic
rules, ``u`` from random pairs and ``m`` by expectation maximisation over several blocking rules.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from splink import SettingsCreator, block_on
from splink import comparison_level_library as cll
from splink import comparison_library as cl
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.linker import Linker

ID = "unique_id"
WORDS = ("name", "first_name", "middle_name", "surname", "company_name", "address", "address_2", "city", "county")
CODES = ("post_code", "house_no", "vat_number", "registration_no", "national_id", "birth_date")
PHONES = ("phone", "mobile_phone")
MAILS = ("email", "home_page")
KEPT = ("kind", "country")
ROLES = (*WORDS, *CODES, *PHONES, *MAILS, *KEPT)
_FROM, _TO = "æøåäöéèëïüáóíàçñß", "aoaaoeeeiuaoiacns"
_PHONE_DIGITS = 8
_PLACE = ("address", "post_code", "city")
#: Part of the duplicates that the certain rules are taken to find; random pairs from which ``u`` is estimated.
RECALL = 0.6
RANDOM_PAIRS = 5e6


def cleaned(table: str, columns: Collection[str], dialect: str) -> str:
    """The statement that reads ``table`` cleaned: lower case, no accents or signs, numbers by their last digits.

    Names of table and columns come from the program (see ``ROLES``), not from users.
    """
    parts = [ID]
    for column in columns:
        if column in WORDS:
            text = _only(f"translate(lower({column}), '{_FROM}', '{_TO}')", "[^a-z0-9 ]", dialect)
        elif column in CODES:
            text = _only(f"lower({column})", "[^a-z0-9]", dialect)
        elif column in PHONES:
            text = f"right({_only(column, '[^0-9]', dialect)}, {_PHONE_DIGITS})"
        elif column in ROLES:
            text = f"lower({column})"
        else:
            continue
        parts.append(f"nullif(trim({text}), '') AS {column}")
    return f"SELECT {', '.join(parts)} FROM {table}"  # noqa: S608


def _only(text: str, unwanted: str, dialect: str) -> str:
    everywhere = ", 'g'" if dialect == "duckdb" else ""
    return f"regexp_replace({text}, '{unwanted}', ''{everywhere})"


@dataclass(frozen=True)
class Model:
    """What Splink is told about a base with these columns; companies and persons get a model each.

    Where street, post code, town and employer stand side by side in a register, they depend on each other: they are one
    comparison, as Splink assumes independence. A ``small`` base is blocked on single columns besides, which compares
    more pairs than a large one could afford.
    """

    columns: frozenset[str]
    persons: bool = True
    link: bool = False
    small: bool = False

    @property
    def registered(self) -> bool:
        """A register of contacts with full names; otherwise a file of persons known by name parts."""
        return "name" in self.columns

    def comparisons(self) -> list[ComparisonCreator]:
        return [*self._names(), *self._place(), *self._numbers()]

    def _names(self) -> list[ComparisonCreator]:
        parts = [column for column in ("first_name", "surname") if column in self.columns]
        if self.registered and self.persons and len(parts) == 2:
            return [cl.ForenameSurnameComparison(*parts, forename_surname_concat_col_name="name")]
        return [cl.NameComparison("name")] if self.registered else [cl.NameComparison(part) for part in parts]

    def _place(self) -> list[ComparisonCreator]:
        if self.registered and self.columns.issuperset(_PLACE):
            fields = [*_PLACE, *(["company_name"] if self.persons and "company_name" in self.columns else [])]
            town = cll.Or(cll.ExactMatchLevel("post_code"), cll.ExactMatchLevel("city"))
            levels: list[ComparisonLevelCreator | dict[str, Any]] = [
                cll.And(*(cll.NullLevel(field) for field in fields)),
                cll.And(cll.ExactMatchLevel("address", term_frequency_adjustments=True), town),
                cll.And(cll.JaroWinklerLevel("address", 0.88), town),
                *(cll.ExactMatchLevel(field, term_frequency_adjustments=True) for field in fields[3:]),
                *(cll.ExactMatchLevel(field, term_frequency_adjustments=True) for field in _PLACE),
                cll.ElseLevel(),
            ]
            return [cl.CustomComparison(levels, output_column_name="place")]
        near = [
            cl.JaroWinklerAtThresholds(column, [0.9, 0.75]).configure(term_frequency_adjustments=True)
            for column in ("address", "city", "address_2")
            if column in self.columns
        ]
        return [*near, *self._typed("post_code", "house_no")]

    def _numbers(self) -> list[ComparisonCreator]:
        own = [] if self.persons else ["vat_number", "registration_no"]
        made = [*self._typed("birth_date"), *self._typed("national_id", *own, *PHONES)]
        return [*made, cl.EmailComparison("email")] if "email" in self.columns else made

    def _typed(self, *columns: str) -> list[ComparisonCreator]:
        """Numbers and codes, equal or with one or two slips."""
        return [
            cl.LevenshteinAtThresholds(column, [1, 2]).configure(term_frequency_adjustments=True)
            for column in columns
            if column in self.columns
        ]

    def _rules(self, *groups: Sequence[str]) -> list[BlockingRuleCreator]:
        return [block_on(*group) for group in groups if self.columns.issuperset(_plain(group))]

    def blocking(self) -> list[BlockingRuleCreator]:
        """Pairs that are compared at all."""
        alone = ("national_id", "vat_number", "registration_no", "email", "phone", "mobile_phone")
        parts = [
            *(["first_name", "surname"], ["birth_date"], ["house_no", "address"], ["surname", "post_code"]),
            *(["first_name", "post_code"], ["post_code", "address"]),
        ]
        register = [
            *(["name", "city"], ["name", "post_code"], ["substr(name, 1, 6)", "post_code"], ["address", "post_code"]),
            *(["name", "company_name"], ["surname", "address"]),
        ]
        wide = [["first_name"], ["surname"], ["address"], ["post_code"], ["substr(name, 1, 6)"]] if self.small else []
        return self._rules(*([name] for name in alone), *(register if self.registered else parts), *wide)

    def certain(self) -> list[BlockingRuleCreator]:
        """Rules that are nearly never wrong, from which the share of duplicates is estimated."""
        if not self.registered:
            return self._rules(["national_id"], ["first_name", "surname", "birth_date"])
        return self._rules(["name", "email"], ["name", "mobile_phone"], ["name", "phone"], ["name", *_PLACE[:2]])

    def training(self) -> list[BlockingRuleCreator]:
        """What the sessions of expectation maximisation block on: what one blocks on, another estimates."""
        if not self.registered:
            return self._rules(["birth_date"], ["post_code", "surname"], ["national_id"])
        if self.persons:
            return self._rules(["mobile_phone"], ["name", "post_code"], ["email"])
        return self._rules(["vat_number"], ["name", "post_code"], ["phone"])

    def settings(self) -> SettingsCreator:
        return SettingsCreator(
            link_type="link_only" if self.link else "dedupe_only",
            unique_id_column_name=ID,
            comparisons=list(self.comparisons()),
            blocking_rules_to_generate_predictions=list(self.blocking()),
            retain_matching_columns=False,
        )


def _plain(group: Sequence[str]) -> set[str]:
    """The columns in a rule, which may be wrapped in a function."""
    return {part.partition("(")[2].partition(",")[0] or part for part in group}


def train(linker: Linker, model: Model, *, plain: bool = False) -> None:
    """Estimate everything from the base itself.

    ``plain`` leaves frequencies of values out of the estimation, not out of the search: fewer passes on a cluster.
    """
    linker.training.estimate_probability_two_random_records_match([*model.certain()], recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for rule in model.training():
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=plain
        )
