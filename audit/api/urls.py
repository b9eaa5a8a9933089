from django.urls import path
from rest_framework.routers import SimpleRouter

from audit.api import proofs
from audit.api.exports import Exports
from audit.api.holds import Holds, Release
from audit.api.reports import Events, ReportSchema
from audit.api.views import Event, Facets, History, State

router = SimpleRouter(use_regex_path=False)
router.register("exports", Exports, basename="audit-export")

urlpatterns = [
    *router.urls,
    path("events/", Events.as_view(), name="audit-events-list"),
    path("events/facets/", Facets.as_view(), name="audit-facets"),
    path("events/<uuid:event_id>/", Event.as_view(), name="audit-event"),
    path("things/<str:kind>/<path:thing>/history/", History.as_view(), name="audit-history"),
    path("things/<str:kind>/<path:thing>/state/", State.as_view(), name="audit-state"),
    path("report-schema/", ReportSchema.as_view(), name="audit-report-schema"),
    path("holds/", Holds.as_view(), name="audit-holds-list"),
    path("holds/<int:hold_id>/release/", Release.as_view(), name="audit-hold-release-api"),
    path("seals/", proofs.Seals.as_view(), name="audit-seals-list"),
    path("seals/latest/", proofs.LatestSeal.as_view(), name="audit-seal-latest"),
    path("seals/<int:size>/", proofs.OneSeal.as_view(), name="audit-seal"),
    path("proofs/inclusion/", proofs.Inclusion.as_view(), name="audit-inclusion"),
    path("proofs/consistency/", proofs.Consistency.as_view(), name="audit-consistency"),
    path("records/", proofs.Records.as_view(), name="audit-records"),
    path("receipts/", proofs.Receipts.as_view(), name="audit-receipts"),
    path("receipts/<int:sequence>/", proofs.Receipt.as_view(), name="audit-receipt-api"),
    path("keys/", proofs.Keys.as_view(), name="audit-keys"),
]
