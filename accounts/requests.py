from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request that has passed the sign-in: its user is a person. For type hints only."""

    user: User
