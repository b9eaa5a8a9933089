"""Customers that the demo people find on their first day. All of them are made up."""

from crm_sync.models import Customer

_NAMES = (
    ("Northwind College", "Education", "Leeds", "United Kingdom", "Active"),
    ("Aster Nursing Board", "Health", "Dublin", "Ireland", "Active"),
    ("Bluebell Language Schools", "Education", "Porto", "Portugal", "Active"),
    ("Cobalt Aviation Academy", "Aviation", "Toulouse", "France", "Prospect"),
    ("Driftwood Maritime Institute", "Shipping", "Bergen", "Norway", "Active"),
    ("Elder Oak Actuaries", "Insurance", "Zurich", "Switzerland", "Active"),
    ("Foxglove Pharmacy Council", "Health", "Edinburgh", "United Kingdom", "Paused"),
    ("Granite State Licensing", "Government", "Concord", "United States", "Active"),
    ("Harbour Tax Advisers", "Finance", "Hamburg", "Germany", "Prospect"),
    ("Indigo Data Academy", "Technology", "Tallinn", "Estonia", "Active"),
    ("Juniper Food Safety", "Food", "Bologna", "Italy", "Active"),
    ("Kestrel Driving Schools", "Transport", "Utrecht", "Netherlands", "Paused"),
)


def prepare() -> None:
    """Add them where there is no customer yet."""
    if Customer.objects.exists():
        return
    Customer.objects.bulk_create(
        Customer(
            name=name,
            industry=industry,
            city=city,
            country=country,
            status=status,
            contact_name="Office",
            email=f"office@{name.split()[0].lower()}.example",
            phone=f"+44 20 7946 0{number:03}",
        )
        for number, (name, industry, city, country, status) in enumerate(_NAMES)
    )
