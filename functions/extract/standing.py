"""Who may speak for a known article: its owner's site, and of a copy the site that it was read from.

Any feed may bring an article under a link of its own, and any page may say that it is a copy of it. Such a
link leads to the article, and no further: it could show other words tomorrow, or none, and they would stand
under the owner's name. So it is not followed. A link elsewhere is followed in two cases, for feed services
hand out redirecting links (FeedBurner): in a feed of the article's own site, and where the article was first
seen under it. What counts then is the page that it leads to. No I/O, no clock.
"""

from __future__ import annotations

from functions.extract.foreign_addresses import on_one_site
from newswire.article_item import ArticleItem
from newswire.messages import Message
from newswire.ownership import owner_of
from newswire.sources import Catalogue
from newswire.urls import article_id, host_of


def is_on_its_site(url: str, item: ArticleItem, catalogue: Catalogue) -> bool:
    """Return whether an address is on the site of an article's owner, or on the one that a copy is read from.

    A site is a registrable domain, and all hosts of one source.
    """
    homes = [item.owner.homepage]
    if item.copy is not None:
        homes.append(item.page.url if item.page else item.url)
    owner = owner_of(url, None, catalogue).id
    return owner == item.owner.id or any(
        on_one_site(host_of(home), url) or owner_of(home, None, catalogue).id == owner for home in homes
    )


def is_own_link(url: str, item: ArticleItem, catalogue: Catalogue) -> bool:
    """Return whether a link is an article's own, however it is spelled: the one that is shown or asked."""
    return article_id(url) in (article_id(item.url), article_id(asked_link(item, catalogue)))


def asked_link(item: ArticleItem, catalogue: Catalogue) -> str:
    """Return the address that a re-check asks: the article's link, or if that is elsewhere its page's own."""
    page = item.page.url if item.page else item.url
    is_elsewhere = not is_on_its_site(item.url, item, catalogue)
    return page if is_elsewhere and is_on_its_site(page, item, catalogue) else item.url


def is_followed(message: Message, item: ArticleItem, catalogue: Catalogue) -> bool:
    """Return whether what a message's link leads to can say anything of a known article.

    Of one whose page says that it was withdrawn only that page can: other links may have been left behind.
    """
    if (
        item.withheld_since is not None
        and message.kind == "entry"
        and not is_own_link(message.url, item, catalogue)
    ):
        return False
    if message.kind == "recheck" or is_on_its_site(message.url, item, catalogue):
        return True
    return _is_of_its_feed(message, item, catalogue) or is_own_link(message.url, item, catalogue)


def is_believed(message: Message, final_url: str | None, item: ArticleItem, catalogue: Catalogue) -> bool:
    """Return whether what was found under a link that was followed is told of the article.

    ``final_url`` is of the page that was had, ``None`` where there are only the feed's words.
    """
    if message.kind == "recheck" or is_on_its_site(message.url, item, catalogue):
        return True
    is_of_its_feed = _is_of_its_feed(message, item, catalogue)
    if final_url is None:
        return is_of_its_feed
    is_its_page = item.page is not None and article_id(final_url) == article_id(item.page.url)
    return (is_of_its_feed or is_its_page) and is_on_its_site(final_url, item, catalogue)


def can_withdraw(message: Message, item: ArticleItem, catalogue: Catalogue) -> bool:
    """Return whether a notice of withdrawal under a message's link means the article.

    Of another link under which the article is known it says less: that link may be withdrawn.
    """
    if message.kind == "recheck":
        return is_on_its_site(asked_link(item, catalogue), item, catalogue)
    return is_own_link(message.url, item, catalogue)


def next_link(url: str, message: Message, item: ArticleItem, catalogue: Catalogue) -> str:
    """Return under which link an article is shown after a look at ``url``.

    It follows its own entry to another address of its site. Other entries' links do not replace it.
    """
    is_its_entry = (
        message.kind == "recheck" or message.article_id == item.id or is_own_link(url, item, catalogue)
    )
    return url if is_its_entry and is_on_its_site(url, item, catalogue) else item.url


def own_aliases(
    named: dict[str, str], message: Message, item: ArticleItem, catalogue: Catalogue
) -> list[str]:
    """Return which of the ids ``named`` (with their addresses) may stand for an article.

    A message speaks for its own link, and nobody for an address of another site.
    """
    return [
        one
        for one, url in named.items()
        if one != item.id and (one == message.article_id or is_on_its_site(url, item, catalogue))
    ]


def _is_of_its_feed(message: Message, item: ArticleItem, catalogue: Catalogue) -> bool:
    source = catalogue.source(message.source)
    return source is not None and is_on_its_site(source.homepage, item, catalogue)
