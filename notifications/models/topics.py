"""How far the bridge to AWS IoT has come with each person's topic."""

from django.conf import settings
from django.db import models


class Topic(models.Model):
    """Changes of the person's list up to this position have been published."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return f"notifications-{self.person_id}"
