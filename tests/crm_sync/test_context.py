"""What apps above may know of customers."""

from uuid import uuid4

import pytest

from crm_sync import selectors
from crm_sync.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def northwind():
    return Customer.objects.create(
        name="Northwind College", city="Leeds", contact_name="Nora Wind", email="nora@n.example"
    )


def test_the_context_has_the_allowed_fields_that_are_filled(northwind):
    context = selectors.customer_context(northwind.pk)

    assert context == {"name": "Northwind College", "city": "Leeds"}


def test_an_unknown_customer_has_no_context():
    assert selectors.customer_context(uuid4()) is None


def test_who_has_a_role_may_look_customers_up(northwind, ben):
    assert list(selectors.customers_for(ben)) == [northwind]


def test_who_has_no_role_may_not(northwind, cleo):
    assert list(selectors.customers_for(cleo)) == []
