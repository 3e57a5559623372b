"""Sphinx: Furo, notebooks executed at every build, the findings' page written from the catalogue."""

from sphinx.application import Sphinx

import guardiansync
from guardiansync.model.catalogue import CATALOGUE, Kind, Severity

project = "guardiansync"
author = "the guardiansync authors"
version = release = guardiansync.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = False
default_role = "code"  # docstrings mark code with one backtick

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_class_signature = "mixed"
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"guardiansync {version}"
html_static_path = ["_static"]
html_css_files = ["outputs.css"]
html_show_copyright = False

CATALOGUE_HERE = "<!-- conf.py puts the catalogue of guardiansync.model.catalogue here -->"


SHOWN = {"line": "*n*", "column": "*column*", "student_sis_id": "*id*", "guardian_sis_id": "*id*", "detail": " …"}


def _entry(kind: Kind) -> str:
    message = kind.message.format(**SHOWN).replace("( …", "(…")
    return f"(finding-{kind.code})=\n### `{kind.code}`\n\n**{kind.title}.** {message}\n\n*What to do:* {kind.remedy}\n"


def _catalogue() -> str:
    titles = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}
    parts = []
    for severity, title in titles.items():
        kinds = sorted((kind for kind in CATALOGUE.values() if kind.severity is severity), key=lambda kind: kind.code)
        parts += [f"## {title}\n", *map(_entry, kinds)]
    return "\n".join(parts)


def _fill_in(_app: Sphinx, name: str, source: list[str]) -> None:
    if name == "findings":
        source[0] = source[0].replace(CATALOGUE_HERE, _catalogue())


def setup(app: Sphinx) -> None:
    """Have the catalogue put into its page before that is parsed."""
    app.connect("source-read", _fill_in)
