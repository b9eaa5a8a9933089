"""How people are told, at once, later or not: pure functions from wishes and clocks to reasons."""

from notifications.planning.hours import Hours as Hours
from notifications.planning.telling import Telling as Telling
from notifications.planning.ways import DISTURBING as DISTURBING
from notifications.planning.ways import THROTTLED_OVER as THROTTLED_OVER
from notifications.planning.ways import Modes as Modes
from notifications.planning.ways import Way as Way
from notifications.planning.ways import Wishes as Wishes
from notifications.planning.ways import chosen as chosen
from notifications.planning.ways import is_fixed as is_fixed
from notifications.planning.ways import ways as ways
