"""Each page: who may not see it, and that who may sees it, under the strict policy, in both languages."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.factories import captured, cast_of
from tests.integration.workbench.places import ACT_PAGES, READ_PAGES, SUBJECT_PAGES
from tests.workbench_story import Story, signed_in, url
from trials.rules.roles import Role

EVERY_PAGE = READ_PAGES | ACT_PAGES
FRONT = url("index")
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "object-src 'none'",
}
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:")


@pytest.mark.parametrize("route", EVERY_PAGE)
def test_page_asks_an_anonymous_reader_to_sign_in(route, story: Story):
    answer = Client().get(url(route, *EVERY_PAGE[route](story)))
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=")


@pytest.mark.parametrize("route", READ_PAGES)
def test_page_refuses_a_role_without_the_permission(route, story: Story, browser_of):
    answer = browser_of(Role.ADMINISTRATOR).get(url(route, *READ_PAGES[route](story)))
    assert answer.status_code == 403
    assert "Not permitted" in answer.text


@pytest.mark.parametrize("route", ACT_PAGES)
def test_page_of_an_act_refuses_who_may_not_do_it(route, story: Story, browser_of):
    reads_only_later = {"new-log-row"}  # the form itself may be read; saving it is refused
    answer = browser_of(Role.MONITOR).get(url(route, *ACT_PAGES[route](story)))
    assert answer.status_code == (200 if route in reads_only_later else 403)


@pytest.mark.parametrize("route", SUBJECT_PAGES | ACT_PAGES)
def test_page_does_not_exist_for_another_site(route, story: Story, stranger):
    keys = EVERY_PAGE[route](story)
    answer = signed_in(stranger).get(url(route, *keys))
    assert answer.status_code == (200 if route == "screen" else 404)


@pytest.mark.parametrize("route", ["subjects", "queries", "deviations", "notices"])
def test_list_shows_nothing_of_another_site(route, story: Story, stranger):
    answer = signed_in(stranger).get(url(route, story.cast.trial.code))
    assert answer.status_code == 200
    assert story.treated.code not in answer.text


@pytest.mark.parametrize("route", EVERY_PAGE)
def test_trial_does_not_exist_for_who_has_no_role_in_it(route, story: Story, rehearsal_trial):
    keys = EVERY_PAGE[route](story)
    coordinator = signed_in(story.cast.roles[Role.COORDINATOR])
    answer = coordinator.get(url(route, rehearsal_trial.code, *keys[1:]))
    assert answer.status_code == 404


def demand_strict_policy(answer) -> None:
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert INLINE.findall(answer.text) == []


@pytest.mark.parametrize("route", EVERY_PAGE)
def test_page_is_shown_under_the_strict_policy(route, story: Story, browser_of):
    answer = browser_of(Role.INVESTIGATOR).get(url(route, *EVERY_PAGE[route](story)))
    assert answer.status_code == 200
    demand_strict_policy(answer)


@pytest.mark.parametrize("path", ["/login/", "/password_change/", "/registers/", "/accounts/user/"])
def test_stock_page_is_shown_under_the_strict_policy(path, story: Story, browser_of):
    client = Client() if path == "/login/" else browser_of(Role.ADMINISTRATOR)
    answer = client.get(path)
    assert answer.status_code == 200
    demand_strict_policy(answer)


class Words(HTMLParser):
    """The words of a page that a person reads, but for values, reasons and digests as they are recorded."""

    RECORDED = frozenset({"script", "style", "del", "ins", "q", "code"})
    SPOKEN = frozenset({"aria-label", "placeholder", "title", "alt"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._deaf = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._deaf += tag in self.RECORDED
        self.said += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag):
        self._deaf -= tag in self.RECORDED

    def handle_data(self, data):
        if not self._deaf:
            self.said.append(data)


# Names, codes and what people typed: these stay as they are in any language.
UNTRANSLATED = re.compile(
    r"Casebook|English|NCT\d+|YYYY|CTCAE|MedDRA|Headache|pyridostigmine|Dr Li"
    r"|\w+\.\d+|[Cc]oordinator|[Ii]nvestigator|stranger|system|LOT-\d+|bag|cells|SpO|AChR"
    r"|(?<![A-Za-z])[A-Z][A-Z0-9]+[a-z]?(?![A-Za-z])|mmHg|kg|cm|min"
)
ENGLISH = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]+)*")


def english_in(page: str) -> list[str]:
    """What is left of English in a page once names and codes are taken away, without repetitions."""
    said = (ENGLISH.findall(UNTRANSLATED.sub("", words)) for words in Words(page).said)
    return list(dict.fromkeys(words for found in said for words in found))


@pytest.mark.parametrize("route", EVERY_PAGE)
def test_page_in_chinese_has_no_english_left(route, story: Story, browser_of):
    client = browser_of(Role.INVESTIGATOR, "zh-hans")
    assert english_in(client.get(url(route, *EVERY_PAGE[route](story))).text) == []


def test_front_page_in_chinese_has_no_english_left(story: Story, browser_of):
    assert english_in(browser_of(Role.COORDINATOR, "zh-hans").get(FRONT).text) == []


def test_words_finds_english_where_it_is_left():
    page = '<p>访视 <b>overdue now</b></p><input placeholder="Why not"><script src="x">var a</script>'
    assert english_in(page) == ["overdue now", "Why not"]


def test_score_that_is_not_known_is_a_dash_in_the_list(story: Story, browser_of):
    captured(story.cast, story.treated, "BL", "QMG", {"FACE": 1}, complete=False)
    page = browser_of(Role.COORDINATOR).get(url("subjects", story.cast.trial.code)).text
    row = page[page.index(f">{story.treated.code}</a>") :].partition("</tr>")[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', row) == ["1", "11", "–"]


def test_rehearsal_is_unmistakable_on_every_page(rehearsal_trial):
    cast = cast_of(rehearsal_trial)
    client = signed_in(cast.roles[Role.COORDINATOR])
    for path in (FRONT, url("subjects", rehearsal_trial.code), url("screen", rehearsal_trial.code)):
        assert 'class="rehearsal"' in client.get(path).text


def test_production_trial_carries_no_rehearsal_banner(story: Story, browser_of):
    assert 'class="rehearsal"' not in browser_of(Role.COORDINATOR).get(FRONT).text
