"""
How fast a 100,000-row CSV goes in, and how much memory that takes.

    python -m bench.importing [ROWS]

Runs `manage.py import_questions` in processes of their own against the configured database:
once as a dry run, once for real. The questions are new at each run and stay in the database,
so use one that may be thrown away.
"""

import csv
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMAIL = "bench-importer@example.com"

MAKE_PERSON = f"""
from accounts.models import User
User.objects.filter(email="{EMAIL}").exists() or User.objects.create_superuser("{EMAIL}", name="B")
"""
PARSE = """
import resource, sys
from pathlib import Path
from approvals.importing.parsing import QuestionFile
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = sum(1 for _ in QuestionFile(data, "x.csv").checked())
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def write_csv(path: Path, rows: int) -> None:
    run = uuid.uuid4().hex[:8]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "option_a", "option_b", "option_c", "option_d", "answer"])
        for number in range(rows):
            writer.writerow(
                [
                    f"In run {run}, which of these numbers is {number}, asked in one sentence?",
                    *(number + offset for offset in (0, 1, 2, 3)),
                    "A",
                ]
            )


def timed(*command: str) -> tuple[float, float, str]:
    """Seconds, peak megabytes of any child so far, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, peak, done.stdout


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    manage = (sys.executable, "manage.py")
    subprocess.run([*manage, "shell", "-v", "0", "-c", MAKE_PERSON], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.csv"
        write_csv(path, rows)
        size = path.stat().st_size / 1024 / 1024
        print(f"{rows:,} rows, {size:.1f} MB of CSV")

        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        seconds, _, printed = timed(sys.executable, "-c", PARSE, str(path))
        found, more = map(int, printed.split())
        print(
            f"  parse and check only     {seconds:6.1f} s  {found / seconds:8,.0f} rows/s"
            f"  {more / 1024:6.1f} MB beyond the file itself"
        )
        for name, extra in (("dry run (check, stage)", ["--dry-run"]), ("import, all of it", [])):
            seconds, peak, printed = timed(
                *manage, "import_questions", str(path), "--as", EMAIL, *extra
            )
            taken = re.findall(r"([\d,]+) questions (?:could be )?imported", printed)
            print(
                f"  {name:24} {seconds:6.1f} s  {rows / seconds:8,.0f} rows/s"
                f"  {peak:6.0f} MB peak  ({taken[0]} rows)"
            )


if __name__ == "__main__":
    main()
