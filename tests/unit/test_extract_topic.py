"""Whether a text is about what its title says, in scripts with and without spaces."""

from __future__ import annotations

import pytest

from functions.extract.topic import is_about

# Title, its text, and a text of the same language about something else; all our own words.
CASES = {
    "Indonesian": (
        "Harga Beras Turun Lima Persen",
        "Pedagang mengatakan harga beras sudah turun sejak pekan lalu.",
        "Gempa mengguncang selatan kabupaten itu pada Senin pagi.",
    ),
    "Chinese": (
        "市長宣布興建第二座橋",
        "星期一早上，市長在河邊宣布，第二座橋將於明年動工興建。",
        "昨晚的比賽中，主隊以兩分之差獲勝，球迷徹夜慶祝。",
    ),
    "Japanese": (
        "市長、第二の橋の建設を発表",
        "市長は月曜日、川に架かる第二の橋を建設すると発表した。",
        "昨夜の試合は二点差で地元チームが勝ち、ファンは夜遅くまで祝った。",
    ),
    "Korean": (
        "시장, 두 번째 다리 건설 발표",
        "시장은 월요일 강을 가로지르는 두 번째 다리를 건설한다고 발표했다.",
        "어젯밤 경기에서 홈팀이 두 점 차로 이겼고 팬들은 늦게까지 축하했다.",
    ),
    "Thai": (
        "นายกเทศมนตรีประกาศสร้างสะพานแห่งที่สอง",
        "เมื่อวันจันทร์ นายกเทศมนตรีประกาศว่าจะสร้างสะพานข้ามแม่น้ำอีกแห่งหนึ่ง",
        "ทีมเจ้าบ้านชนะสองประตูเมื่อคืนนี้ แฟนบอลฉลองกันจนดึก",
    ),
    "Hindi": (
        "महापौर ने दूसरे पुल की घोषणा की",
        "सोमवार को महापौर ने नदी पर दूसरे पुल के निर्माण की घोषणा करते हुए यह कहा।",
        "कल रात मेज़बान टीम दो अंकों से जीत गई और लोग देर तक नाचते रहे।",
    ),
}


@pytest.mark.parametrize(("title", "text", "other"), CASES.values(), ids=CASES)
def test_a_text_is_about_its_title_and_not_about_anothers(title: str, text: str, other: str) -> None:
    assert is_about(text, title)
    assert not is_about(other, title)


@pytest.mark.parametrize("title", [None, "", "2-0", "KPK", "橋"])
def test_a_title_without_a_longer_word_says_nothing_of_a_text(title: str | None) -> None:
    assert not is_about(f"{title} 2-0 KPK 橋", title)


def test_a_wall_in_english_is_not_about_a_title_in_another_script() -> None:
    assert not is_about("This website uses cookies. Please accept all cookies.", "市長宣布興建第二座橋")
