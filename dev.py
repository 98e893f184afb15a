"""One command for everything: it makes the environment when there is none, then does what you ask.

    python dev.py setup          make .venv from requirements.lock (the other commands do this when needed)
    python dev.py run [...]      build the reports; what follows goes to `dti run`
    python dev.py test [...]     run all tests; what follows goes to pytest
    python dev.py lab [...]      open the notebooks in JupyterLab
    python dev.py refresh [...]  rebuild data/processed, then execute the committed notebooks again, in place
    python dev.py bench [...]    time the random draws beside other tools; what follows: sizes, see benchmarks/robustness.py

Needs Python 3.11 or newer and nothing else. Uses uv when it is installed, otherwise pip. Writes only inside this folder
(.venv, .ipython, reports), and neither reads nor changes your own Jupyter, IPython and matplotlib settings.
"""

# This file keeps to what every Python can parse (no f-strings), so that an old one reaches the next lines.
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "dti_research needs Python 3.11 or newer, and this is Python %d.%d (%s). Start dev.py with a newer one, "
        "for example: python3.11 dev.py test, or: make test PY=python3.11" % (sys.version_info[:2] + (sys.executable,))
    )

import hashlib
import importlib.util
import os
import shutil
import subprocess
import venv

ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "dti-stamp")
# What Jupyter and matplotlib would otherwise keep in the home folder. dti_research.report.site.kernel uses the same place.
STATE = os.path.join(VENV, "var", "dti_research")
LOCK = ["--require-hashes", "--no-deps", "-r", "requirements.lock"]
PROJECT = ["--no-deps", "--no-build-isolation", "--no-index", "-e", "."]

COMMANDS = {
    "setup": [],
    "run": ["-m", "dti_research.cli", "run"],
    "test": ["-m", "pytest"],
    "lab": [
        "-m",
        "jupyterlab",
        # asks nothing of the internet, starts no other program, and leaves the locked packages as they are
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",
        "notebooks",
    ],
    "refresh": ["-m", "dti_research.report.site.build", "refresh"],
    "bench": [os.path.join("benchmarks", "robustness.py")],
}


def child_env():
    """The environment of every program started here: the same on any machine, whatever the user has set."""
    foreign = ("PYTHON", "VIRTUAL_ENV", "IPYTHON", "JUPYTER", "MPL", "MATPLOTLIB")
    env = {name: value for name, value in os.environ.items() if not name.upper().startswith(foreign)}
    env.update(
        PATH=os.path.dirname(PYTHON) + os.pathsep + env.get("PATH", os.defpath),
        PIP_USER="0",
        PYTHONHASHSEED="0",
        PYTHONNOUSERSITE="1",
        PYTHONUTF8="1",
        TZ="UTC",
        # one thread: the last digits of a sum do not depend on the number of cores
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        # no windows; a kernel still draws into its notebook, see .ipython/profile_default/ipython_kernel_config.py
        MPLBACKEND="Agg",
        MPLCONFIGDIR=os.path.join(STATE, "matplotlib"),
        IPYTHONDIR=os.path.join(ROOT, ".ipython"),
        JUPYTER_DATA_DIR=os.path.join(STATE, "jupyter"),
        JUPYTER_CONFIG_DIR=os.path.join(STATE, "jupyter", "config"),
        JUPYTER_RUNTIME_DIR=os.path.join(STATE, "jupyter", "runtime"),
        JUPYTER_PREFER_ENV_PATH="1",
    )
    return env


def call(command):
    """Run a program to its end and give its exit code. Ctrl-C reaches the program itself, and it decides what to do."""
    process = subprocess.Popen(command, cwd=ROOT, env=child_env())
    while True:
        try:
            code = process.wait()
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt:
            continue


def stamp():
    """What the environment was made from; it is made anew when this changes, also when the folder has moved."""
    digest = hashlib.sha256((sys.version + "\n" + ROOT).encode())
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def is_ready():
    """Whether .venv is whole (the stamp is written last) and made for this lock, Python and folder."""
    if not (os.path.exists(PYTHON) and os.path.exists(STAMP)):
        return False
    with open(STAMP, encoding="utf-8") as file:
        return file.read() == stamp()


def make_with_uv(uv):
    venv.create(VENV, symlinks=os.name != "nt")
    install = [uv, "pip", "install", "--quiet", "--python", PYTHON]
    return call(install + LOCK) or call(install + PROJECT)


def make_with_pip():
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python (%s) cannot put pip into a virtual environment: its module ensurepip is missing. On Debian or "
            "Ubuntu: apt install python%d.%d-venv; or install uv; then repeat."
            % ((sys.executable,) + sys.version_info[:2])
        )
    venv.create(VENV, symlinks=os.name != "nt", with_pip=True)
    install = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    progress = [] if sys.stdout.isatty() else ["--quiet"]
    return call(install + progress + ["--no-compile"] + LOCK) or call(install + ["--quiet"] + PROJECT)


def setup():
    """Make .venv, or leave it alone if it is whole and up to date."""
    if is_ready():
        return
    uv = shutil.which("uv")
    print("Setting up .venv with %s: seconds to a few minutes, once ..." % ("uv" if uv else "pip"))
    sys.stdout.flush()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if os.path.exists(VENV):
        shutil.rmtree(VENV)
    # matplotlib lists the fonts at its first import; done here, it cannot print about that into a notebook
    code = (make_with_uv(uv) if uv else make_with_pip()) or call([PYTHON, "-c", "import matplotlib.font_manager"])
    if code:
        sys.exit("The set-up did not finish; the reason stands above. Repeat the command: it starts afresh.")
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write(stamp())


def main(arguments):
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(__doc__.strip())
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        sys.stderr.write("Unknown command: %s. Known: %s.\n" % (command, ", ".join(COMMANDS)))
        return 2
    setup()
    return call([PYTHON] + COMMANDS[command] + rest) if COMMANDS[command] else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
