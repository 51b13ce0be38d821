"""`make bench`: every bench prints a table of what it measured, with its limits; status 1 when one is missed.

`python -m bench media lane` runs only these; what follows `--` goes to each of them (`-- --runs 1 FILM`).
"""

import argparse
import importlib
import pkgutil
import sys
import time
from pathlib import Path

NAMES = sorted(
    module.name.removeprefix("bench_")
    for module in pkgutil.iter_modules([str(Path(__file__).parent)])
    if module.name.startswith("bench_")
)


def main() -> int:
    """Run the benches that are asked for, all of them unless told otherwise."""
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args(words[:at]).names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"There is no bench {', '.join(sorted(unknown))}; choose from {', '.join(NAMES)}.")
    started, missed = time.monotonic(), []
    for name in names:
        # Each bench reads its own arguments, as it does when it is run alone.
        sys.argv = [f"bench_{name}", *words[at + 1 :]]
        print(f"\n== {name}", flush=True)
        if importlib.import_module(f"bench.bench_{name}").main():
            missed.append(name)
    minutes = (time.monotonic() - started) / 60
    print(
        f"\n{len(names)} benches in {minutes:.1f} min: {'OVER in ' + ', '.join(missed) if missed else 'ok'}"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
