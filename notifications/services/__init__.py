"""What can be done to notifications; each function is a transaction, or several small ones."""

from notifications.services.carrying.bundling import release_due as release_due
from notifications.services.looking import note_look as note_look
from notifications.services.mail_trouble import mark_broken as mark_broken
from notifications.services.mail_trouble import mend_mail as mend_mail
from notifications.services.mail_trouble import note_returned as note_returned
from notifications.services.states.reading import mark_all_read as mark_all_read
from notifications.services.states.reading import mark_read as mark_read
from notifications.services.states.stepping import MOST_AT_ONCE as MOST_AT_ONCE
from notifications.services.states.stepping import Step as Step
from notifications.services.states.stepping import Taken as Taken
from notifications.services.states.stepping import mark_seen as mark_seen
from notifications.services.states.stepping import take_step as take_step
from notifications.services.states.undoing import Undo as Undo
from notifications.services.states.undoing import undo as undo
from notifications.services.states.waking import wake_snoozed as wake_snoozed
from notifications.services.telling.notifying import notify as notify
from notifications.services.watching import end_watch as end_watch
from notifications.services.watching import watch_thing as watch_thing
