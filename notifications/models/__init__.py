"""State of notifications."""

from notifications.models.deliveries import Attempt as Attempt
from notifications.models.deliveries import Delivery as Delivery
from notifications.models.deliveries import Digest as Digest
from notifications.models.endpoints import TEST as TEST
from notifications.models.endpoints import Endpoint as Endpoint
from notifications.models.endpoints import Message as Message
from notifications.models.handed_in import HandedIn as HandedIn
from notifications.models.notifications import NEXT as NEXT
from notifications.models.notifications import Closing as Closing
from notifications.models.notifications import Notification as Notification
from notifications.models.notifications import NotificationQuerySet as NotificationQuerySet
from notifications.models.preferences import Default as Default
from notifications.models.preferences import PersonSettings as PersonSettings
from notifications.models.preferences import Preference as Preference
from notifications.models.preferences import Watch as Watch
from notifications.models.topics import Topic as Topic
from notifications.models.traces import Mention as Mention
from notifications.models.traces import Trace as Trace
from notifications.models.trouble import MailTrouble as MailTrouble
