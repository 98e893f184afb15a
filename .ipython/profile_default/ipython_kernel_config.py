"""Settings of every kernel started through dev.py, which makes this folder IPython's home instead of the user's own."""

c = get_config()  # noqa: F821

# ipykernel 7 warns at each start ("running over TCP without encryption"), once for every report. These kernels can be
# reached from this machine only. Errors are still shown.
c.IPKernelApp.log_level = "ERROR"

# No history database: parallel kernels would wait for one another on it, and it would keep what a reader typed.
c.HistoryManager.enabled = False

# Kernels inherit MPLBACKEND=Agg from dev.py (no test may open a window); a notebook shows its figures all the same.
c.IPKernelApp.matplotlib = "inline"
