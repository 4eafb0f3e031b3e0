"""Whether a text speaks of what a title announces. Pure.

In the scripts below words alone would miss most texts that are about their own title.
"""

from __future__ import annotations

import re

_WORDS_ENOUGH = 0.5
_PAIRS_ENOUGH = 1 / 3  # titles reword more, and by chance two texts share few pairs

# Thai, Lao, Burmese, Hangul, Khmer, kana and Han: words are not set apart, or are two or three letters long.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
)
_RUN = re.compile(rf"[{_DENSE}]{{2,}}")
# The vowel signs of Indian scripts are no word characters to Python.
_WORD = re.compile(rf"(?:[^\W{_DENSE}]|[\u0900-\u0dff]){{4,}}")


def is_about(text: str, title: str | None) -> bool:
    """Return whether a text uses half of the longer words of a title.

    Where a script does not set words apart, a third of words and pairs of letters is enough.
    """
    lowered = (title or "").lower()
    words = set(_WORD.findall(lowered))
    pairs = {run[place : place + 2] for run in _RUN.findall(lowered) for place in range(len(run) - 1)}
    signs, said = words | pairs, text.lower()
    return bool(signs) and sum(sign in said for sign in signs) >= len(signs) * (
        _PAIRS_ENOUGH if pairs else _WORDS_ENOUGH
    )
