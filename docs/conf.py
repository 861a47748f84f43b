"""Sphinx configuration: MyST pages, furo theme, reference pages made from the code."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "entente"
author = "The entente developers"
copyright = "2026, the entente developers"
version = release = installed("entente")

extensions = ["myst_nb", "sphinx.ext.autodoc", "generated", "mathml"]
html_math_renderer = "mathml"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
source_suffix = [".md"]
exclude_patterns = ["_build"]
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nitpicky = True
nitpick_ignore_regex = [
    # Other libraries: to find their pages, a build would have to ask the network.
    (
        r"py:.*",
        r"(numpy|pandas|pyarrow|xarray|altair|duckdb|ibis|pathlib|collections|datetime|importlib)\..*",
    ),
    # Types inside the package that a signature names: the page shows the front door alone.
    (r"py:class", r"entente\..*|Play"),
]

html_theme = "furo"
html_title = "entente"
html_static_path = ["_static"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
