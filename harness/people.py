"""The cast, with an API token each. Run as a program: `python -m harness.people 50`."""

import json
import os
import sys

NAMES = {
    "asha": ("Asha Rao", "assessors"),
    "ada": ("Ada Okafor", "assessors"),
    "abe": ("Abe Lund", "assessors"),
    "ben": ("Ben Ito", "requesters"),
    "bo": ("Bo Field", "requesters"),
    "vera": ("Vera Lindt", "auditors"),
    "admin": ("Admin Admin", "administrators"),
}
PASSWORD = "correct horse battery staple"  # of every one of them, in a database that is thrown away


def make(crowd=0):
    """Add them and as many more assessors; return their tokens by name."""
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group
    from django.db import transaction

    from accounts.models import User
    from accounts.services import create_api_token
    from core.actor import SYSTEM
    from notifications.models import PersonSettings

    password, tokens = make_password(PASSWORD), {}
    more = {f"judge{number}": (f"Judge {number}", "assessors") for number in range(crowd)}
    with transaction.atomic():
        for name, (full, role) in (NAMES | more).items():
            user = User.objects.create_user(f"{name}@example.com", name=full)
            user.password = password
            user.is_staff = user.is_superuser = name == "admin"
            user.save()
            user.groups.add(Group.objects.get(name=role))
            # A day's work in a minute, and few of their mails are to wait for their turn.
            PersonSettings.objects.create(person=user, most_an_hour=1_000)
            made = create_api_token(user=user, name="harness", days=1, actor=SYSTEM)
            tokens[name] = made.secret
    return tokens


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps(make(int(sys.argv[1]))))
