"""Days and times as machines and people write them."""

from __future__ import annotations

import pytest

from crawler.extraction.dates import date_in_address, parse_moment, slashed_orders

READ = {
    "2031-04-17T21:40:00+02:00": "2031-04-17T21:40:00+02:00",
    "2031-04-17T21:40:00.123Z": "2031-04-17T21:40:00+00:00",
    "2031-04-17 21:40": "2031-04-17T21:40:00+00:00",
    "20310417": "2031-04-17T00:00:00+00:00",
    "1934150400": "2031-04-17T00:00:00+00:00",
    "Thu, 17 Apr 2031 21:40:00 +0200": "2031-04-17T21:40:00+02:00",
    "April 17, 2031 9:40 PM": "2031-04-17T21:40:00+00:00",
    "Updated 17th April 2031": "2031-04-17T00:00:00+00:00",
    "17. März 2031, 21:40 Uhr": "2031-03-17T21:40:00+00:00",
    "17 de abril de 2031": "2031-04-17T00:00:00+00:00",
    "17 апреля 2031": "2031-04-17T00:00:00+00:00",
    "le 17 août 2031": "2031-08-17T00:00:00+00:00",
    "17.4.2031": "2031-04-17T00:00:00+00:00",
    "17.04.31": "2031-04-17T00:00:00+00:00",
    "2031/04/17": "2031-04-17T00:00:00+00:00",
    "17/04/2031": "2031-04-17T00:00:00+00:00",
    "2031年4月17日": "2031-04-17T00:00:00+00:00",
    "2031년 4월 17일": "2031-04-17T00:00:00+00:00",
    "2031. április 17. 21:40": "2031-04-17T21:40:00+00:00",
    "2031 m. balandžio 17 d.": "2031-04-17T00:00:00+00:00",
    "Ngày 17 tháng 4, 2031": "2031-04-17T00:00:00+00:00",
    "17 أبريل 2031": "2031-04-17T00:00:00+00:00",
    "17 كانون الأول 2031": "2031-12-17T00:00:00+00:00",
    "17 באפריל 2031": "2031-04-17T00:00:00+00:00",
    "17 अप्रैल 2031": "2031-04-17T00:00:00+00:00",
    "17 เมษายน 2574": "2031-04-17T00:00:00+00:00",
    "17. des. 2031": "2031-12-17T00:00:00+00:00",
    "17-Apr-2031": "2031-04-17T00:00:00+00:00",
    "Das ist am 17. April 2031 um 21:40": "2031-04-17T21:40:00+00:00",
    "17 April 2031 21:40 EST": "2031-04-17T21:40:00-05:00",
    "17 April 2031 21:40 GMT+2": "2031-04-17T21:40:00+02:00",
}


@pytest.mark.parametrize(("written", "read"), READ.items(), ids=list(READ))
def test_a_clear_date_is_read(written: str, read: str):
    """Formats of machines and of people give one moment; without a zone it is UTC."""
    moment = parse_moment(written)

    assert moment is not None
    assert moment.isoformat() == read


@pytest.mark.parametrize(
    "written", ["", "05/04/2031", "2031-13-45", "yesterday", "call 030 1234567", "17 bananas 2031"]
)
def test_what_is_not_clear_is_no_date(written: str):
    """A wrong date harms more than none."""
    assert parse_moment(written) is None


def test_a_date_with_slashes_is_read_by_the_order_of_its_page():
    """05/04 is a day of April or of May; a number over 12 decides, and tells what its page does."""
    read = {order: parse_moment("05/04/2031", day_first=order) for order in (True, False)}

    assert {order: moment.date().isoformat() for order, moment in read.items() if moment} == {
        True: "2031-04-05",
        False: "2031-05-04",
    }
    assert slashed_orders("05/04/2031") == (True, True)
    assert slashed_orders("Updated 17/04/2031") == (True, False)
    assert slashed_orders("04/17/2031") == (False, True)
    assert slashed_orders("April") == (False, False)


@pytest.mark.parametrize(
    "path", ["2031/04/17/bridge", "2031/apr/17/bridge", "news/bridge-2031-04-17", "20310417/bridge"]
)
def test_the_day_in_an_address_is_read(path: str):
    """Many sites put the day into the path."""
    moment = date_in_address(f"https://www.veltmoorpost.example/{path}")

    assert moment is not None
    assert moment.isoformat() == "2031-04-17T00:00:00+00:00"
    assert date_in_address("https://www.veltmoorpost.example/news/12345678901") is None
