"""`make bench`: every bench prints a table of ratios measured side by side in one run."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

for module in sorted(
    m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name.startswith("bench_")
):
    importlib.import_module(f"bench.{module}").main()
