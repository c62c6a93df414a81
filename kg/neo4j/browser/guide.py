"""Chapters as guides: HTML as Neo4j Browser 5 shows it after ``:guide`` and ``:play``.

A guide is a deck of slides. In it Browser itself makes things work: text in ``pre.runnable`` goes
to the editor, ``data-exec`` runs a command, and what is typed into an input with ``value-for``
replaces the text of the element with the same ``value-key``. A deck of one slide it leaves without
all this after ``:play``, so that every page has two or more. Links open the drawer at the side,
where a chapter stays while its queries fill the stream.

Browser reads no addresses that are relative to the guide's own, so that every page is made for the
address that it will be served from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from nosograph.kg.neo4j.browser.chapters import Chapter, Query, Value, literal
from nosograph.kg.neo4j.errors import AccessError

__all__ = [
    "DEFAULT_BASE_URL",
    "FAVOURITES_FILE",
    "INDEX_PAGE",
    "STYLE_FILE",
    "checked_base_url",
    "guide_pages",
]

DEFAULT_BASE_URL = "http://localhost:7475"
"""Neo4j Browser takes guides of ``localhost`` (not of 127.0.0.1) without any setting."""
INDEX_PAGE, STYLE_FILE = "index.html", "style.grass"
FAVOURITES_FILE = "nosograph-favourites.zip"
_BASE_URL = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/\-]*)?")
_BOX = '<pre class="runnable" style="padding-left: 2em !important; word-break: normal !important">'
"""Browser's own style cuts the arrow of a box off, and breaks lines within words."""
_MARGIN = '<div style="padding: 0 1em">'
_TITLE = "Nosograph in Neo4j Browser"
_NOTICE = (
    "The graph says what its sources say of diseases. It supports a clinician, and replaces none."
)


def checked_base_url(text: str) -> str:
    """An address that guides can be served from, without a slash at its end.

    >>> checked_base_url("http://localhost:7475/")
    'http://localhost:7475'

    Args:
        text: The address.

    Raises:
        AccessError: If it is no plain web address.
    """
    if not _BASE_URL.fullmatch(text):
        raise AccessError(
            f"the address of the guides is {text!r}; expected one like {DEFAULT_BASE_URL} or "
            "https://example.org/guides, without a question mark or user."
        )
    return text.rstrip("/")


def guide_pages(chapters: Sequence[Chapter], *, base_url: str = DEFAULT_BASE_URL) -> dict[str, str]:
    """HTML by file name: the index, and a page for each chapter.

    >>> from nosograph.kg.neo4j.browser.chapters import read_chapters
    >>> pages = guide_pages(read_chapters())
    >>> list(pages)[:2]
    ['index.html', '10_find_a_term.html']

    Args:
        chapters: The chapters, in order.
        base_url: The address that the pages will be served from.

    Raises:
        AccessError: If the address cannot be one.
    """
    base = checked_base_url(base_url)
    pages = {INDEX_PAGE: _document(_TITLE, [_index(chapters, base), _manual(base)])}
    for number, chapter in enumerate(chapters):
        after = chapters[number + 1] if number + 1 < len(chapters) else None
        footer = _footer(after, base)
        slides = [_cover(number + 1, chapter, base) + footer]
        slides += [_query_slide(query) + footer for query in chapter.queries]
        pages[page_name(chapter)] = _document(chapter.title, slides)
    return pages


def page_name(chapter: Chapter) -> str:
    """File name of a chapter's page."""
    return f"{chapter.name}.html"


def _document(title: str, slides: Sequence[str]) -> str:
    deck = "\n".join(
        f'<slide class="row-fluid">\n{_MARGIN}\n{slide}</div>\n</slide>' for slide in slides
    )
    return (
        f'<article class="guide">\n<title>{escape(title)}</title>\n'
        f'<carousel class="deck container-fluid">\n{deck}\n</carousel>\n</article>\n'
    )


def _index(chapters: Sequence[Chapter], base: str) -> str:
    items = "\n".join(
        f"<p>{number}. {_guide(f'{base}/{page_name(chapter)}', chapter.title)}<br/>"
        f"{escape(chapter.about)}</p>"
        for number, chapter in enumerate(chapters, start=1)
    )
    return (
        f"<h3>{_TITLE}</h3>\n"
        "<p>Diseases, what they show, their genes, and the papers that say so. Each chapter has a "
        "few questions that you can run and change. The next page says how.</p>\n"
        f"{items}\n<p>{_NOTICE}</p>\n"
    )


def _manual(base: str) -> str:
    return (
        "<h4>How this works</h4>\n"
        f"<p>Colours and captions: {_execute(f'style {base}/{STYLE_FILE}', ':style')}. They stay "
        "until you change them.</p>\n"
        "<p>A click on a grey box puts it into the editor, where you run it; a click on its arrow "
        "runs it at once. First the parameters, then the query. Parameters keep their values until "
        "you set them again.</p>\n"
        "<p>A disease, a finding or a gene of your own: find its identifier in the first chapter, "
        "and type it into the white field; after a paste with the mouse press a key, or the box "
        "below does not change. A list keeps its brackets, quotes and commas.</p>\n"
        "<p>In a table, null says that nothing is stated. No rows at all say that the graph holds "
        "nothing of this kind, or does not know the identifier: 'One term', in the first chapter, "
        "shows which. The number of rows is limited; LIMIT, in the last line of the query, says "
        "to how many.</p>\n"
        "<p>A picture shows what the query returned. A double click on a node shows what else "
        "hangs on it; a click on an arrow shows who says so. The two arrows at the upper right "
        "make a picture as large as the window, and &gt; folds the panel beside it away.</p>\n"
        f'<p>All questions are favourites, too: fetch <a href="{base}/{FAVOURITES_FILE}" '
        f'target="_blank">{base}/{FAVOURITES_FILE}</a> and drop it onto this window.</p>\n'
        f"<p>{_NOTICE}</p>\n"
    )


def _cover(number: int, chapter: Chapter, base: str) -> str:
    page = f"{base}/{page_name(chapter)}"
    # Of the drawer's slides the first has the number 0: it is this one.
    items = "\n".join(
        f"<li>{_guide(f'{page}#slide-{slide}', query.title)}</li>"
        for slide, query in enumerate(chapter.queries, start=1)
    )
    return (
        f"<h3>{number}. {escape(chapter.title)}</h3>\n"
        f"<p>{escape(chapter.about)}</p>\n<ul>\n{items}\n</ul>\n"
    )


def _query_slide(query: Query) -> str:
    kind = "a picture" if query.shows == "graph" else "a table"
    return (
        f"<h4>{escape(query.title)}</h4>\n<p>{escape(query.about)}</p>\n"
        f"{_parameters(query)}"
        f"<p>Run it; the answer is {kind}:</p>\n"
        f"{_BOX}{escape(query.cypher)}</pre>\n"
    )


def _parameters(query: Query) -> str:
    if not query.parameters:
        return ""
    said = "parameter" if len(query.parameters) == 1 else "parameters"
    parts = [f"<p>Set the {said}, if not yet set; type another value first, if you want:</p>\n"]
    for name, value in query.parameters.items():
        parts.append(_parameter(name, value, key=f"{query.name}-{name}"))
    return "".join(parts)


def _parameter(name: str, value: Value, *, key: str) -> str:
    """A box with the command, and a field that changes the value in it."""
    spelled = literal(value)
    # The quotes of a text stay outside of what is typed.
    quote = "'" if isinstance(value, str) else ""
    inner = spelled[len(quote) : len(spelled) - len(quote)]
    return (
        '<p><input type="text" style="width: 100%; box-sizing: border-box; color: #1a1a1a" '
        f'value-for="{key}" value="{escape(inner)}" /></p>\n'
        f"{_BOX}:param {name} =&gt; {escape(quote)}"
        f'<span value-key="{key}">{escape(inner)}</span>{escape(quote)}</pre>\n'
    )


def _footer(after: Chapter | None, base: str) -> str:
    links = [_guide(f"{base}/{INDEX_PAGE}", "All chapters")]
    if after is not None:
        links.append(f"next: {_guide(f'{base}/{page_name(after)}', after.title)}")
    return f"<p>{' · '.join(links)}</p>\n"


def _guide(url: str, text: str) -> str:
    return _execute(f"guide {url}", text)


def _execute(command: str, text: str) -> str:
    return f'<a data-exec="{escape(command)}">{escape(text)}</a>'
