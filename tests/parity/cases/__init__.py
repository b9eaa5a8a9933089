"""All cases of the parity suite."""

from tests.parity.cases import approval, choices, data, tasks

CASES = (*data.CASES, *choices.CASES, *tasks.CASES, *approval.CASES)
BY_NAME = {case.name: case for case in CASES}
