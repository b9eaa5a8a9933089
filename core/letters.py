"""A sample of every mail that the apps send, for people to look at before anybody gets one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.mail import EmailMessage

Write = Callable[[], EmailMessage]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """`write` makes the mail as it would be sent, about people and things that are made up."""

    name: str
    title: str
    write: Write


SAMPLES: dict[str, Sample] = {}


def sample(name: str, title: str) -> Callable[[Write], Write]:
    """Register a sample; its name stands in an address."""

    def register(write: Write) -> Write:
        if name in SAMPLES:
            raise ValueError(f"Two sample mails are called {name}.")
        SAMPLES[name] = Sample(name=name, title=title, write=write)
        return write

    return register
