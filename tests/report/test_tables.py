"""Tables and findings for a reader: what they say where something could not be computed, never happens, or does not vary."""

import numpy as np
import pytest

from dti_research import data
from dti_research.index.score import published_table
from dti_research.report import conclusions, sentences, tables
from dti_research.study.methods import leave_one_out, one_at_a_time, variance_based
