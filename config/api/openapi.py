"""What drf-spectacular has to know to describe the API."""

SETTINGS = {
    "TITLE": "Imprimatur",
    "DESCRIPTION": "Human approval of exam questions and question papers.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ApprovalRequestStatus": "approvals.models.ApprovalRequest.Status",
        "ApprovalTaskStatus": "approvals.models.ApprovalTask.Status",
        "ExecutionStatus": "workflows.models.Execution.Status",
        "AssignmentState": "approvals.models.Assignment.State",
        "Verdict": "approvals.models.Verdict",
        "ItemRule": "approvals.api.inputs.RULE_NAMES",
        "Box": "approvals.selectors.Box",
        "NotificationKind": "notifications.kinds.Kind",
        "NotificationMode": "notifications.kinds.Mode",
        "EndpointStatus": "notifications.models.Endpoint.Status",
        "EndpointMessageStatus": "notifications.models.Message.Status",
        "AiQueryStatus": "aiqueries.kinds.Status",
        "AiQueryPurpose": "aiqueries.kinds.Purpose",
        "AiNoteKind": "aiqueries.kinds.NoteKind",
        "AiReviewNotesState": "aiqueries.selectors.notes.STATES",
        "AiAttemptOutcome": "aiqueries.kinds.Outcome",
        "ScopeEnum": "audit.models.Scope",  # of legal holds
        "AiBudgetScope": "aiqueries.kinds.Scope",
        "AiBudgetPeriod": "aiqueries.kinds.Period",
        "EndpointFormat": "notifications.models.Endpoint.Format",
    },
}
