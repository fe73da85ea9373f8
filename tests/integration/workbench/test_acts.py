"""Each act of a person on a page: refused to whom it is not permitted, refused where it is illegal, done."""

import pytest
from django.test import Client

from audit.selectors import TrailEntry, trail
from subjects.models import Subject
from tests.integration.workbench.places import ACTS, Act
from tests.workbench_story import Story, signed_in


def entries(story: Story) -> list[TrailEntry]:
    """The trails of all subjects and of the trial itself."""
    scopes = [f"subject:{subject.pk}" for subject in Subject.objects.all()]
    return [entry for scope in [*scopes, f"trial:{story.cast.trial.pk}"] for entry in trail(scope)]


def whole_trail(story: Story) -> int:
    return len(entries(story))


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_act_asks_an_anonymous_person_to_sign_in(act: Act, story: Story):
    answer = Client().post(act.url(story), act.post)
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=")


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_act_is_refused_to_a_role_without_the_permission(act: Act, story: Story, browser_of):
    act.before(story)
    before = whole_trail(story)
    assert browser_of(act.not_by).post(act.url(story), act.post).status_code == 403
    assert whole_trail(story) == before


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_act_at_another_site_is_refused(act: Act, story: Story, stranger):
    act.before(story)
    before = whole_trail(story)
    answer = signed_in(stranger).post(act.url(story), act.post)
    assert answer.status_code == act.elsewhere
    assert whole_trail(story) == before


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_illegal_act_says_why_and_stores_nothing(act: Act, story: Story, browser_of):
    before = whole_trail(story)
    answer = browser_of(act.by).post(act.wrong_url(story), act.wrong_post or act.post)
    assert answer.status_code == act.wrong_status
    assert 'role="alert"' in answer.text
    assert whole_trail(story) == before


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_act_is_done_and_told(act: Act, story: Story, browser_of):
    act.before(story)
    client = browser_of(act.by)
    answer = client.post(act.url(story), act.post)
    assert answer.status_code == 302, answer.text
    assert act.left(story)
    assert 'class="message success"' in client.get(answer.url).text


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_act_is_attributed_to_the_person_and_the_page(act: Act, story: Story, browser_of):
    act.before(story)
    before = len(entries(story))
    browser_of(act.by).post(act.url(story), act.post)
    made = [entry for entry in entries(story) if entry.request_id]
    assert len(made) == len(entries(story)) - before > 0
    assert {entry.channel for entry in made} == {"web"}
    assert {entry.role for entry in made} == {act.by}
