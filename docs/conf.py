"""Sphinx configuration: MyST pages, furo theme, reference pages made from the code."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "entente"
author = "The entente developers"
copyright = "2026, the entente developers"
version = release = installed("entente")

extensions = ["myst_nb", "sphinx.ext.autodoc", "generated"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
source_suffix = [".md"]
exclude_patterns = ["_build"]
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nitpicky = False

html_theme = "furo"
html_title = "entente"
html_static_path = ["_static"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
