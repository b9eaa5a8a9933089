"""What of this installation is recorded and what is not: found by looking, held against the rules."""

from audit.coverage.report import Coverage as Coverage
from audit.coverage.report import coverage as coverage
