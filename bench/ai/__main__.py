"""Measure AI queries and item flaws, or the parts named: `python -m bench.ai [part …]`."""

import sys

from bench.__main__ import main
from bench.ai import answering, flaws, similarity, spending

PARTS = {
    "accept": answering.accept,
    "throughput": answering.throughput,
    "sdk": spending.through_sdk,
    "kills": answering.kills,
    "budget": spending.budget,
    "flaws": flaws.measure,
    "similarity": similarity.measure,
}

if __name__ == "__main__":
    main(sys.argv[1:], PARTS)
