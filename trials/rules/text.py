"""Texts of a protocol, in every language its people work in."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Strict(BaseModel):
    """A part of a definition: unknown keys are faults, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Strict):
    """A text in English and Simplified Chinese (ODM TranslatedText)."""

    en: Words
    zh_hans: Words = Field(alias="zh-hans")

    def in_language(self, code: str) -> str:
        """Chinese for any Chinese locale, English otherwise."""
        return self.zh_hans if code.lower().startswith("zh") else self.en
