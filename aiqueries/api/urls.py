"""Where the doors of AI queries are, under /api/v1/ai/."""

from rest_framework.routers import SimpleRouter

from aiqueries.api.views import Queries

router = SimpleRouter(use_regex_path=False)
router.register("query", Queries, basename="ai-query")

urlpatterns = router.urls
