"""What ``reader`` lacks as it comes from its package: the copy of feedparser within it asks for sgmllib.

feedparser's own releases require that module by a new name, which is installed beside them.
"""

from __future__ import annotations

import sys


def complete() -> None:
    """Give reader's feedparser the module that it asks for. To be called before anything is parsed."""
    import feedparser_sgmllib

    sys.modules.setdefault("sgmllib", feedparser_sgmllib)
