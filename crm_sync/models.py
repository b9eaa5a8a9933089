"""Customers, as we know them."""

import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now, Upper


class CustomerQuerySet(models.QuerySet["Customer"]):
    def matching(self, words: str) -> "CustomerQuerySet":
        """Customers whose name has every one of these words."""
        found = self
        for word in words.split()[:10]:
            found = found.filter(name__icontains=word)
        return found


class Customer(models.Model):
    """An organisation that exams are held for."""

    customer_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    industry = models.CharField(max_length=100, blank=True, db_default="")
    city = models.CharField(max_length=100, blank=True, db_default="")
    country = models.CharField(max_length=100, blank=True, db_default="")
    # How we work with them: "Active", "Prospect" and the like, in their own words.
    status = models.CharField(max_length=50, blank=True, db_default="")
    contact_name = models.CharField(max_length=255, blank=True, db_default="")
    email = models.CharField(max_length=320, blank=True, db_default="")
    phone = models.CharField(max_length=50, blank=True, db_default="")
    notes = models.TextField(blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        db_table = "customers"
        indexes = [
            models.Index(fields=["name", "customer_id"], name="customers_by_name"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customers_words"),
        ]

    def __str__(self) -> str:
        return self.name
