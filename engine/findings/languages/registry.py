"""Every language that a note can be read in."""

from __future__ import annotations

from collections.abc import Mapping

from nosograph.engine.findings.languages.chinese import CHINESE
from nosograph.engine.findings.languages.german import GERMAN
from nosograph.engine.findings.languages.japanese import JAPANESE
from nosograph.engine.findings.languages.spanish import SPANISH
from nosograph.engine.findings.linking.language import ENGLISH, Language

__all__ = ["LANGUAGES"]

LANGUAGES: Mapping[str, Language] = {
    language.code: language for language in (ENGLISH, CHINESE, GERMAN, SPANISH, JAPANESE)
}
"""By code; English first."""
