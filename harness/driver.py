"""People who ask, decide, revise and withdraw over HTTP, and repeat themselves until answered."""

import json
import re
import threading
import time
import uuid
from collections import defaultdict
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException

from harness.ledger import Chapter
from harness.stories import ASSESSORS, REQUESTERS
from harness.world import HOST, Gone

AT_ONCE = 12  # calls under way
AGAIN = 0.3  # seconds before a call is repeated
LOOK = 0.7  # seconds between two looks at the notifications
NUMBER = re.compile(r"\(story (\d+)\)")
# Answers that say nothing of the request: the same one may fare better in a moment.
PASSING = ("idempotency_key_in_flight", "decision_under_way")


class Refused(Exception):
    """A definite no where the story expects a yes."""


class Insistent:
    """Who repeats what got no answer."""

    def insist(self, method, path, body=None, *, deadline):
        """Repeat a call with one key until it has a definite answer. Raises Gone, Refused."""
        # Made from what is asked: whoever asks again, even another process, asks the same.
        said = f"{path} {json.dumps(body, sort_keys=True)}"
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, said)) if method == "POST" else None
        last = "no answer"
        while time.monotonic() < deadline:
            try:
                status, answer = self.call(method, path, body, key)
            except (OSError, HTTPException, ValueError) as error:
                last = repr(error)
            else:
                if status < 300:
                    return answer
                last = f"{status} {json.dumps(answer)[:300]}"
                if status < 500 and status != 429 and answer.get("code") not in PASSING:
                    raise Refused(f"{method} {path}: {last}")
            time.sleep(AGAIN)
        raise Gone(f"{method} {path} had no definite answer in time; last: {last}")


class Api(Insistent):
    """One person's way in."""

    gate = threading.Semaphore(AT_ONCE)

    def __init__(self, port, token):
        self.port = port
        self.token = token

    def call(self, method, path, body=None, key=None):
        """Status and answer of one call. Raises OSError or HTTPException where there is none."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        with self.gate:
            connection = HTTPConnection(HOST, self.port, timeout=15)
            try:
                text = None if body is None else json.dumps(body)
                connection.request(method, f"/api/v1/{path}", text, headers)
                response = connection.getresponse()
                return response.status, json.loads(response.read() or "null")
            finally:
                connection.close()


class Watch:
    """Reads everybody's notifications, as a page would, and remembers what they lead to."""

    def __init__(self, apis):
        self.apis = apis
        self.told = defaultdict(list)  # the addresses told, by person, kind and story's number
        self.news = threading.Condition()
        self._stop = threading.Event()
        self._known = dict.fromkeys(apis, 0)

    def __enter__(self):
        for person in self.apis:
            threading.Thread(target=self._follow, args=(person,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stop.set()

    def wait_for(self, person, kind, number, nth, *, deadline):
        """The address that this person was told of for the nth time. Raises Gone."""
        told = self.told[person, kind, number]
        with self.news:
            left = max(0, deadline - time.monotonic())
            if not self.news.wait_for(lambda: len(told) > nth, left):
                raise Gone(f"{person} was never told {kind}")
            return told[nth]

    def _follow(self, person):
        while not self._stop.wait(LOOK):
            with suppress(OSError, HTTPException, ValueError, KeyError, TypeError):
                self._look(person)

    def _look(self, person):
        path, newest, told = "notifications/", self._known[person], []
        while path:
            _, page = self.apis[person].call("GET", path)
            fresh = [each for each in page["results"] if each["id"] > self._known[person]]
            told += fresh
            more = len(fresh) == len(page["results"]) and page.get("next")
            path = page["next"].split("/api/v1/", 1)[1] if more else None
        with self.news:
            for each in sorted(told, key=lambda one: one["id"]):
                newest = each["id"]
                if found := NUMBER.search(each["title"]):
                    self.told[person, each["kind"], int(found.group(1))].append(each["url"])
            self._known[person] = newest
            self.news.notify_all()


class Driver:
    """Plays stories at once and writes down in the ledger what was acknowledged."""

    def __init__(self, port, tokens, ledger, *, patience=240, way=None):
        names = (*ASSESSORS, *REQUESTERS)
        self.apis = {name: (way or partial(Api, port))(tokens[name]) for name in names}
        self.ledger = ledger
        self.patience = patience
        self.watch = Watch(self.apis)
        self.threads = []

    def begin(self, stories):
        """Let every story begin at its time; returns at once."""
        self.watch.__enter__()
        began = time.monotonic()
        for story in stories:
            self.go(story, began)

    def go(self, story, began=0.0):
        """Tell one story, from `begins_at` seconds after `began` on."""
        thread = threading.Thread(
            target=self._tell, args=(self.chapter_of(story), began), daemon=True
        )
        self.threads.append(thread)
        thread.start()

    def chapter_of(self, story):
        """A new chapter of the ledger."""
        chapter = Chapter(story)
        self.ledger.chapters.append(chapter)
        return chapter

    @property
    def under_way(self):
        return sum(thread.is_alive() for thread in self.threads)

    def _tell(self, chapter, began):
        time.sleep(max(0, began + chapter.story.begins_at - time.monotonic()))
        deadline = time.monotonic() + self.patience
        try:
            self._play(chapter, deadline)
            chapter.finished = True
        except (Gone, Refused) as reason:
            chapter.stuck = str(reason)
        except Exception as error:
            chapter.stuck = repr(error)

    def _play(self, chapter, deadline):
        story = chapter.story
        api = self.apis[story.requester]
        first = self.submit(chapter, api, deadline)
        for number, turn in enumerate(story.turns):
            for person, verdict in turn.verdicts:
                hasty = story.eager and number == 0
                task = first if hasty else self._asked(chapter, person, number, deadline)
                self._decide(chapter, task, person, verdict, deadline)
            if turn.returns:
                self._await(chapter, "REVISION_REQUESTED", deadline)
                if story.outcome != "CANCELLED":
                    self._revise(chapter, api, turn, deadline)
        if story.outcome == "CANCELLED":
            self._withdraw(chapter, api, deadline)
        else:
            self._await(chapter, "REQUEST_CLOSED", deadline)

    def submit(self, chapter, api, deadline):
        story = chapter.story
        stages = [_with_addresses(stage) for stage in story.stages]
        answer = api.insist(
            "POST",
            "approval-requests/",
            {"question": _question(story.text), "policy": {"stages": stages}},
            deadline=deadline,
        )
        chapter.request_id, chapter.question_id = answer["request_id"], answer["question_id"]
        return answer["tasks"][0]["task_id"]

    def _asked(self, chapter, person, number, deadline):
        """The task that this person was told of for the turn of this number."""
        story = chapter.story
        before = [story.stages[turn.stage]["assessors"] for turn in story.turns[:number]]
        nth = sum(person in assessors for assessors in before)
        url = self.watch.wait_for(person, "TASK_ASSIGNED", story.number, nth, deadline=deadline)
        return url.strip("/").rpartition("/")[2]

    def _decide(self, chapter, task, person, verdict, deadline):
        self.apis[person].insist(
            "POST",
            f"approval-tasks/{task}/decision/",
            {"verdict": verdict, "comments": "Said by the harness."},
            deadline=deadline,
        )
        chapter.decisions.append([task, person, verdict])

    def _revise(self, chapter, api, turn, deadline):
        changed = _question(chapter.story.text, note=f"as changed in round {turn.round}")
        path = f"questions/{chapter.question_id}/versions/"
        api.insist("POST", path, changed, deadline=deadline)
        chapter.revisions += 1

    def _withdraw(self, chapter, api, deadline):
        story = chapter.story
        if not story.eager and not story.turns[0].returns:
            (person,) = story.stages[0]["assessors"]
            self._asked(chapter, person, 0, deadline)
        path = f"approval-requests/{chapter.request_id}/cancel/"
        api.insist("POST", path, deadline=deadline)
        chapter.withdrawn = True

    def _await(self, chapter, kind, deadline):
        story = chapter.story
        self.watch.wait_for(story.requester, kind, story.number, 0, deadline=deadline)


def _with_addresses(stage):
    if "assessors" not in stage:
        return stage
    return {**stage, "assessors": [f"{name}@example.com" for name in stage["assessors"]]}


def _question(text, note=""):
    return {
        "question_text": f"{text} {note}".strip(),
        "options": ["One", "Two", "Three"],
        "correct_answer": "Two",
        "subject": "Harness",
    }
