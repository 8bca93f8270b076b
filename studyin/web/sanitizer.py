"""The last check before HTML reaches a page: an allow-list of elements, attributes, classes and addresses.

The writer's output is safe by construction; this is the second lock, kept by a real HTML parser (nh3). It lets through
what the writer uses and nothing else.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from studyin.web.highlight import CLASSES
from studyin.web.mathml import ELEMENTS as MATHML

if TYPE_CHECKING:
    import nh3

_TEXT = "p h3 h4 h5 h6 hr br blockquote ul ol li em strong del sub sup kbd mark code pre"
_TABLE = "table thead tbody tr th td"
_ATTRIBUTES = {
    "a": {"href", "title", "id", "data-passage", "aria-label"},
    "div": {"id", "tabindex", "aria-label"},
    "span": {"aria-label", "tabindex"},
    "figure": {"data-language"},
    "pre": {"tabindex"},
    "ol": {"start"},
}
# Attributes of which one value is as harmless as the writer makes it, and another is not.
_VALUES = {
    "a": {
        "target": {"_blank"},
        "rel": {"noopener noreferrer nofollow"},
        "role": {"doc-noteref", "doc-backlink"},
    },
    "div": {"role": {"group", "note"}, "dir": {"auto"}},
    **{block: {"dir": {"auto"}} for block in ("p", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote")},
    "span": {"role": {"img"}},
    "th": {"scope": {"col"}},
}
_CLASSES = {
    "a": {"citation", "unsupported"},
    "div": {"scroll", "footnote"},
    "span": {"scroll", "task", "done", *CLASSES},
    "code": {"formula"},
    "figure": {"code"},
    "th": {"left", "center", "right"},
    "td": {"left", "center", "right"},
    "mtr": {"ruled"},
    "mtd": {"ruled"},
}


def _within_the_page(address: str) -> str | None:
    """Of relative addresses only those of passages and footnotes stay."""
    return address if address.startswith(("#passage-", "#note-")) else None


def clean(html: str) -> str:
    return _cleaner().clean(html)


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3  # noqa: PLC0415 - a megabyte and a half that nothing needs until there is an answer to show

    return nh3.Cleaner(
        tags={*_TEXT.split(), *_TABLE.split(), "a", "div", "span", "figure", *MATHML},
        attributes=_ATTRIBUTES | {element: set(attributes) - {"class"} for element, attributes in MATHML.items()},
        tag_attribute_values=_VALUES,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
        url_relative=_within_the_page,
        link_rel=None,
        generic_attribute_prefixes=set(),
    )
