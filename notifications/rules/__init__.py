"""
Which people an event concerns, what to tell each of them, and why them.

A rule is a generator from an event to notes and closings. Its name stands in every trace, its
sentence on the page that explains one.
"""

from notifications.rules import addresses as addresses
from notifications.rules import channels as channels
from notifications.rules import outsiders as outsiders
from notifications.rules import queries as queries
from notifications.rules import repairs as repairs
from notifications.rules import requests as requests
from notifications.rules import tasks as tasks
from notifications.rules import watched as watched
from notifications.rules.rule import RULES as RULES
from notifications.rules.rule import Note as Note
from notifications.rules.rule import Rule as Rule
from notifications.rules.rule import Said as Said
from notifications.rules.rule import Settled as Settled
from notifications.rules.rule import Step as Step
