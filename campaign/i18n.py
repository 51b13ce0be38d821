"""Translation outside a request: commands speak the language of the terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent / "translations"


def terminal_locale(environ: Mapping[str, str] | None = None) -> str:
    """QICHUANG_LOCALE, else Chinese unless the terminal plainly asks for English."""
    env = os.environ if environ is None else environ
    chosen = env.get("QICHUANG_LOCALE")
    if chosen:
        return chosen
    language = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "en" if language.startswith("en") else "zh_CN"


class Translator:
    """Calls like gettext: a msgid and what fills its %(name)s places."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalogue: NullTranslations = Translations.load(FOLDER, [locale])

    def __call__(self, msgid: str, **params: object) -> str:
        text: str = self._catalogue.ugettext(msgid)
        return text % params if params else text
