"""A database to measure on, and client processes that start together."""

import multiprocessing
import os
import shutil
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from config.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
CLIENTS = 2


@contextmanager
def empty_database():
    """A server of our own with every migration, set as the product sets it; yields its URL."""
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    server = Server(VAR / "postgres")
    os.environ["DATABASE_URL"] = server.start()
    os.environ["VAR_DIR"] = str(VAR)
    try:
        in_a_process(_migrate)
        yield os.environ["DATABASE_URL"]
    finally:
        server.stop()
        del os.environ["DATABASE_URL"]
        shutil.rmtree(VAR, ignore_errors=True)


def in_a_process(work, *arguments):
    """Do this in a process of its own with Django set up; return what it returns."""
    return together(work, [arguments])[0]


def together(work, arguments_of_each, processor=None):
    """
    Run `work` in one process for each tuple of arguments, begun at the same moment.

    Returns what they return. Django is set up and idle before the moment comes. To the list
    `processor` is added how many seconds of processor time they and PostgreSQL took.
    """
    before = server_seconds()
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(arguments_of_each))
    answers = context.Queue()
    processes = [
        context.Process(target=_run, args=(work, barrier, answers, number, arguments))
        for number, arguments in enumerate(arguments_of_each)
    ]
    for process in processes:
        process.start()
    results, seconds = {}, 0.0
    while len(results) < len(processes):
        if any(process.exitcode for process in processes):
            sys.exit("A client process of the benchmark failed; see above.")
        while not answers.empty():
            number, result, used = answers.get()
            results[number] = result
            seconds += used
        time.sleep(0.01)
    for process in processes:
        process.join()
    if processor is not None:
        processor.append(seconds + server_seconds() - before)
    return [results[number] for number in range(len(processes))]


def _run(work, barrier, answers, number, arguments):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    barrier.wait()
    before = time.process_time()
    result = work(*arguments)
    answers.put((number, result, time.process_time() - before))


def server_seconds():
    """Processor time of the server here and of every session it ever had; 0 without a server."""
    try:
        pid = int((VAR / "postgres" / "postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return 0.0
    server = psutil.Process(pid)
    seconds = 0.0
    for session in server.children():
        with suppress(psutil.NoSuchProcess):  # then the server counts it below
            seconds += sum(session.cpu_times()[:2])
    return seconds + sum(server.cpu_times()[:4])


def _migrate():
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
