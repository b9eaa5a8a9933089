"""
Near-duplicates among 50,000 questions: `python -m bench.ai similarity`.

The questions are real ones (`bench.ai.bank`), as they are and varied: options in another order,
letters mistyped, other numbers, other words, halves of two put together. Beside the search stands
what pg_trgm does alone: by its index, and by scoring every question, which says what there was to
find.
"""

import json
import random
import re
import statistics
import time
from contextlib import closing

import psycopg2
from psycopg2.extras import register_uuid

from bench.ground import empty_database, in_a_process

ROWS = 50_000
ASKED = 300
COMPARED = 40  # of these also by the slow roads
AIM = 0.050  # seconds, p95

_EACH = """
SELECT question_id FROM questions
WHERE similarity(question_text || ' ' || options::text, %(said)s) >= %(least)s
    AND question_id <> %(but)s
ORDER BY similarity(question_text || ' ' || options::text, %(said)s) DESC, question_id
LIMIT %(most)s
"""
_BY_INDEX = """
SELECT question_id FROM questions
WHERE (question_text || ' ' || options::text) %% %(said)s AND question_id <> %(but)s
"""


def measure(report):
    with empty_database() as address:
        seconds, plain = in_a_process(_fill, address)
        report.add(f"{ROWS:,} questions written", f"{ROWS / seconds:,.0f}/s")
        share = (seconds - plain) / seconds
        report.add("  share of it for the index of words", f"{share:.0%}")
        found = in_a_process(_search, address)
        p50, p95 = _percentiles(found["search"])
        held = {"aim": f"≤ {AIM * 1000:.0f} ms", "held": p95 <= AIM}
        report.add("similar questions, p50", f"{p50 * 1000:.1f} ms")
        report.add("similar questions, p95", f"{p95 * 1000:.1f} ms", **held)
        for road in ("pg_trgm's index", "each one scored"):
            p50, p95 = _percentiles(found[road])
            report.add(f"  by {road}, p50", f"{p50 * 1000:,.0f} ms")
            report.add(f"  by {road}, p95", f"{p95 * 1000:,.0f} ms")
        report.add("of what there was, found", f"{found['recall']:.1%} of {found['there']:,}")


def _percentiles(times):
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def _fill(address):
    """Returns the seconds with the index, and those without."""
    from accounts.models import User
    from bench.ai import bank

    author = User.objects.create_user("author@example.com", name="Author")
    questions = _varied(bank.questions(), author)
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX questions_alike")
            plain = _written(cursor, questions)
            cursor.execute("TRUNCATE questions CASCADE")
            cursor.execute(
                "CREATE INDEX questions_alike ON questions USING gin (to_tsvector('simple', "
                "COALESCE(question_text, '') || ' ' || COALESCE(options::text, ''))) "
                "WITH (gin_pending_list_limit = 512)"
            )
            seconds = _written(cursor, questions)
            cursor.execute("ANALYZE questions")
    return seconds, plain


def _written(cursor, questions):
    from approvals.models import Question

    began = time.perf_counter()
    Question.objects.bulk_create(questions, batch_size=1000)
    return time.perf_counter() - began


def _varied(contents, author):
    from approvals.models import Question

    chance = random.Random(7)
    words = [word for each in contents for word in re.findall(r"\w{4,}", each.question_text)]
    made, ways = [], (_same, _shuffled, _mistyped, _renumbered, _reworded, _merged)
    for number in range(ROWS):
        content = contents[number % len(contents)]
        way = ways[number // len(contents) % len(ways)]
        text, options = way(content, chance, words, contents)
        made.append(
            Question(
                question_text=text, options=options, correct_answer=options[0], created_by=author
            )
        )
    return made


def _same(content, chance, words, contents):
    return content.question_text, list(content.options)


def _shuffled(content, chance, words, contents):
    return content.question_text, chance.sample(content.options, len(content.options))


def _mistyped(content, chance, words, contents):
    text = content.question_text
    for _ in range(3):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice("aeinorst") + text[place + 1 :]
    return text, list(content.options)


def _renumbered(content, chance, words, contents):
    def other(found):
        return str(chance.randrange(10 ** len(found.group())))

    text, *options = (
        re.sub(r"\d+", other, each) for each in (content.question_text, *content.options)
    )
    return text, options


def _reworded(content, chance, words, contents):
    said = content.question_text.split()
    for _ in range(3):
        said[chance.randrange(len(said))] = chance.choice(words)
    return " ".join(said), chance.sample(content.options, len(content.options))


def _merged(content, chance, words, contents):
    said, other = content.question_text.split(), chance.choice(contents)
    end = other.question_text.split()
    text = " ".join(said[: len(said) // 2] + end[len(end) // 2 :])
    return text, [*content.options[:2], *other.options[:2]]


def _search(address):
    from accounts.models import User
    from approvals.models import Question
    from approvals.selectors import similar_to
    from approvals.selectors.similarity import MOST_FOUND

    author = User.objects.get()
    asked = random.Random(3).sample(list(Question.objects.order_by("pk")), ASKED)
    for each in asked[:10]:
        similar_to(each.content, author, but=each.pk)
    times, found = [], {}
    for each in asked:
        began = time.perf_counter()
        found[each.pk] = similar_to(each.content, author, but=each.pk, limit=MOST_FOUND)
        times.append(time.perf_counter() - began)
    slow = _slowly(address, asked[:COMPARED])
    return {"search": times, **_recall(found, slow.pop("there")), **slow}


def _recall(found, there):
    """Of what scoring each one found, how much the search did."""
    got = {key: {one.question.pk for one in alike.found} for key, alike in found.items()}
    hits = sum(len(rows & got[key]) for key, rows in there.items())
    number = sum(map(len, there.values()))
    return {"recall": hits / number, "there": number}


def _slowly(address, asked):
    from approvals.selectors.similarity import MOST_FOUND, NEARLY_THE_SAME

    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        register_uuid(conn_or_curs=connection)
        given = [
            {
                "said": f"{each.question_text} {json.dumps(each.options, ensure_ascii=False)}",
                "but": each.pk,
                "least": NEARLY_THE_SAME,
                "most": MOST_FOUND,
            }
            for each in asked
        ]
        by_each, rows = _timed(cursor, _EACH, given)
        cursor.execute(
            "CREATE INDEX ON questions "
            "USING gin ((question_text || ' ' || options::text) gin_trgm_ops)"
        )
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", ["0.5"])
        by_index, _ = _timed(cursor, _BY_INDEX, given)
    there = {each.pk: found for each, found in zip(asked, rows, strict=True)}
    return {"each one scored": by_each, "pg_trgm's index": by_index, "there": there}


def _timed(cursor, statement, given):
    times, rows = [], []
    for each in given:
        began = time.perf_counter()
        cursor.execute(statement, each)
        rows.append({row[0] for row in cursor.fetchall()})
        times.append(time.perf_counter() - began)
    return times, rows
