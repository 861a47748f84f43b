"""Each person's way through the desk in a real browser: quiet, open to all, wide and narrow."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from everything import known_to, pages
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from test_second_factor import code

from conftest import PASSWORD, mailed_code
from entente.desk.ledgers.models import Ledger
from entente.desk.ledgers.work import price
from entente.desk.members.models import Code, Plan
from entente.desk.studio import work
from entente.desk.studio.models import Job
from entente.desk.talk.models import Comment

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the driver runs a loop of its own
pytestmark = pytest.mark.django_db(transaction=True)

_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
_QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
_KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
# Django's own rooms, and what stands within a page.
_UNDRAWN = ("admin:", "v1:", "studio:progress")
_OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=_QUIET)
        yield opened
        opened.close()


class Visitor:
    """A person at the desk; each page they see is quiet, open and no wider than the window."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home, self.said = page, home, []
        page.on("console", self.hears)
        page.on("response", lambda r: self.said.append(r.url) if r.status >= 400 else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def hears(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def goes(self, path: str) -> None:
        self.page.goto(self.home + path)
        self.looks()

    def clicks(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.looks()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.looks()

    def looks(self) -> None:
        assert self.page.evaluate(_OVERHANG) <= 0, self.page.url
        assert self.said == [], self.page.url
        found = Axe().run(self.page, options=_RULES).response["violations"]
        broken = [f"{r['id']}: {n['html'][:160]}" for r in found for n in r["nodes"]]
        self.said.clear()  # axe copies style sheets into the page, which the policy refuses
        assert broken == [], self.page.url

    def signs_in(self, address: str, password: str = PASSWORD) -> None:
        self.goes("/account/login/")
        self.page.fill("input[name=login]", address)
        self.page.fill("input[name=password]", password)
        self.clicks("Sign In")


@pytest.fixture(params=[1100, 320], ids=["wide", "narrow"])
def visitor(request, browser, live_server) -> Iterator[Visitor]:
    with browser.new_context(viewport={"width": request.param, "height": 900}) as context:
        yield Visitor(context.new_page(), live_server.url)


def test_a_reader_finds_a_brief_and_resets_a_forgotten_password(visitor, publish, person):
    publish("Tariffs on Mexico")
    person("reader")
    visitor.goes("/search/?q=mexico")
    visitor.goes("/briefs/tariffs-on-mexico/")
    assert visitor.page.get_by_text("Only subscribers may comment").is_visible()
    visitor.goes("/membership/")
    visitor.goes("/account/password/reset/")
    visitor.page.fill("input[name=email]", "reader@example.org")
    visitor.clicks("Reset My Password")
    visitor.page.fill("input[name=code]", mailed_code())
    visitor.clicks("Confirm")
    for field in ("password1", "password2"):
        visitor.page.fill(f"input[name={field}]", "another long pass phrase 7")
    visitor.clicks("Change Password")
    visitor.signs_in("reader@example.org", "another long pass phrase 7")
    visitor.goes("/account/")
    visitor.page.select_option("#language", "es")
    visitor.clicks("Change")
    assert visitor.page.get_by_role("button", name="Cerrar sesión").is_visible()
    visitor.goes("/briefs/tariffs-on-mexico/")


def test_a_reader_adds_a_second_factor_and_a_passkey_and_makes_a_token(visitor, person):
    person("reader")
    keys = visitor.page.context.new_cdp_session(visitor.page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
    visitor.goes("/api/")
    visitor.signs_in("reader@example.org")
    visitor.goes("/account/second-factor/totp/activate/")
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.clicks("Confirm")
    visitor.page.fill("input[name=code]", code(visitor.page.input_value("#authenticator_secret")))
    visitor.clicks("Activate")
    visitor.goes("/account/second-factor/recovery-codes/")
    visitor.goes("/account/second-factor/webauthn/add/")
    visitor.page.check("input[name=passwordless]")
    visitor.page.get_by_role("button", name="Add", exact=True).click()
    visitor.page.wait_for_url(lambda url: "/add/" not in url)
    visitor.goes("/account/second-factor/webauthn/")
    visitor.goes("/account/second-factor/")
    visitor.goes("/api/tokens/")
    visitor.page.fill("input[name=name]", "my notebook")
    visitor.clicks("Make a token")
    assert visitor.page.inner_text("#secret").startswith("entente_")
    visitor.clicks("Log out")
    visitor.signs_in("reader@example.org")
    assert visitor.page.url.endswith("/account/second-factor/authenticate/")
    visitor.clicks("Cancel")
    visitor.page.get_by_role("button", name="Sign in with a passkey").click()
    visitor.page.get_by_role("button", name="Log out").wait_for()


def test_a_subscriber_comments_and_a_moderator_removes_it(visitor, publish, subscriber, person):
    publish("Tariffs on Mexico")
    visitor.signs_in(subscriber.email)
    visitor.goes("/briefs/tariffs-on-mexico/")
    visitor.page.fill("#text", "A **clear** remark.")
    visitor.page.get_by_role("button", name="Comment", exact=True).click()
    visitor.page.locator("#thread strong").wait_for()
    visitor.looks()
    visitor.clicks("Log out")
    moderator = person("mod", "moderators")
    Comment.objects.update(state="held")
    visitor.signs_in(moderator.email)
    visitor.goes("/moderation/")
    visitor.clicks("Remove it")
    assert Comment.objects.get().state == "removed"


def test_an_analyst_writes_an_accord_runs_it_and_proposes_a_brief(visitor, person):
    analyst = person("analyst", "analysts")
    visitor.signs_in(analyst.email)
    visitor.goes("/studio/accords/")
    visitor.goes("/studio/new/?from=us-mexico-2019")
    visitor.page.locator("#problems li").first.wait_for()
    visitor.page.fill("input[name=draws]", "20")
    visitor.page.fill("input[name=months]", "2")
    visitor.clicks("Run it")
    work.run(Job.objects.get().pk)
    visitor.page.get_by_role("link", name="Read the page").wait_for()
    visitor.clicks("Make it a brief")
    visitor.clicks("Send to review")
    visitor.goes("/studio/")
    visitor.goes(f"/studio/runs/{Job.objects.get().key}/")
    visitor.goes("/studio/negotiate/?from=us-mexico-2019")
    visitor.page.fill("#on", "2019-07-30")
    visitor.page.get_by_role("button", name="Explain it").click()
    visitor.page.locator(".desk-explained").wait_for()
    visitor.looks()


def test_an_importer_uploads_lines_and_reads_their_price(visitor, person):
    importer = person("importer")
    visitor.signs_in(importer.email)
    visitor.goes("/ledgers/")
    lines = b"line,hts,origin,date,value\none,8544300000,MEX,2019-08-15,48210.37\n"
    visitor.page.set_input_files(
        "input[type=file]", {"name": "lines.csv", "mimeType": "text/csv", "buffer": lines}
    )
    visitor.clicks("Upload")
    visitor.page.select_option("select[name=accord]", "us-mexico-2019")
    visitor.clicks("Price the lines")
    price(Ledger.objects.get().pk)
    visitor.page.reload()
    assert visitor.page.get_by_role("cell", name="2410.50").first.is_visible()
    visitor.looks()
    visitor.clicks("Delete this ledger now")


def test_an_importer_prices_over_the_courses_of_a_run_and_plans(visitor, person, published_run):
    importer = person("importer")
    visitor.signs_in(importer.email)
    for purpose, rows in (
        ("duty", b"line_id,hts,origin,entry_date,value_usd\none,8544300000,MEX,2019-07-15,1000\n"),
        ("plan", b"ID,HS code,Origin,mode,Unit price,need,short_usd\n"
                 b"a,8544300000,MEX,truck,10,100,30\n"),
    ):  # fmt: skip
        visitor.goes("/ledgers/")
        visitor.page.select_option("select[name=purpose]", purpose)
        visitor.page.set_input_files(
            "input[type=file]", {"name": "rows.csv", "mimeType": "text/csv", "buffer": rows}
        )
        visitor.clicks("Upload")
        if purpose == "duty":
            visitor.page.select_option("select[name=accord]", "us-mexico-2019")
        visitor.page.select_option("select[name=run]", str(published_run.key))
        visitor.page.fill("textarea[name=choose]", "preset=as-announced-2019")
        visitor.page.locator("form[action$='price/'] button").click()
        visitor.page.wait_for_load_state()
        visitor.looks()
        price(Ledger.objects.get(purpose=purpose).pk)
        visitor.page.reload()
        visitor.looks()
    visitor.follows("Read the plan")


def test_who_looks_after_an_institutions_seats_ends_one(visitor, person):
    plan = Plan.objects.create(slug="inst", name="Institution", says="-")
    Code.objects.create(
        code="LIBRARY", institution="A library", plan=plan, ends="2999-01-01", seats=2,
        holder=person("librarian"),
    )  # fmt: skip
    member = person("member")
    visitor.signs_in(member.email)
    visitor.goes("/membership/")
    visitor.page.fill("#code", "library")
    visitor.clicks("Use the code")
    visitor.clicks("Log out")
    visitor.signs_in("librarian@example.org")
    visitor.goes("/account/")
    visitor.follows("Seats of your institution")
    assert visitor.page.get_by_text("1 of 2 seats taken").is_visible()
    for place in ("end", "renew"):
        visitor.page.locator(f"form[action$='/{place}/'] button").click()
        visitor.page.wait_for_load_state()
        visitor.looks()
    assert visitor.page.get_by_text("0 of 2 seats taken").is_visible()


def test_every_page_is_open_to_all_and_no_wider_than_a_telephone(
    browser, live_server, client, everything
):
    with browser.new_context(viewport={"width": 1100, "height": 900}) as context:
        name, session = "sessionid", client.cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        visitor, seen = Visitor(context.new_page(), live_server.url), set()
        for page, words in pages():
            if page.startswith(_UNDRAWN):
                continue
            place = reverse(page, kwargs=known_to(everything, page, words))
            if not drawn(client, place):
                continue
            visitor.goes(place)
            visitor.page.set_viewport_size({"width": 320, "height": 900})
            assert visitor.page.evaluate(_OVERHANG) <= 0, place
            visitor.page.set_viewport_size({"width": 1100, "height": 900})
            seen.add(page)
    assert {"talk:decline", "members:seats", "ledgers:planned", "studio:job"} <= seen


def drawn(client, place: str) -> bool:
    """Say whether an address gives a page to who asks for it."""
    told = client.get(place)
    told.close()
    return told.status_code == 200 and told["Content-Type"].startswith("text/html")


def test_an_administrator_offers_a_plan_and_looks_at_the_lists(visitor, person):
    boss = person("boss")
    boss.is_staff = boss.is_superuser = True
    boss.save()
    visitor.signs_in(boss.email)
    visitor.goes("/admin/members/plan/add/")
    for field, value in (("slug", "reader"), ("name", "Reader"), ("says", "Comment.")):
        visitor.page.fill(f"input[name={field}]", value)
    visitor.page.locator("input[name=_save]").click()
    visitor.goes("/membership/")
    assert visitor.page.get_by_role("heading", name="Reader").is_visible()
    forms = ("members/code/add/", "members/plan/1/change/", f"people/user/{boss.pk}/change/")
    for place in ("", "briefs/brief/", "people/user/", "members/code/", *forms):
        visitor.goes(f"/admin/{place}")
