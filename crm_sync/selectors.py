"""What apps above may know of customers."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from accounts.models import User
from accounts.roles import ALL_ROLES, has_role
from crm_sync.models import Customer, CustomerQuerySet

# What may ever be said of a customer to somebody outside: nothing by which a person is found.
CONTEXT_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "industry": "Industry",
        "city": "City",
        "country": "Country",
        "status": "Status",
    }
)


def customers_for(user: User) -> CustomerQuerySet:
    """The customers this person may look up: all, for whoever has a role here."""
    return Customer.objects.all() if has_role(user, *ALL_ROLES) else Customer.objects.none()


def customer_context(customer_id: UUID) -> dict[str, str] | None:
    """The fields of CONTEXT_FIELDS that this customer has, by name; None for an unknown one."""
    row = Customer.objects.filter(pk=customer_id).values(*CONTEXT_FIELDS).first()
    return {field: value for field, value in row.items() if value} if row is not None else None
