"""The real ConvNetJS under Node: jobs go in as one JSON text, results come out as another."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np


def job(xs: np.ndarray, ys: list[Any], **rest: Any) -> dict[str, Any]:
    """A job on the inputs xs (N, height, width, depth) or (N, depth) and as many targets.

    `defs` or `json` makes the network, `weights` are set if given. With `trainer`, options, it
    learns so many `examples`, the inputs over and over. With `gradient` the result holds the
    derivatives of the losses by the inputs.
    """
    vols = [{"shape": [1, 1, x.size] if x.ndim == 1 else x.shape, "w": x.ravel()} for x in xs]
    return {"xs": vols, "ys": ys, **rest}


def run(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each job: outputs `before` and `after` learning, each example's `losses` (cost, l1
    decay, l2 decay), the final `weights`, and the `text` of the untrained network.
    """
    done = subprocess.run(
        [shutil.which("node") or "node", "peer.mjs"],
        cwd=Path(__file__).parent,
        input=json.dumps(jobs, default=np.ndarray.tolist),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
