"""Images and links as HTML, written as a serialiser of the HTML standard writes them."""

from __future__ import annotations

from html import escape

from newswire.article import Image


def figure_html(image: Image) -> str:
    """Return the content of a ``figure`` element."""
    sides = {"width": image.width, "height": image.height}
    stated = "".join(f' {name}="{value}"' for name, value in sides.items() if value)
    # Loaded without a referrer: the publisher's server learns that its picture is wanted, not what is read.
    picture = (
        f'<img src="{attribute(image.url)}" alt="{attribute(image.alt or "")}"{stated}'
        ' referrerpolicy="no-referrer">'
    )
    caption = f"<figcaption>{escape(image.caption, quote=False)}</figcaption>" if image.caption else ""
    return picture + caption


def link_tag(address: str) -> str:
    """Return the start tag of a link that lends our name to nobody."""
    return f'<a href="{attribute(address)}" rel="nofollow noopener">'


def attribute(value: str) -> str:
    """Return a text as the value of an attribute in quotation marks (HTML standard, section 13.3)."""
    return escape(value, quote=False).replace('"', "&quot;").replace("\xa0", "&nbsp;")
