"""A publish run that meets what cannot be read or written: the rest is published, and it is tried again."""

from __future__ import annotations

from dataclasses import replace

from newswire.bucket import WriteConflict
from tests.support.publish_world import World


def test_an_article_whose_file_is_missing_is_left_out_and_the_run_goes_on() -> None:
    world = World()
    broken, sound = world.add(1, title="Berkas hilang"), world.add(2)
    del world.archive.objects[broken.article_key]

    assert world.publish(broken, sound) == set()

    assert "Berkas hilang" not in world.site.text("feed.xml")
    assert sound.title in world.site.text("feed.xml")
    assert world.log.lines[0][0] == "article left out"


def test_an_unreadable_channel_memory_is_made_anew() -> None:
    world = World()
    items = [world.add(number) for number in range(3)]
    world.publish(*items)
    expected = world.written()
    stored = world.site.objects["feed.json"]
    world.site.objects["feed.json"] = replace(stored, body=b"{not json", etag='"other"')

    world.publish(items[0])

    assert world.written() == expected


def test_a_page_that_cannot_be_written_brings_its_record_back_and_is_named_nowhere() -> None:
    world = World()
    bad, good = world.add(1, title="Gagal ditulis"), world.add(2)

    def fail(key: str) -> None:
        if bad.id in key:
            raise ConnectionError("S3 does not answer")

    world.site.before_put = fail

    assert world.publish(bad, good) == {bad.id}
    assert "Gagal ditulis" not in world.site.text("feed.xml")
    assert good.title in world.site.text("feed.xml")


def test_a_channel_that_stays_contended_brings_its_articles_back() -> None:
    world = World()
    item = world.add(1)

    def lose(key: str) -> None:
        if key == "s/harian.html":
            raise WriteConflict(key)

    world.site.before_put = lose

    assert world.publish(item) == {item.id}


def test_when_time_runs_out_the_records_come_back_and_no_list_was_touched() -> None:
    world = World()
    item = world.add(1)
    world.seconds_left = 5

    assert world.publish(item) == {item.id}
    assert world.written() == {}


def test_a_refresh_makes_good_what_a_batch_that_was_given_up_left_out() -> None:
    world = World()
    lost = world.add(1)
    world.refresh()
    assert lost.id in world.site.text("index.html")
    assert lost.title in world.page(lost)
