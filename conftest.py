"""Before any test: kernels, also those that nbval starts, run under the project's settings and never the user's."""

from pathlib import Path

import matplotlib

from dti_research.report.site.kernel import use_project_kernel

use_project_kernel(Path(__file__).resolve().parent)

# No test opens a window. Only here: kernels would inherit MPLBACKEND, which the line above removed.
matplotlib.use("agg")
