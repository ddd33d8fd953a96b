"""Error pages told in words, and questions whether the reader is a person, in the languages of most news sites."""

from __future__ import annotations

import pytest

from crawler.extraction import read_page


@pytest.mark.parametrize(
    "said",
    [
        "Pagina niet gevonden",
        "Sidan hittades inte",
        "Siden ble ikke funnet",
        "Sivua ei löydy",
        "Nie znaleziono strony",
        "Stránka nenalezena",
        "Az oldal nem található",
        "Pagina nu a fost găsită",
        "Sayfa bulunamadı",
        "Η σελίδα δεν βρέθηκε",
        "Halaman tidak ditemukan",
        "Không tìm thấy trang",
        "페이지를 찾을 수 없습니다",
        "您访问的页面不存在",
        "הדף המבוקש לא נמצא",
        "الصفحة المطلوبة غير موجودة",
    ],
)
def test_an_error_told_in_words_is_no_article(said: str):
    """With a status of 200, and some words of comfort below."""
    comfort = "<p>Harbour Herald. Try the front page, where the news of the day is, or write to us.</p>"
    html = f"<html><head><title>{said}</title></head><body><h1>{said}</h1>{comfort}</body></html>"

    assert read_page(html.encode(), "https://p.example/x").reason == "soft_404"


@pytest.mark.parametrize(
    "said",
    [
        "Bitte bestätigen Sie, dass Sie kein Roboter sind",
        "Vérifions que vous n'êtes pas un robot",
        "Confirme que no es un robot",
        "Conferma che non sei un robot",
        "Confirme que você não é um robô",
        "Подтвердите, что вы не робот",
        "Potwierdź, że nie jesteś robotem",
        "Robot olmadığınızı doğrulayın",
        "私はロボットではありません",
        "请完成安全验证",
    ],
)
def test_a_question_whether_the_reader_is_a_person_is_no_article(said: str):
    """It stands in place of the page that was asked for."""
    html = f"<html><head><title>p.example</title></head><body><h1>{said}</h1></body></html>"

    assert read_page(html.encode(), "https://p.example/x").reason == "bot_wall"


def test_a_report_on_what_was_not_found_is_an_article():
    """Only short pages are judged by such words."""
    line = "<p>The searchers went over the hills again, and the pagina's of the log were niet gevonden, they said.</p>"
    html = f"<html><body><article><h1>Log of the ship niet gevonden</h1>{line * 12}</article></body></html>"

    assert read_page(html.encode(), "https://p.example/2031/log-of-the-ship").article is not None
