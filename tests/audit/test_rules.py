"""Every table of the database has a rule, or a reason why it needs none."""

import re

import pytest
from django.db import connection

from audit.rules import EXEMPT, RULES

pytestmark = pytest.mark.django_db

SECRET = re.compile(
    r"token(?!_name|s\b)|password|secret|correct_answer|options|data$|^body$|payload"
)


@pytest.fixture
def tables():
    """The columns of each table, with their types."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        found = {}
        for table, column, kind in cursor.fetchall():
            found.setdefault(table, {})[column] = kind
        return found


def test_every_table_has_a_rule_or_a_reason(tables):
    gaps = sorted(set(tables) - set(RULES) - set(EXEMPT))

    assert not gaps, (
        f"Nothing records what changes in {', '.join(gaps)}: give each a Rule in audit/rules, or"
        " say in EXEMPT why it needs none."
    )


def test_no_table_has_both_or_is_gone(tables):
    assert not set(RULES) & set(EXEMPT)
    assert set(RULES) | set(EXEMPT) <= set(tables)


def test_every_reason_is_a_sentence():
    assert all(re.fullmatch(r"[A-Z].{15,}\.", reason) for reason in EXEMPT.values())


@pytest.mark.parametrize("table", RULES)
def test_a_rule_names_columns_that_exist(tables, table):
    rule = RULES[table]
    named = {
        rule.key,
        rule.aged or rule.key,
        *rule.named,
        *rule.masked,
        *rule.personal,
        *rule.texts,
        *rule.ignored,
    }

    assert named <= set(tables[table])


@pytest.mark.parametrize("table", RULES)
def test_a_column_is_treated_in_one_way(table):
    rule = RULES[table]
    treated = [*rule.masked, *rule.personal, *rule.texts, *rule.ignored]

    assert len(treated) == len(set(treated))
    assert not {rule.key, *rule.named} & set(treated)


@pytest.mark.parametrize("table", RULES)
def test_what_sounds_like_a_secret_is_masked_or_left_out(tables, table):
    rule = RULES[table]
    spoken = {column for column in tables[table] if SECRET.search(column)}

    assert spoken <= rule.masked | rule.ignored


@pytest.mark.parametrize("table", RULES)
def test_bytes_are_left_out(tables, table):
    files = {column for column, kind in tables[table].items() if kind == "bytea"}

    assert files <= RULES[table].ignored
