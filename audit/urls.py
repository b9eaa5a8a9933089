from django.urls import path

from audit.pages import (
    coverage,
    entry,
    exports,
    proof,
    receipts,
    saved,
    searching,
    streams,
    things,
    verifier,
)
from audit.pages import holds as hold_pages

urlpatterns = [
    path("", searching.entries, name="audit"),
    path("coverage/", coverage.coverage, name="audit-coverage"),
    path("<int:sequence>/", entry.entry, name="audit-entry"),
    path("verify_audit.py", verifier.program, name="audit-verifier"),
    path("exports/", exports.exports, name="audit-exports"),
    path("exports/<uuid:export_id>/", exports.export_row, name="audit-export-row"),
    path("exports/<uuid:export_id>/<str:file>", exports.export_file, name="audit-export-file"),
    path("proof/", proof.proof, name="audit-proof"),
    path("drill/", proof.drill, name="audit-drill"),
    path("verify/", proof.verify, name="audit-verify"),
    path("receipts/<int:sequence>/", receipts.receipt, name="audit-receipt"),
    path("receipts/<int:sequence>/file/", receipts.download, name="audit-receipt-file"),
    path("receipts/of/<uuid:request_id>/", receipts.of_request, name="audit-receipts-of-request"),
    path("holds/", hold_pages.holds, name="audit-holds"),
    path("holds/<int:hold_id>/release/", hold_pages.release, name="audit-hold-release"),
    path("streams/", streams.streams, name="audit-streams"),
    path("streams/<uuid:stream_id>/", streams.stream, name="audit-stream"),
    *(
        path(
            f"streams/<uuid:stream_id>/{verb}/",
            streams.stream_action,
            {"verb": verb},
            name=f"audit-stream-{verb}",
        )
        for verb in streams.VERBS
    ),
    path("requests/<str:request_id>/", things.in_request, name="audit-request"),
    path("searches/", saved.save, name="save-audit-search"),
    path("searches/<int:search_id>/share/", saved.share, name="share-audit-search"),
    path("searches/<int:search_id>/delete/", saved.delete, name="delete-audit-search"),
    path("searches/<int:search_id>/restore/", saved.restore, name="restore-audit-search"),
    path("things/<str:kind>/<path:thing>/", things.thing, name="audit-thing"),
]
