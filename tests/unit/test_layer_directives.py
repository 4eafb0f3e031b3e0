"""What a page asks, out of two that speak for it."""

from __future__ import annotations

from newswire.directives import SILENT, Directives


def test_the_stricter_of_both_counts_in_everything() -> None:
    end = "2026-02-01T00:00:00.000Z"
    one = Directives(noindex=True, max_snippet=90, max_image_preview="standard")
    other = Directives(
        noarchive=True,
        max_snippet=200,
        max_image_preview="large",
        unavailable_after=end,
    )
    assert one.narrowed(other) == Directives(
        noindex=True,
        noarchive=True,
        max_snippet=90,
        max_image_preview="standard",
        unavailable_after=end,
    )
    assert other.narrowed(Directives(noimageindex=True)).noimageindex
    assert Directives(max_snippet=0).narrowed(other).max_snippet == 0


def test_silence_narrows_nothing() -> None:
    asked = Directives(noarchive=True, max_image_preview="none", tdm_reserved=False)
    assert (asked.narrowed(SILENT), SILENT.narrowed(asked)) == (asked, asked)


def test_a_later_word_on_mining_supersedes_the_former_with_its_policy() -> None:
    before = Directives(tdm_reserved=True, tdm_policy="https://kabar.example/policy.json")
    assert before.narrowed(Directives(tdm_reserved=False)) == Directives(tdm_reserved=False)
    assert Directives(tdm_reserved=False).narrowed(before) == before
