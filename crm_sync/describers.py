"""What ids of customers stand for."""

from collections.abc import Sequence

from accounts.models import User
from accounts.things import Thing, describes, uuids
from crm_sync.selectors import customers_for


@describes("customer")
def customers(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    found = customers_for(user).filter(pk__in=uuids(ids)).only("name")
    return {str(one.pk): Thing(title=one.name) for one in found}
