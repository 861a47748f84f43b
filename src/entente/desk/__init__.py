"""The web desk: a window on the laboratory, and the only place that knows Django.

A view gathers, calls one verb, renders. Each folder is one Django application: `people` (accounts),
`members` (subscriptions), `briefs` (publishing and reading), `talk` (comments), `studio` (accords
and runs), `ledgers` (importers' entry lines), `api` (for programs).
"""
