"""What a person does in a browser: goes to pages, answers questions, saves."""

from typing import Any

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.factories import PASSWORD

PATIENCE = 15_000


class Person:
    """One person before one browser; `complaints` are what its console says, a broken policy above all."""

    def __init__(self, page: Page, trial: str) -> None:
        self.page, self.trial = page, trial
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        refused_by_a_rule = "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not refused_by_a_rule:
            self.complaints.append(message.text)

    def sign_in(self, username: str) -> None:
        self.page.goto("/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main button.main").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def go(self, path: str) -> None:
        """To a page of the trial."""
        self.page.goto(f"/trials/{self.trial}/{path}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def answer(self, fields: dict[str, Any], prefix: str = "") -> None:
        """Answer each question, once it is asked: some appear only after another."""
        for name, value in fields.items():
            self._answer(f'[name="{prefix}{name}"]', str(value))

    def _answer(self, selector: str, value: str) -> None:
        field = self.page.locator(selector).first
        field.wait_for(state="attached")
        kind = field.evaluate("element => element.type")
        if kind == "radio":
            self.page.locator(f'{selector}[value="{value}"]').check()
        elif kind == "checkbox":
            field.check()
        elif kind.startswith("select"):
            field.select_option(value)
        else:
            field.fill(value)

    def act(self, path: str, fields: dict[str, Any], button: str) -> None:
        """One act on a page of its own, done and told."""
        self.go(path)
        self.answer(fields)
        self.press(button)
        self.is_told()

    def capture(self, path: str, values: dict[str, Any], button: str = "Save as complete") -> None:
        """A whole form of the protocol, saved and told."""
        self.go(path)
        self.answer(values, prefix="v-")
        self.press(button)
        self.is_told()

    def is_told(self) -> None:
        expect(self.page.locator(".message.success")).to_be_visible(timeout=PATIENCE)
