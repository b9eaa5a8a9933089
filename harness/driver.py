"""People who ask, decide, revise and withdraw over HTTP, and repeat themselves until answered."""

import json
import threading
import time
import uuid
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException

from harness.ledger import Chapter
from harness.stories import ASSESSORS, REQUESTERS
from harness.world import HOST, Gone

AT_ONCE = 12  # calls under way
AGAIN = 0.3  # seconds before a call is repeated
LOOK = 0.5  # seconds between two looks at the notifications
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
        self.seen = set()  # (person, kind, url)
        self.news = threading.Condition()
        self._stop = threading.Event()
        self._known = dict.fromkeys(apis, 0)

    def __enter__(self):
        for person in self.apis:
            threading.Thread(target=self._follow, args=(person,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stop.set()

    def wait_for(self, person, kind, url, *, deadline):
        """Return once this person was told. Raises Gone."""
        with self.news:
            if not self.news.wait_for(
                lambda: (person, kind, url) in self.seen, max(0, deadline - time.monotonic())
            ):
                raise Gone(f"{person} was never told {kind} about {url}")

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
        for each in told:
            newest = max(newest, each["id"])
        with self.news:
            self.seen |= {(person, each["kind"], each["url"]) for each in told}
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

    def pause(self):
        """Between two looks."""
        time.sleep(1)

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
        self.submit(chapter, api, deadline)
        for number, turn in enumerate(story.turns):
            for person, verdict in turn.verdicts:
                task = self.task(chapter, api, turn, deadline)
                if not (story.eager and number == 0):
                    self.watch.wait_for(
                        person, "TASK_ASSIGNED", f"/tasks/{task}/", deadline=deadline
                    )
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

    def task(self, chapter, api, turn, deadline):
        """The turn's task; the one of a later stage is made once the workflow comes to it."""
        while time.monotonic() < deadline:
            answer = api.insist(
                "GET", f"approval-requests/{chapter.request_id}/", deadline=deadline
            )
            for task in answer["tasks"]:
                if (task["stage"], task["round"]) == (turn.stage, turn.round):
                    return task["task_id"]
            self.pause()
        raise Gone(f"stage {turn.stage}, round {turn.round} of {chapter.request_id} never opened")

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
            task = self.task(chapter, api, story.turns[0], deadline)
            (person,) = story.stages[0]["assessors"]
            self.watch.wait_for(person, "TASK_ASSIGNED", f"/tasks/{task}/", deadline=deadline)
        path = f"approval-requests/{chapter.request_id}/cancel/"
        api.insist("POST", path, deadline=deadline)
        chapter.withdrawn = True

    def _await(self, chapter, kind, deadline):
        url = f"/requests/{chapter.request_id}/"
        self.watch.wait_for(chapter.story.requester, kind, url, deadline=deadline)


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
