"""What the audit trail refuses, and the codes that clients may rely on."""

from core.errors import Conflict, Malformed, NotFound


class EntryNotFound(NotFound):
    """No such entry, or none that this person may have a receipt of."""

    code = "entry_not_found"


class SealNotFound(NotFound):
    """No head of that size was signed."""

    code = "seal_not_found"


class NotSealedYet(Conflict):
    """No signed head is over this entry yet; that is a matter of seconds."""

    code = "not_sealed_yet"


class EntryArchived(Conflict):
    """The entry's record lies in an archive segment."""

    code = "entry_archived"


class BadSize(Malformed):
    """A number of an entry, or the size of a tree, is none that there is."""

    code = "invalid_size"
