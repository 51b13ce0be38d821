"""Messages as they arrive in the office's chat, and the rows they are read as (issue 5)."""

from datetime import date

import pytest

from campaign.placements.known import Known, known_from
from campaign.placements.paste import MAX_ROWS, Row, rows_of

TODAY = date(2024, 11, 1)
NAMES = ("南方日报", "南方+", "人民网", "科技日报", "羊城晚报", "中国科技网", "示例广播电视台", "学习强国")
KNOWN = Known(
    {name: name for name in NAMES} | {"南方日报社": "南方日报"},
    {"southcn.com": "南方网", "people.com.cn": "人民网", "stdaily.com": "中国科技网", "nfnews.com": "南方+"},
)


def read(message):
    return rows_of(message, today=TODAY, known=KNOWN)


def told(message):
    return [(r.title, r.outlet, r.published_on and r.published_on.isoformat()) for r in read(message)]


def test_a_numbered_list_with_all_that_people_write_around_it():
    message = """各位领导，今日媒体报道情况如下：
1.【南方日报】百家企业晒创新“成绩单”
https://epaper.southcn.com/nfdaily/html/202410/31/content_10111.html
2.《一块换热器的十年攻关》 人民网 2024年10月30日
http://gd.people.com.cn/n2/2024/1030/c123932-41024.html
3.科技日报：走进专精特新“小巨人”
链接：https://www.stdaily.com/web/gdxw/2024-10/29/content_250.html。
请查收[玫瑰]"""
    assert told(message) == [
        ("百家企业晒创新“成绩单”", "南方日报", "2024-10-31"),
        ("一块换热器的十年攻关", "人民网", "2024-10-30"),
        ("走进专精特新“小巨人”", "科技日报", "2024-10-29"),
    ]
    assert read(message)[2].address == "https://www.stdaily.com/web/gdxw/2024-10/29/content_250.html"


def test_labels():
    message = """标题：从车间到讲台
媒体：南方日报社
时间：2024.10.28
链接：https://news.example.cn/content.htm?id=1&utm_source=wx

标题：创新案例走进高新区 媒体：示例报 发布时间：2024/10/27
链接：https://www.example.cn/lgpage/detail/index.html?id=555"""
    assert told(message) == [
        ("从车间到讲台", "南方日报", "2024-10-28"),
        ("创新案例走进高新区", "示例报", "2024-10-27"),
    ]


def test_the_address_may_stand_before_its_title():
    message = """https://mp.weixin.qq.com/s/AbCdEf
示例：百个企业创新案例出炉

https://mp.weixin.qq.com/s/XyZ
示例：小巨人的大胸怀"""
    assert [(r.title, r.channel, r.address[-6:]) for r in read(message)] == [
        ("示例：百个企业创新案例出炉", "account", "AbCdEf"),
        ("示例：小巨人的大胸怀", "account", "/s/XyZ"),
    ]
    assert [r.title for r in read(message.replace("\n\n", "\n"))] == [r.title for r in read(message)]


def test_bare_addresses_say_what_they_can():
    message = "https://www.stdaily.com/a/20241031/abc.html\nhttps://m.gd.people.com.cn/n2/2024/1030/c1.html"
    assert told(message) == [("", "中国科技网", "2024-10-31"), ("", "人民网", "2024-10-30")]


def test_print_and_broadcast_have_no_address():
    message = """《南方日报》10月31日A03版刊发《企业创新的“示例样本”》

示例广播电视台 10月30日18:30《示例新闻联播》播出《创新案例宣讲走进示例市》

二〇二四年十月二十九日，《科技日报》头版头条《小巨人之路》"""
    assert read(message) == (
        Row("企业创新的“示例样本”", "", "南方日报", date(2024, 10, 31), "print", "A03版", "report"),
        Row(
            "创新案例宣讲走进示例市",
            "",
            "示例广播电视台",
            date(2024, 10, 30),
            "television",
            "18:30",
            "broadcast",
        ),
        Row("小巨人之路", "", "科技日报", date(2024, 10, 29), "print", "头版头条", "report"),
    )


def test_what_follows_an_address_on_its_line_belongs_to_it():
    message = """南方+｜一台数控机床的“智慧” https://static.nfnews.com/content/c9.html 10月30日
一只轴承的旅程 https://static.nfnews.com/content/c8.html 10月29日，转发支持"""
    assert told(message) == [
        ("一台数控机床的“智慧”", "南方+", "2024-10-30"),
        ("一只轴承的旅程", "南方+", "2024-10-29"),
    ]


def test_a_book_inside_a_headline_is_not_the_headline():
    message = "读《天工开物》看今日工艺——示例陶瓷的釉色攻关\nhttps://gd.news.cn/20241012/x/c.html"
    assert told(message) == [("读《天工开物》看今日工艺——示例陶瓷的釉色攻关", "", "2024-10-12")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年10月9日", "2024-10-09"),
        ("2024-10-09", "2024-10-09"),
        ("2024/10/9", "2024-10-09"),
        ("2024.10.09", "2024-10-09"),
        ("20241009", "2024-10-09"),
        ("２０２４年１０月９日", "2024-10-09"),
        ("二〇二四年十月九日", "2024-10-09"),
        ("二零二四年十月三十一日", "2024-10-31"),
        ("10月9日", "2024-10-09"),
        ("10月9号", "2024-10-09"),
        ("10.9", "2024-10-09"),
        ("12月9日", "2023-12-09"),
        ("今天", "2024-11-01"),
        ("昨天", "2024-10-31"),
        ("前天", "2024-10-30"),
        ("2024年2月30日", None),
        ("2024年12月9日", None),
        ("今日头条", None),
        ("增长10.5%", None),
        ("", None),
    ],
)
def test_days_in_every_form(text, day):
    assert told(f"《一块换热器的十年攻关》 {text}\nhttps://www.example.cn/a/b.html") == [
        ("一块换热器的十年攻关", "", day)
    ]


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://a.example.cn/202410/31/t1.html", "2024-10-31"),
        ("https://a.example.cn/2024-10/31/content_1.htm", "2024-10-31"),
        ("https://a.example.cn/2024/1031/c1.html", "2024-10-31"),
        ("https://a.example.cn/art/2024/9/5/art_1.html", "2024-09-05"),
        ("https://a.example.cn/t20241031_5.shtml", "2024-10-31"),
        ("https://a.example.cn/2031/10/31/1.html", None),
        ("https://a.example.cn/1234567890123.html", None),
    ],
)
def test_the_day_in_an_address(address, day):
    assert told(address) == [("", "", day)]


def test_a_date_in_a_headline_is_part_of_it_and_no_day_of_publication():
    message = "3月15日起，这些工艺有了新标准\nhttps://a.example.cn/202410/31/t1.html"
    assert told(message) == [("3月15日起，这些工艺有了新标准", "", "2024-10-31")]


def test_the_same_address_twice_is_one_row():
    address = "https://www.example.cn/a/1.html"
    message = f"《一块换热器的十年攻关》{address}\n\n{address}?utm_source=wx"
    assert told(message) == [("一块换热器的十年攻关", "", None)]


@pytest.mark.parametrize("text", ["", "\n\n", "收到，谢谢！", "各位领导辛苦了[玫瑰]", "报道情况请大家关注"])
def test_chat_without_a_piece_gives_no_row(text):
    assert read(text) == ()


def test_the_kind_is_proposed_from_what_is_said():
    message = """示例省企业创新综述 https://a.example.cn/1.html

一块换热器的十年攻关（转载） https://a.example.cn/2.html

一块换热器的十年攻关 https://a.example.cn/3.html"""
    assert [row.kind for row in read(message)] == ["comprehensive", "repost", "report"]


def test_a_message_is_text_and_bounded():
    hostile = "<script>alert(1)</script>=1+1 https://a.example.cn/1.html\n\n" + "\n\n".join(
        f"https://a.example.cn/{n}" for n in range(2, 500)
    )
    rows = read(hostile)
    assert (len(rows), rows[0].title) == (MAX_ROWS, "<script>alert(1)</script>=1+1")


@pytest.mark.parametrize(
    "piece", ["《", "《一》", "http://", "a.cn/", "标题：", "2024年", "a.a.a.a.", "\n\n", "【" * 50, "第1版 "]
)
def test_no_message_takes_longer_than_a_moment(piece):
    import time

    began = time.monotonic()
    read(piece * (100_000 // len(piece)))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "line",
    [
        *(
            f"南方日报 {day} 一块换热器的十年攻关 {{}}"
            for day in (
                *("2024年9月3日", "2024年09月03日", "2024-09-03", "2024/9/3", "2024.9.3", "20240903"),
                *("9月3日", "9.3", "24年9月3日", "2024年9月3日 星期二", "（2024年9月3日）", "2024年9月3日讯"),
                *("2024年9月3日 10:25", "2024年9月3日 A05版"),
            )
        ),
        "南方日报\t2024年9月3日\t一块换热器的十年攻关\t{}",
        "南方日报，2024年9月3日，一块换热器的十年攻关，{}",
        "南方日报 | 2024-09-03 | 一块换热器的十年攻关 | {}",
        "南方日报（2024年9月3日）：一块换热器的十年攻关 {}",
        "南方日报2024年9月3日一块换热器的十年攻关{}",
        "1. 南方日报 2024年9月3日 一块换热器的十年攻关 {}",
        "【南方日报】2024年9月3日 《一块换热器的十年攻关》 {}",
        "【南方日报】【2024年9月3日】一块换热器的十年攻关 {}",
        "【南方日报】《一块换热器的十年攻关》（9月3日）{}",
        "《南方日报》2024年9月3日《一块换热器的十年攻关》{}",
        "2024年9月3日 南方日报 一块换热器的十年攻关 {}",
        "2024年9月3日，南方日报：一块换热器的十年攻关 {}",
        "一块换热器的十年攻关 南方日报 2024年9月3日 {}",
        "一块换热器的十年攻关 2024年9月3日 南方日报 {}",
        "{} 南方日报 2024年9月3日 一块换热器的十年攻关",
    ],
)
def test_outlet_day_title_and_address_in_one_line_are_told_apart(line):
    """The day is no part of the title, wherever it stands and however it is written."""
    address = "https://paper.example.cn/a/1.html"
    (row,) = read(line.format(address))
    assert row.address == address
    assert (row.title, row.outlet, row.published_on) == ("一块换热器的十年攻关", "南方日报", date(2024, 9, 3))


def test_many_such_lines_are_as_many_rows():
    lines = [
        f"南方日报 2024年9月{n}日 第{n}块换热器的攻关 https://paper.example.cn/{n}.html" for n in (3, 4, 5)
    ]
    assert told("\n".join(lines)) == [
        (f"第{n}块换热器的攻关", "南方日报", f"2024-09-0{n}") for n in (3, 4, 5)
    ]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("9月3日是什么日子", "9月3日是什么日子"),
        ("9月3日，企业家齐聚高新区", "9月3日，企业家齐聚高新区"),
        ("从2018年到2024年9月3日的攻关", "从2018年到2024年9月3日的攻关"),
        ("2024年上半年企业创新综观", "2024年上半年企业创新综观"),
        ("5.8亿元投向老车间", "5.8亿元投向老车间"),
        ("南方日报举办创新案例宣讲", "南方日报举办创新案例宣讲"),
        ("【特写】一块换热器的十年攻关", "【特写】一块换热器的十年攻关"),
    ],
)
def test_a_day_that_belongs_to_the_headline_stays_in_it(said, title):
    (row,) = read(f"南方日报 2024年9月2日 {said} https://paper.example.cn/a/1.html")
    assert (row.title, row.outlet, row.published_on) == (title, "南方日报", date(2024, 9, 2))


def test_a_day_without_a_year_is_looked_for_in_the_programme():
    said = "南方日报 {} 一块换热器的十年攻关 https://paper.example.cn/a/1.html"
    span = (date(2024, 7, 1), date(2024, 12, 31))
    days = {"9月3日": date(2024, 9, 3), "2月3日": date(2026, 2, 3), "12月3日": date(2024, 12, 3)}
    for text, day in days.items():
        (row,) = rows_of(said.format(text), today=date(2026, 11, 21), known=KNOWN, span=span)
        assert row.published_on == day


def test_another_name_of_the_outlet_is_no_part_of_the_title():
    known = Known({"南方日报": "南方日报", "南方日报客户端": "南方日报"})
    message = "9月6日 南方日报客户端 老车间亮起了灯 https://wap.example.cn/1"
    (row,) = rows_of(message, today=TODAY, known=known)
    assert (row.title, row.outlet, row.published_on) == ("老车间亮起了灯", "南方日报", date(2024, 9, 6))


def test_a_printed_piece_between_lines_with_addresses_is_not_lost():
    message = """南方日报 9月3日 一块换热器的十年攻关 https://paper.example.cn/a/1.html
《科技日报》9月10日A05版刊发《示例企业的创新样本》
人民网 9月5日 老车间亮起了灯 https://paper.example.cn/a/2.html"""
    assert sorted(told(message)) == sorted(
        [
            ("一块换热器的十年攻关", "南方日报", "2024-09-03"),
            ("示例企业的创新样本", "科技日报", "2024-09-10"),
            ("老车间亮起了灯", "人民网", "2024-09-05"),
        ]
    )


@pytest.mark.parametrize(
    ("said", "address", "channel"),
    [
        ("人民日报客户端 9月6日 老车间亮起了灯", "https://x.example.cn/1", "client"),
        ("人民日报 9月6日 老车间亮起了灯", "https://wap.app.example.cn/1", "client"),
        ("人民日报 9月6日 老车间亮起了灯", "https://paper.example.cn/1", "web"),
        ("人民日报客户端 9月6日 老车间亮起了灯", "https://mp.weixin.qq.com/s/AbC", "account"),
    ],
)
def test_the_channel_follows_from_the_name_that_was_written_or_the_domain(said, address, channel):
    """B2: the client of an outlet is another channel than its site."""
    known = known_from(
        [("人民日报", "人民日报", ""), ("人民日报客户端", "人民日报", "client")],
        [("app.example.cn", "人民日报", "client"), ("paper.example.cn", "人民日报", "web")],
    )
    (row,) = rows_of(f"{said} {address}", today=TODAY, known=known)
    assert (row.title, row.outlet, row.channel) == ("老车间亮起了灯", "人民日报", channel)


@pytest.mark.parametrize(
    "said", ["羊城晚报 10月30日", "羊城晚报", "羊城晚报，2024年10月30日", "羊城晚报10月30日A3版"]
)
def test_an_outlet_in_brackets_behind_the_title_is_the_outlet_and_no_part_of_the_title(said):
    message = f"园区里的共享实验室（{said}）\nhttps://www.southcn.com/2024-10-30/a.html"
    assert told(message) == [("园区里的共享实验室", "羊城晚报", "2024-10-30")]


def test_other_words_in_brackets_stay_in_the_title():
    message = "园区里的共享实验室（上篇）2024年10月30日\nhttps://www.southcn.com/2024-10-30/a.html"
    assert told(message) == [("园区里的共享实验室（上篇）", "南方网", "2024-10-30")]
