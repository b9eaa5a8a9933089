"""How what comes through each door is recorded: addresses, the admin, Celery tasks, commands."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Tells:
    """By these events, besides what the triggers record of the tables."""

    events: tuple[str, ...]

    def __init__(self, *events: str) -> None:
        object.__setattr__(self, "events", events)


@dataclass(frozen=True)
class OnlyRows:
    """By the triggers of these tables alone: there is nothing more to tell."""

    tables: tuple[str, ...]

    def __init__(self, *tables: str) -> None:
        object.__setattr__(self, "tables", tables)


@dataclass(frozen=True)
class Nothing:
    """Not at all, for this reason."""

    reason: str


Door = Tells | OnlyRows | Nothing

_SHOWS = Nothing("Shows a page and changes nothing.")
_READ_MARK = Nothing("Marks one's own notifications as read; they are copies of events.")
_WATCHED = Tells("notifications.thing_watched", "notifications.thing_muted")
_OWN_LIST = Nothing("Tidies one's own list of notifications; they are copies of events.")
_DECIDED = Tells("approvals.task_decided")
_VIEWED = Tells("approvals.first_view_recorded")
_CLAIMED, _RELEASED = Tells("approvals.task_claimed"), Tells("approvals.task_released")
_REASSIGNED = Tells("approvals.task_reassigned")
_MARKED = Tells("approvals.question_marked")
_WROTE = Tells("approvals.question_created", "approvals.attachments_changed", *_MARKED.events)
_SUBMITTED = Tells("approvals.request_submitted", "approvals.attachments_changed", *_MARKED.events)
_REVISED = Tells("approvals.question_revised", "approvals.attachments_changed")
_CANCELLED = Tells("approvals.request_cancelled")
_UPLOADED = Tells("approvals.attachment_uploaded")
_POLICY = Tells("approvals.policy_saved")
_REPLAYED = Tells("outbox.deliveries_replayed")
_SIGNED_IN = Tells("accounts.signed_in", "accounts.sign_in_failed")
_SIGNED_OUT = Tells("accounts.signed_out")
_PASSWORD = Tells("accounts.password_changed")
_TOKEN = Tells("accounts.token_created")
_REVOKED = Tells("accounts.token_revoked")
_ERASED = Tells("accounts.person_erased")
_PREFERENCES = Tells("notifications.preferences_changed")
_DEFAULT = Tells("notifications.default_set")
_REHEARSES = Nothing("Says what settings would have sent, and saves none.")
_HELD, _LET_GO = Tells("audit.hold_placed"), Tells("audit.hold_released")
_ENDPOINT_MADE = Tells("notifications.endpoint_created")
_ENDPOINT_CHANGED = Tells("notifications.endpoint_changed")
_ENDPOINT_REMOVED = Tells("notifications.endpoint_removed")
_ENDPOINT_ON = Tells("notifications.endpoint_switched_on")
_ENDPOINT_OFF = Tells("notifications.endpoint_switched_off")
_ENDPOINT_SECRET = Tells("notifications.endpoint_secret_rotated")
_ENDPOINT_TESTED = Tells("notifications.endpoint_tested")
_RESENT = Tells("notifications.messages_resent")
_AWAY, _BACK = Tells("approvals.absence_announced"), Tells("approvals.absence_ended")
_LOOKS = Nothing("Says what flaws a question would have, and keeps nothing of it.")
_PROCESS = Nothing("A process that carries work to where it is recorded; it does none of its own.")

_BUDGET = Tells("aiqueries.budget_set")
_ASKED = Tells("aiqueries.query_asked")
_NOTE_MARKED = OnlyRows("aiqueries_notemark")
_EXPORT = Tells("audit.export_asked", "audit.export_finished", "audit.export_failed")

ROUTES: Mapping[str, Door] = {
    "POST ai/": _ASKED,
    "POST ai/queries/<uuid:query_id>/cancel/": Tells("aiqueries.query_cancelled"),
    "ANY ": Nothing("Leads on to the first page."),
    "ANY ^api/": Nothing("Says that there is no such address."),
    "ANY settings/": _SHOWS,
    "POST audit/exports/": _EXPORT,
    "POST audit/streams/": Tells("audit.stream_created"),
    "POST audit/streams/<uuid:stream_id>/": Tells("audit.stream_changed"),
    "POST audit/streams/<uuid:stream_id>/pause/": Tells("audit.stream_paused"),
    "POST audit/streams/<uuid:stream_id>/remove/": Tells("audit.stream_removed"),
    "POST audit/streams/<uuid:stream_id>/resume/": Tells("audit.stream_resumed"),
    "POST audit/streams/<uuid:stream_id>/secret/": Tells("audit.stream_secret_rotated"),
    "POST audit/streams/<uuid:stream_id>/test/": Tells("audit.stream_tested"),
    "POST api/v1/audit/exports/": _EXPORT,
    "POST activity/replay/": _REPLAYED,
    "ANY admin/": _SHOWS,
    "ANY admin/<url>$": Nothing("Says that there is no such address."),
    "ANY admin/^<app_label>/$": _SHOWS,
    "ANY admin/accounts/user/<id>/password/": _PASSWORD,
    "POST admin/aiqueries/promptversion/<int:pk>/choose/": Tells("aiqueries.prompt_chosen"),
    "POST admin/aiqueries/promptversion/<int:pk>/try/": Tells("aiqueries.query_asked"),
    "ANY admin/autocomplete/": _SHOWS,
    "ANY admin/jsi18n/": _SHOWS,
    "ANY admin/login/": Nothing("Leads on to the sign-in."),
    "ANY admin/logout/": _SIGNED_OUT,
    "ANY admin/password_change/": OnlyRows("accounts_user"),
    "ANY admin/password_change/done/": _SHOWS,
    "ANY admin/r/<path:content_type_id>/<path:object_id>/": Nothing("Leads on to a thing's page."),
    "ANY admin/search/": _SHOWS,
    "POST api/v1/approval-requests/": _SUBMITTED,
    "POST api/v1/approval-requests/<uuid:request_id>/cancel/": _CANCELLED,
    "POST ai/notes/<uuid:task_id>/again/": Tells("aiqueries.query_asked"),
    "POST ai/notes/<uuid:task_id>/<int:note_id>/mark/": _NOTE_MARKED,
    "PUT api/v1/approval-tasks/<uuid:task_id>/review-notes/<int:note_id>/mark/": _NOTE_MARKED,
    "POST api/v1/approval-tasks/<uuid:task_id>/claim/": _CLAIMED,
    "POST api/v1/approval-tasks/<uuid:task_id>/decision/": _DECIDED,
    "POST api/v1/approval-tasks/<uuid:task_id>/first-view/": _VIEWED,
    "POST api/v1/approval-tasks/<uuid:task_id>/reassign/": _REASSIGNED,
    "POST api/v1/approval-tasks/<uuid:task_id>/release/": _RELEASED,
    "POST api/v1/attachments/": _UPLOADED,
    "POST api/v1/ai/query/": _ASKED,
    "DELETE api/v1/ai/query/<uuid:query_id>/": Tells("aiqueries.query_cancelled"),
    "POST api/v1/audit/events/": Tells("audit.reported"),
    "POST api/v1/audit/holds/": _HELD,
    "POST api/v1/audit/holds/<int:hold_id>/release/": _LET_GO,
    "POST audit/holds/": _HELD,
    "POST audit/holds/<int:hold_id>/release/": _LET_GO,
    "POST audit/searches/": Tells("audit.search_saved", "audit.search_shared"),
    "POST audit/searches/<int:search_id>/share/": Tells(
        "audit.search_shared", "audit.search_kept_private"
    ),
    "POST audit/searches/<int:search_id>/delete/": Tells("audit.search_deleted"),
    "POST audit/searches/<int:search_id>/restore/": Tells("audit.search_restored"),
    "POST api/v1/notifications/": Tells("notifications.handed_in", "notifications.taken_back"),
    "POST api/v1/notifications/<int:notification_id>/read/": _READ_MARK,
    "PUT api/v1/notifications/watches/<str:kind>/<str:thing_id>/": _WATCHED,
    "DELETE api/v1/notifications/watches/<str:kind>/<str:thing_id>/": Tells(
        "notifications.watch_ended"
    ),
    "POST api/v1/notifications/read/": _READ_MARK,
    "POST api/v1/notifications/seen/": _READ_MARK,
    "POST api/v1/notifications/steps/": _OWN_LIST,
    "POST api/v1/notifications/undo/": _OWN_LIST,
    "POST api/v1/notifications/endpoints/": _ENDPOINT_MADE,
    "PATCH api/v1/notifications/endpoints/<uuid:endpoint_id>/": _ENDPOINT_CHANGED,
    "DELETE api/v1/notifications/endpoints/<uuid:endpoint_id>/": _ENDPOINT_REMOVED,
    "POST api/v1/notifications/endpoints/<uuid:endpoint_id>/on/": _ENDPOINT_ON,
    "POST api/v1/notifications/endpoints/<uuid:endpoint_id>/off/": _ENDPOINT_OFF,
    "POST api/v1/notifications/endpoints/<uuid:endpoint_id>/secret/": _ENDPOINT_SECRET,
    "POST api/v1/notifications/endpoints/<uuid:endpoint_id>/test/": _ENDPOINT_TESTED,
    "POST api/v1/notifications/endpoints/<uuid:endpoint_id>/recover/": _RESENT,
    "POST api/v1/notifications/endpoints/<uuid:endpoint_id>/messages/<uuid:message_id>/resend/": (
        _RESENT
    ),
    "POST notifications/endpoints/": _ENDPOINT_MADE,
    "POST notifications/endpoints/<uuid:endpoint_id>/": _ENDPOINT_CHANGED,
    "POST notifications/endpoints/<uuid:endpoint_id>/on/": _ENDPOINT_ON,
    "POST notifications/endpoints/<uuid:endpoint_id>/off/": _ENDPOINT_OFF,
    "POST notifications/endpoints/<uuid:endpoint_id>/secret/": _ENDPOINT_SECRET,
    "POST notifications/endpoints/<uuid:endpoint_id>/test/": _ENDPOINT_TESTED,
    "POST notifications/endpoints/<uuid:endpoint_id>/remove/": _ENDPOINT_REMOVED,
    "POST notifications/endpoints/<uuid:endpoint_id>/recover/": _RESENT,
    "POST notifications/endpoints/<uuid:endpoint_id>/messages/<uuid:message_id>/resend/": _RESENT,
    "POST api/v1/questions/": _WROTE,
    "PATCH api/v1/questions/<uuid:question_id>/": _MARKED,
    "POST api/v1/questions/<uuid:question_id>/versions/": _REVISED,
    "POST api/v1/questions/check/": _LOOKS,
    "POST attachments/": _UPLOADED,
    "POST audit/drill/": Tells("audit.tamper_drill_held"),
    "POST import/": Tells("approvals.import_uploaded"),
    "POST import/<uuid:import_id>/confirm/": Tells("approvals.import_confirmed"),
    "POST import/<uuid:import_id>/discard/": Tells("approvals.import_discarded"),
    "POST inbox/many/": Tells(*_CLAIMED.events, *_RELEASED.events, *_REASSIGNED.events),
    "POST notifications/<int:notification_id>/read/": _READ_MARK,
    "POST notifications/act/": _OWN_LIST,
    "POST notifications/mail/works/": Tells("notifications.mail_mended"),
    "POST notifications/read/": _READ_MARK,
    "POST notifications/seen/": _READ_MARK,
    "POST notifications/undo/": _OWN_LIST,
    "POST notifications/settings/": _PREFERENCES,
    "POST notifications/settings/preview/": _REHEARSES,
    "PUT api/v1/notifications/preferences/": _PREFERENCES,
    "PATCH api/v1/notifications/preferences/": _PREFERENCES,
    "POST api/v1/notifications/preferences/preview/": _REHEARSES,
    "POST notifications/watching/<str:kind>/<str:thing_id>/": Tells(
        *_WATCHED.events, "notifications.watch_ended"
    ),
    "POST notifications/unsubscribe/<str:written>/": Tells(
        "notifications.unsubscribed", "notifications.resubscribed"
    ),
    "POST questions/<uuid:question_id>/revise/": _REVISED,
    "POST questions/<uuid:question_id>/secure/": _MARKED,
    "POST questions/<uuid:question_id>/submit/": _SUBMITTED,
    "POST questions/new/": _WROTE,
    "POST questions/similar/": Nothing("Compares what is typed with what is there; keeps nothing."),
    "POST repairs/<int:repair_id>/again/": Tells("approvals.repair_retried"),
    "POST repairs/<int:repair_id>/aside/": Tells("approvals.repair_put_aside"),
    "POST requests/<uuid:request_id>/cancel/": _CANCELLED,
    "POST settings/absences/": _AWAY,
    "POST settings/absences/<uuid:absence_id>/end/": _BACK,
    "POST api/v1/absences/": _AWAY,
    "DELETE api/v1/absences/<uuid:absence_id>/": _BACK,
    "POST settings/password/": _PASSWORD,
    "POST settings/profile/": Tells("accounts.person_renamed"),
    "POST settings/shortcuts/": Tells("accounts.shortcuts_switched"),
    "POST settings/theme/": Nothing("Sets a cookie of the browser."),
    "POST settings/tokens/": _TOKEN,
    "POST settings/tokens/<uuid:token_id>/revoke/": _REVOKED,
    "POST sign-in/": _SIGNED_IN,
    "PUT sign-in/": _SIGNED_IN,
    "POST sign-out/": _SIGNED_OUT,
    "POST tasks/<uuid:task_id>/claim/": _CLAIMED,
    "POST tasks/<uuid:task_id>/decide/": _DECIDED,
    "POST tasks/<uuid:task_id>/first-view/": _VIEWED,
    "POST tasks/<uuid:task_id>/reassign/": _REASSIGNED,
    "POST tasks/<uuid:task_id>/release/": _RELEASED,
}

ADMIN: Mapping[str, Door] = {
    "accounts.ApiToken revoke": _REVOKED,
    "accounts.User add": Tells("accounts.person_added", "accounts.groups_changed"),
    "accounts.User change": Tells(
        "accounts.access_changed", "accounts.person_renamed", "accounts.groups_changed"
    ),
    "accounts.User delete": Nothing("Refused: people are switched off or erased."),
    "accounts.User erase": _ERASED,
    "aiqueries.Budget add": _BUDGET,
    "aiqueries.Budget change": _BUDGET,
    "aiqueries.Budget delete": Nothing("Refused: a budget is closed."),
    "aiqueries.Budget close": Tells("aiqueries.budget_closed"),
    "aiqueries.Price add": Tells("aiqueries.price_set"),
    "aiqueries.Price change": Nothing("Refused: a correction is another row."),
    "aiqueries.Price delete": Nothing("Refused: what was said stays."),
    "aiqueries.SendingPolicy add": Tells("aiqueries.sending_policy_set"),
    "aiqueries.SendingPolicy change": Nothing("Refused: what was said stays."),
    "aiqueries.SendingPolicy delete": Nothing("Refused: what was said stays."),
    "aiqueries.PromptVersion add": Tells("aiqueries.prompt_written"),
    "aiqueries.PromptVersion change": Nothing("Refused: another version is written."),
    "aiqueries.PromptVersion delete": Nothing("Refused: answers name the version they came by."),
    "approvals.Absence end": _BACK,
    "approvals.ApprovalPolicy add": _POLICY,
    "approvals.ApprovalPolicy change": _POLICY,
    "approvals.ApprovalPolicy delete": Nothing("Refused: a policy is retired."),
    "approvals.ApprovalRequest cancel": _CANCELLED,
    "approvals.ApprovalTask approve": _DECIDED,
    "approvals.Question mark_as_not_secure": _MARKED,
    "approvals.Question mark_as_secure": _MARKED,
    "approvals.ApprovalTask expire": Tells("approvals.task_expired"),
    "approvals.ApprovalTask reassign": _REASSIGNED,
    "approvals.ApprovalTask reject": _DECIDED,
    "approvals.ApprovalTask request_changes": _DECIDED,
    "auth.Group add": Tells("accounts.group_created"),
    "auth.Group change": Tells("accounts.group_renamed"),
    "auth.Group delete": Tells("accounts.group_deleted"),
    "notifications.Default add": _DEFAULT,
    "notifications.Default change": _DEFAULT,
    "notifications.Default delete": Tells("notifications.default_removed"),
    "notifications.MailTrouble works_again": Tells("notifications.mail_mended"),
    "outbox.Delivery replay": _REPLAYED,
    "workflows.Execution stop": Tells("workflows.stop_requested"),
}

TASKS: Mapping[str, Door] = {
    "aiqueries.sweep": Tells("aiqueries.query_expired", "aiqueries.query_cancelled"),
    "approvals.expire_overdue_tasks": Tells("approvals.task_expired"),
    "approvals.take_deadline_steps": Tells("approvals.task_reminder_due", "approvals.task_overdue"),
    "approvals.hand_over_places": Tells(
        "approvals.task_reassigned", "approvals.task_released", "approvals.assessor_away"
    ),
    "approvals.forget_old_imports": OnlyRows("question_imports"),
    "approvals.forget_unused_attachments": OnlyRows("attachments", "kept_files"),
    "approvals.reconcile": Tells("approvals.repair_made", "approvals.repair_parked"),
    "aiqueries.forget_texts": Tells("aiqueries.texts_forgotten"),
    "audit.archive": Tells("audit.segment_archived"),
    "audit.mail_heads": Tells("audit.head_mailed"),
    "audit.send_heads": Nothing("Copies signed heads to where others keep them."),
    "audit.index_segments": Nothing("Makes the trail's entries quicker to find."),
    "audit.expire_exports": Tells("audit.export_expired"),
    "audit.make_exports": _EXPORT,
    "audit.send_streams": Tells("audit.stream_paused"),
    "notifications.release_due": Tells(
        *("notifications.email_due", "notifications.chat_due", "notifications.digest_due")
    ),
    "notifications.wake_snoozed": Nothing("Brings back what somebody put off until now."),
    "notifications.forget_messages": Nothing("Drops a log of messages after thirty days."),
    "core.forget_old_answers": Nothing("Drops answers that were kept for a week."),
    "outbox.deliver": _PROCESS,
    "outbox.prune": Nothing("Drops deliveries and events long settled; the events are entries."),
    "workflows.fire_timers": OnlyRows("workflows_execution"),
}

COMMANDS: Mapping[str, Door] = {
    "archive_audit": Tells("audit.segment_archived"),
    "audit_key": Tells("audit.sealing_key_added"),
    "bootstrap_aws": Nothing("Makes queues, bucket and roles on AWS, whose own trail tells of it."),
    "check": _SHOWS,
    "check_audit": Tells("audit.trail_checked"),
    "check_definition": Nothing("Reads a definition and changes nothing."),
    "consume": _PROCESS,
    "create_api_token": _TOKEN,
    "database_roles": Nothing("Makes the database's roles; the server's own log has it."),
    "dead_letters": Tells("outbox.dead_messages_redriven", "outbox.dead_messages_dropped"),
    "demo_reset": Nothing("Throws away the demo's database with its trail; local profile only."),
    "erase_person": _ERASED,
    "export_audit": Tells("audit.export_finished"),
    "import_questions": Tells("approvals.import_uploaded", "approvals.questions_imported"),
    "migrate": Nothing("Changes tables; which migrations ran is kept by itself."),
    "reconcile": Tells("approvals.repair_made", "approvals.repair_parked"),
    "relay": _PROCESS,
    "replay_deliveries": _REPLAYED,
    "seal": Nothing("Writes the trail itself."),
    "seed_demo": Tells("approvals.request_submitted", "approvals.task_decided"),
    "tamper_drill": Tells("audit.tamper_drill_held"),
    "up": _PROCESS,
}
