"""Commands that break the running product on purpose and look at what is left of it."""

import argparse
import random
import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from config import postgres
from harness import stories


def main():
    options = _parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)  # so that everything is stopped, as on Ctrl-C
    try:
        held = options.run(options)
    except KeyboardInterrupt:
        sys.exit("Interrupted; everything is stopped.")
    sys.exit(0 if held else 1)


def _interrupted(*_):
    raise KeyboardInterrupt


def _parser():
    parser = argparse.ArgumentParser(prog="python -m harness", description=__doc__)
    commands = parser.add_subparsers(required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--engine", choices=["local", "stepfunctions"], default="local")
    common.add_argument("--seed", type=int, default=random.randrange(10**6))
    common.add_argument("--keep", type=Path, help="keep the run's folder here, for `check`")

    chaos = commands.add_parser("chaos", parents=[common], help="every fault at once")
    chaos.add_argument("--n", type=int, default=500, help="how many requests")
    chaos.add_argument("--seconds", type=float, default=60, help="of faults")
    chaos.add_argument("--settle", type=float, default=120, help="seconds to come to rest")
    chaos.add_argument("--only", action="append", default=[], help="one kind of fault; repeatable")
    chaos.add_argument("--kind", action="append", default=[], help="one kind of story; repeatable")
    chaos.add_argument("--beats", type=int, default=2)
    chaos.add_argument("--harsh", action="store_true", help="each program has a killer of its own")
    chaos.set_defaults(run=_chaos)

    points = commands.add_parser("failpoints", parents=[common], help="one crash at every point")
    points.add_argument("--kind", default="approved", choices=list(stories.KINDS))
    points.add_argument("--every", type=int, default=1, help="try every so many points only")
    points.add_argument("--at", default="", help="points with this in their name only")
    points.add_argument("--first", action="store_true", help="stop at the first violation")
    points.set_defaults(run=_failpoints)

    race = commands.add_parser("race", parents=[common], help="fifty deciders on one task")
    race.add_argument("--rounds", type=int, default=5)
    race.set_defaults(run=_race)

    callbacks = commands.add_parser("callbacks", parents=[common], help="lost callbacks")
    callbacks.add_argument("--kills", type=int, default=200)
    callbacks.add_argument("--aim", type=float, default=30, help="seconds to terminal, p99")
    callbacks.set_defaults(run=_callbacks)

    outage = commands.add_parser("outage", parents=[common], help="AWS does not answer")
    outage.add_argument("--minutes", type=float, default=5)
    outage.add_argument("--how", choices=["hang", "refuse"], default="hang")
    outage.add_argument("--late", type=float, default=5, help="seconds a page may take")
    outage.set_defaults(run=_outage)

    mutants = commands.add_parser("mutants", parents=[common], help="ten known bugs")
    mutants.add_argument("--only", action="append", default=[], help="one mutant; repeatable")
    mutants.add_argument("--no-baseline", action="store_true", help="trust the code as it is")
    mutants.set_defaults(run=_mutants)

    check = commands.add_parser("check", help="look again at what a kept run left")
    check.add_argument("keep", type=Path, help="the folder that --keep named")
    check.set_defaults(run=_check)
    return parser


def _check(options):
    from harness import checker, evidence
    from harness.ledger import Ledger

    server = postgres.Server(options.keep / "postgres")
    server.start()
    try:
        found = evidence.gather(postgres.url(server.data), var=options.keep)
        ledger = Ledger.load(options.keep / "ledger.json")
        return checker.report(checker.check(found, ledger))
    finally:
        server.stop()


def _outage(options):
    from harness import outage

    with _folder(options) as var:
        return outage.run(
            minutes=options.minutes,
            late=options.late,
            how=options.how,
            seed=options.seed,
            var=var,
        )


def _mutants(options):
    from harness import mutation

    return mutation.run(only=options.only, baseline=not options.no_baseline, seed=options.seed)


def _race(options):
    from harness import race

    with _folder(options) as var:
        return race.run(rounds=options.rounds, seed=options.seed, engine=options.engine, var=var)


def _callbacks(options):
    from harness import callbacks

    with _folder(options) as var:
        return callbacks.run(
            kills=options.kills,
            aim=options.aim,
            seed=options.seed,
            engine=options.engine,
            var=var,
        )


def _failpoints(options):
    from harness import failpoints
    from harness.ground import Ground

    with _folder(options) as var, Ground(var, options.engine) as ground:
        return failpoints.run(
            ground,
            kind=options.kind,
            every=options.every,
            at=options.at,
            only_first=options.first,
            engine=options.engine,
        )


def _chaos(options):
    from harness import chaos

    wanted = chaos.Options(
        count=options.n,
        seed=options.seed,
        seconds=options.seconds,
        settle=options.settle,
        engine=options.engine,
        only=tuple(options.only),
        kinds=tuple(options.kind),
        beats=options.beats,
        harsh=options.harsh,
    )
    with _folder(options) as var:
        return chaos.run(wanted, var)


@contextmanager
def _folder(options):
    """The folder of a run: one that stays if the caller named it, else one that goes."""
    var = options.keep or Path(tempfile.mkdtemp(prefix="imprimatur-harness-"))
    var.mkdir(parents=True, exist_ok=True)
    var.chmod(0o755)  # PostgreSQL runs as another user where we are root
    try:
        yield var.resolve()
    finally:
        if options.keep is None:
            shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    main()
