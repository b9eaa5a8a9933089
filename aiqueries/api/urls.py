"""Where the doors of AI queries are, under /api/v1/ai/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from aiqueries.api.budgets import Budgets
from aiqueries.api.offers import Offers
from aiqueries.api.views import Queries

router = SimpleRouter(use_regex_path=False)
router.register("query", Queries, basename="ai-query")

urlpatterns = [
    *router.urls,
    path("budgets/", Budgets.as_view(), name="ai-budgets-list"),
    path("models/", Offers.as_view(), name="ai-models-list"),
]
