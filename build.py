#!/usr/bin/env python3
"""The one entry for people and CI: builds the site, serves it, tests and checks everything.

Needs Python 3.11 and Node.js 20, or newer. Everything else is installed into the folders `.cache`
and `node_modules` when it is first needed.
"""

import sys

if sys.version_info < (3, 11):  # before anything that an older Python could not even read
    sys.exit(
        "Python %d.%d is too old.\n  Install Python 3.11 or newer and run this with it."
        % sys.version_info[:2]
    )

import argparse
import os
import subprocess
from pathlib import Path

from tools import environment, progress
from tools.problem import Problem

COMMANDS = ["build", "serve", "kernels", "test", "check", "screenshots", "bench"]


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="build.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="`python build.py COMMAND --help` tells more about a command.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    build = commands.add_parser("build", help="write the site to dist/ (the default)")
    serve = commands.add_parser("serve", help="build, serve on this machine, rebuild on change")
    for command in (build, serve):
        command.add_argument("--out", type=Path, help="write the site to this folder")
        command.add_argument(
            "--cifar10",
            type=Path,
            metavar="PATH",
            help="CIFAR-10 that you have: the official archive, packed or not, or a folder of "
            "images; without it, it is downloaded if it can be",
        )
        command.add_argument(
            "--cifar10-chunks",
            type=chunks,
            default=50,
            metavar="N",
            help="take at most so many thousand images to learn from (50); 0: no download",
        )
    build.add_argument(
        "--from-scratch",
        action="store_true",
        help="make every intermediate result again (downloads are kept)",
    )
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    serve.add_argument("--no-open", action="store_true", help="open no browser")

    commands.add_parser("kernels", help="compile the kernels for this machine and install them")

    test = commands.add_parser("test", help="install what the tests need, build, run them all")
    test.add_argument(
        "--only",
        action="append",
        choices=["unit", "parity", "build", "js", "pyodide", "browser"],
        help="run this stage alone; may be given several times",
    )
    test.add_argument("pytest", nargs="*", metavar="-- ARGS", help="passed on to pytest")

    commands.add_parser("check", help="style, types, HTML and sizes of files")

    screenshots = commands.add_parser("screenshots", help="build, picture every demo for the docs")
    screenshots.add_argument(
        "--only", action="append", metavar="DEMO", help="this demo; may be given several times"
    )

    # What it can be told is its own affair, its help included.
    commands.add_parser("bench", help="measure what README promises", add_help=False)
    return parser


def chunks(text: str) -> int:
    """How many chunks, as it is given on the command line."""
    if not text.isascii() or not text.isdigit() or int(text) > 50:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to 50")
    return int(text)


def main() -> int:
    """Runs one command in the project's own environment; returns its exit code."""
    given = sys.argv[1:]
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help")):
        given = ["build", *given]
    parser = arguments()
    options, unknown = parser.parse_known_args(given)
    if unknown and options.command != "bench":
        parser.error(f"unknown: {' '.join(unknown)}")
    options.bench = unknown
    if not environment.inside_venv():
        environment.make_venv()
        environment.install("build")
        return again(given)
    environment.install("build")
    environment.node_modules()
    return run(options)


def again(given: list[str]) -> int:
    """Starts this program once more, in the environment that has just been made."""
    command = [str(environment.python()), str(Path(__file__).resolve()), *given]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)  # one process, so that a signal reaches the right one
    return subprocess.call(command)


def run(options: argparse.Namespace) -> int:
    """The command itself; its modules may use packages of the environment, so they are imported
    late.
    """
    from tools.cache import Cache
    from tools.places import DIST

    if options.command == "build":
        from tools import site

        cache = Cache(fresh=options.from_scratch)
        site.build(options.out or DIST, cache, options.cifar10, options.cifar10_chunks)
        return 0
    if options.command == "serve":
        from functools import partial

        from tools import serve, site

        images = partial(site.build, cifar10=options.cifar10, most=options.cifar10_chunks)
        return serve.serve(options.out or DIST, options.port, not options.no_open, images)
    if options.command == "kernels":
        from tools import kernels

        kernels.install(Cache())
        return 0
    if options.command == "test":
        from tools import testing

        return testing.test(options.only, options.pytest)
    if options.command == "check":
        from tools import checking

        return checking.check()
    if options.command == "screenshots":
        environment.install("build", "test")
        from tools import screenshots, site

        screenshots.make(options.only, site.build(DIST, Cache()))
        return 0
    from tools import testing

    return testing.bench(options.bench)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        progress.say("\nStopped.")
        sys.exit(130)
