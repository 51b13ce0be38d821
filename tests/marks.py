"""Which cases of a parametrised test every run sees, and which only the long suite."""

from __future__ import annotations

import pytest


def mostly_slow(cases, *short):
    """Give the cases as parameters; those at the places in `short` run always, the others are `slow`."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=[] if at in short else pytest.mark.slow
        )
        for at, case in enumerate(cases)
    ]
