"""Folders of an OPML file as categories of the portal. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from local.sources.naming import Ids, identifier_of


class Categories:
    """The categories that there are, and those that an import adds (``added``: id → name)."""

    def __init__(self, known: Mapping[str, str], fallback: tuple[str, str]) -> None:
        """``fallback`` (id, name) is the category of no folder where there is none at all."""
        self.added: dict[str, str] = {}
        self._ids = Ids(known)
        self._by_name = {name.casefold(): identity for identity, name in known.items()}
        self._known = set(known)
        self._first = next(iter(known), None)
        self._fallback = fallback

    def of(self, folder: str) -> str:
        """Return the id of the category that is called or spelt like ``folder``; make it if there is none."""
        if not folder:
            return self._first or self._made(*self._fallback)
        identity = identifier_of(folder)
        named = self._by_name.get(folder.casefold())
        if named is not None or identity in self._known:
            return named or identity
        return self._made(self._ids.claim(identity or "category"), folder)

    def _made(self, identity: str, name: str) -> str:
        self._first = self._first or identity
        self._known.add(identity)
        self._by_name[name.casefold()] = identity
        self.added[identity] = name
        return identity
