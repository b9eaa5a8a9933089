"""What a check of the trail looks at, and what it found."""

from collections import Counter
from dataclasses import dataclass, field

# By name, in the order in which they are told.
CHECKS = {
    "sequence": "The numbers have no gap",
    "records": "Every record is the text that was hashed",
    "columns": "What is searched says what the record says",
    "words": "Every entry is found by its words",
    "links": "Every history has exactly its entries",
    "boxes": "Every box was locked with its key",
    "erasures": "What was erased was erased for a reason on record",
    "archive": "What is gone from here is in an archived segment",
    "batches": "The sealer came as far as the trail reaches",
    "tree": "The kept nodes are those of the leaves",
    "seals": "Every seal is over the leaves as they are",
    "signatures": "Every seal was signed with a key that is known",
    "times": "Every entry was recorded between the seals around it",
    "heads": "Every head that left the building is one of this trail",
}
KEPT = 20  # findings of a check that are told in full


@dataclass(frozen=True, slots=True)
class Finding:
    """That a check failed somewhere: at an entry, at a size of the tree, or at neither."""

    check: str
    said: str
    sequence: int | None = None


@dataclass
class Verification:
    """What was looked at, and everything that is not as it should be."""

    size: int = 0
    first: int = 1  # the first entry that was looked at
    archived: int = 0  # records whose text lies in the archive
    boxes: int = 0
    erased: int = 0  # boxes that nobody can open any more
    seals: int = 0
    sealed: int = 0  # how many entries the newest seal covers
    heads: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        return not self.failed

    def note(self, check: str, said: str, sequence: int | None = None) -> None:
        """Count a finding, and keep it unless this check has told enough."""
        self.failed[check] += 1
        if self.failed[check] <= KEPT:
            self.findings.append(Finding(check, said, sequence))

    def add(self, part: "Verification") -> None:
        """Take in what was seen of a part."""
        self.archived += part.archived
        self.boxes += part.boxes
        self.erased += part.erased
        for finding in part.findings:
            self.note(finding.check, finding.said, finding.sequence)
        self.failed += part.failed - Counter(finding.check for finding in part.findings)

    def first_of(self, check: str) -> Finding:
        return next(finding for finding in self.findings if finding.check == check)

    def found_by(self) -> list[str]:
        """The checks that failed, in the order of CHECKS."""
        return [check for check in CHECKS if check in self.failed]
