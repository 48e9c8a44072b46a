"""Those who are measured: pages, each in a browser of its own, and processes on this machine."""

import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Error, Page, Playwright

from tools import kernels, wheels
from tools.bench import images
from tools.bench.host import profile
from tools.cache import Cache
from tools.places import NODE_MODULES, PYODIDE, ROOT
from tools.progress import say

SECONDS = 0.6  # one turn
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PAGES = {
    "pyml": "python.html?backend=fused",
    "pyml_unfused": "python.html?backend=layers",
    "numpy_pyodide": "python.html?backend=numpy",
    "convnetjs": "convnetjs.html",
    "tfjs_cpu": "tensorflow.html?backend=cpu",
    "tfjs_wasm": "tensorflow.html?backend=wasm",
    "tfjs_webgl": "tensorflow.html?backend=webgl",
    "tfjs_webgpu": "tensorflow.html?backend=webgpu",
}
#: a processor draws where there is no graphics card, and WebGPU has to be asked for that
SOFTWARE = ["--enable-unsafe-swiftshader"]
SWITCHES = {
    "tfjs_webgl": SOFTWARE,
    "tfjs_webgpu": [
        *SOFTWARE,
        "--enable-unsafe-webgpu",
        "--use-webgpu-adapter=swiftshader",
        "--enable-features=Vulkan",
    ],
}
PROCESSES = {
    "numpy_native": "numpy",
    "torch_contiguous": "contiguous_format",
    "torch_channels_last": "channels_last",
}
#: its builds for older browsers are several times slower
TENSORFLOW = NODE_MODULES / "@tensorflow"
SCRIPTS = [
    NODE_MODULES / "convnetjs" / "build" / "convnet.js",
    TENSORFLOW / "tfjs-core" / "dist" / "tf-core.es2017.min.js",
    TENSORFLOW / "tfjs-layers" / "dist" / "tf-layers.es2017.min.js",
    *(
        TENSORFLOW / f"tfjs-backend-{name}" / "dist" / f"tf-backend-{name}.es2017.min.js"
        for name in ("cpu", "webgl", "wasm", "webgpu")
    ),
]


@dataclass
class Shown:
    """Somebody in a page."""

    page: Page

    def rate(self, kind: str, size: int) -> float:
        """What is done in a second; Playwright's Error if it cannot be done there."""
        return float(self.page.evaluate(f"window.rate({kind!r}, {size}, {SECONDS})"))

    def live(self, kind: str, size: int) -> float:
        """The share of live units, of pages with Python."""
        return float(self.page.evaluate(f"window.live({kind!r}, {size})"))


class Process:
    """Somebody in a process on this machine, with one thread."""

    def __init__(self, stack: ExitStack, who: str, records: Path) -> None:
        running = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tools.bench.work", who, records],
                cwd=ROOT,
                env={**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYML_BACKEND": "numpy"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # Ctrl-C is for the benchmark, which then closes stdin
            )
        )
        assert running.stdin is not None
        assert running.stdout is not None
        self.asked, self.told = running.stdin, running.stdout
        stack.callback(self.asked.close)

    def rate(self, kind: str, size: int) -> float:
        """What is done in a second."""
        print(kind, size, SECONDS, file=self.asked, flush=True)
        return float(self.told.readline())


Contender = Shown | Process


def pages(
    stack: ExitStack, playwright: Playwright, url: str, wanted: list[str]
) -> dict[str, Contender]:
    """Those of the pages that start, each in a browser of its own: what shares a process with it
    would slow it down.
    """
    found: dict[str, Contender] = {}
    for who in wanted:
        page = stack.enter_context(profile(playwright, SWITCHES.get(who, []))).new_page()
        page.goto(url + PAGES[who])
        try:
            page.evaluate("window.start()")
        except Error as error:
            say(f"  {who} does not start here: {why(error)}")
            page.close()
        else:
            found[who] = Shown(page)
    return found


def why(error: Error) -> str:
    """What a page said of it."""
    return error.message.splitlines()[0].removeprefix("Page.evaluate: ").removeprefix("Error: ")


def processes(stack: ExitStack, records: Path) -> dict[str, Contender]:
    """Native NumPy, and torch if it is installed."""
    torch = subprocess.run([sys.executable, "-c", "import torch"], check=False, capture_output=True)
    if torch.returncode:
        say("  torch is not installed here, and is left out")
    make = partial(Process, stack, records=records)
    return {
        who: make(name)
        for who, name in PROCESSES.items()
        if "torch" not in who or not torch.returncode
    }


def assemble(folder: Path) -> tuple[list[str], str]:
    """Puts the pages and what they need into a folder; who can be shown, and which images."""
    for file in [*(ROOT / "tools" / "bench" / "pages").iterdir(), *SCRIPTS]:
        shutil.copy(file, folder)
    for file in (TENSORFLOW / "tfjs-backend-wasm" / "dist").glob("*.wasm"):
        shutil.copy(file, folder)
    shutil.copytree(PYODIDE, folder / "pyodide")
    shutil.copy(wheels.stock_wheel("numpy"), folder / "numpy.whl")
    with zipfile.ZipFile(folder / "pyml.zip", "w") as archive:
        for file in sorted((ROOT / "pyml").rglob("*.py")):
            archive.write(file, file.relative_to(ROOT))
        archive.write(ROOT / "tools" / "bench" / "work.py", "work.py")
    library = kernels.page(Cache())
    (folder / "kernels.so").write_bytes(library.read_bytes() if library else b"")
    compiled = ("pyml", "pyml_unfused")
    who = [name for name in PAGES if library or name not in compiled]
    return who, images.write(folder / "images.bin")
