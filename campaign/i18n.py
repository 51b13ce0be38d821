"""Translation: one catalogue, read once, for pages and commands alike."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

FOLDER = Path(__file__).parent / "translations"
CHINESE, ENGLISH = "zh_CN", "en"


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language code such as `zh`; source strings where there is no catalogue."""
    return Translations.load(FOLDER, [CHINESE if language == "zh" else language])


class OurDomain(Domain):
    """The catalogue by language.

    Babel turns zh_CN into zh_Hans_CN, under which gettext would find no folder; and Flask-Babel's own domain
    lives for one request and would read the catalogue for each.
    """

    def get_translations(self) -> NullTranslations:
        """The texts of the language of this request."""
        locale = get_locale()
        return catalogue(locale.language if locale is not None else ENGLISH)


_DOMAIN = OurDomain()


class OurBabel(Babel):
    """Flask-Babel with the house's domain."""

    @property
    def domain_instance(self) -> OurDomain:
        """The one domain there is."""
        return _DOMAIN


def terminal_locale(environ: Mapping[str, str] | None = None) -> str:
    """QICHUANG_LOCALE, else Chinese unless the terminal plainly asks for English."""
    env = os.environ if environ is None else environ
    chosen = env.get("QICHUANG_LOCALE")
    if chosen:
        return chosen
    language = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return ENGLISH if language.startswith("en") else CHINESE


class Translator:
    """Calls like gettext: a msgid and what fills its %(name)s places."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalogue = catalogue(locale.partition("_")[0])

    def __call__(self, msgid: str, **params: object) -> str:
        """The text in the language of the terminal."""
        text: str = self._catalogue.gettext(msgid)
        return text % params if params else text
