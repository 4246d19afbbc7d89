"""Run by ``make verify``: compute everything again in a folder of its own and compare.

Says which file differs, and why: an input, the config, the code, the environment or the processor
is not what ``results/provenance.json`` says, the file was changed, or it is left over.
"""

from __future__ import annotations

import functools
import sys
import tempfile
from pathlib import Path

from compute_trends.verify.again import run_workflow, verify


def main(config: str = "") -> int:
    """Verify the project in the working directory; status 1 if something differs.

    Parameters
    ----------
    config : str
        Config that went over the one of the project; empty: none did.
    """
    over = Path(config) if config else None
    run = functools.partial(run_workflow, over=over)
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="compute-trends-") as place:
        # As deep as the project, so that paths that lead out of it stay inside
        scratch = Path(place, *here.parts[1:])
        scratch.mkdir(parents=True)
        found = verify(here, run, scratch, over=over)
    print("\n".join(found.lines))
    return 0 if found.same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
