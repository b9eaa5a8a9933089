"""What is recorded here and what is not: found by looking, and held against the rules."""

from audit.coverage.report import Coverage as Coverage
from audit.coverage.report import coverage as coverage
