"""The first version of the interface, under /api/v1/; what it promises stays."""

from ninja import NinjaAPI

from entente.desk.api import accords, cases, refusals, runs
from entente.desk.api.limits import ByPlan, TokenAuth

api = NinjaAPI(
    title="entente",
    version="1",
    description="Accords, runs and cases. A window on the verbs of the command line.",
    docs_url=None,
    urls_namespace="v1",
    auth=TokenAuth(),
    throttle=[ByPlan()],
)
refusals.listen(api)
for router in (accords.router, runs.router, cases.router):
    api.add_router("", router)
