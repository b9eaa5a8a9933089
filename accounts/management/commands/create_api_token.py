from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.exceptions import InvalidApiToken
from accounts.models import User
from accounts.services import create_api_token
from core.actor import SYSTEM


class Command(BaseCommand):
    """Make an API token for somebody. The token is the last word printed, for scripts."""

    help = "Make an API token for a person and print it, once, as the last word."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="whose token it is")
        parser.add_argument("--name", default="command line", help="what will use it")
        parser.add_argument("--days", type=int, default=90, help="how long it lasts (default 90)")

    def handle(self, *, email: str, name: str, days: int, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who may sign in has the address {email}.")
        try:
            made = create_api_token(user=user, name=name, days=days, actor=SYSTEM)
        except InvalidApiToken as refusal:
            raise CommandError(str(refusal)) from refusal
        day = f"{made.token.expires_at:%d %B %Y}"
        self.stdout.write(f"Token for {user.email}, valid until {day}, shown only now:")
        self.stdout.write(made.secret)
