"""
Keeps what Python has compiled, for every process that tests start.

A pytest plugin (`-p tests.compiled`). Where the environment says to keep nothing, as images of
containers like to, each of some hundred processes would compile the product, Django and all the
others anew: half of what it takes to start one.
"""

import os
import sys
from pathlib import Path

if sys.dont_write_bytecode:
    folder = str(Path(__file__).resolve().parent.parent / "var" / "compiled")
    sys.dont_write_bytecode, sys.pycache_prefix = False, folder
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder
