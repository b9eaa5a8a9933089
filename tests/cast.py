"""
The cast, always the same: Asha decides (Ada too), Ben asks, Cleo has no business here.

Nobody has a password; `client.force_login(asha)` signs in.
"""

import pytest
from django.db import connection

from accounts import roles
from accounts.models import User

# Nearly every test makes a few people: this is one statement where the ORM takes four.
_JOIN = """
INSERT INTO accounts_user_groups (user_id, group_id)
SELECT %s, id FROM auth_group WHERE name = ANY(%s)
"""


def person(name, *role_names, **fields):
    user = User.objects.create_user(f"{name.split()[0].lower()}@example.com", name=name, **fields)
    if role_names:
        with connection.cursor() as cursor:
            cursor.execute(_JOIN, [user.pk, list(role_names)])
    return user


@pytest.fixture
def asha(db):
    return person("Asha Rao", roles.ASSESSORS)


@pytest.fixture
def ada(db):
    return person("Ada Okafor", roles.ASSESSORS)


@pytest.fixture
def ben(db):
    return person("Ben Novak", roles.REQUESTERS)


@pytest.fixture
def cleo(db):
    return person("Cleo Marsh")


@pytest.fixture
def vera(db):
    return person("Vera Lindt", roles.AUDITORS)


@pytest.fixture
def admin_person(db):
    return person("Admin Admin", roles.ADMINISTRATORS, is_staff=True, is_superuser=True)
