"""Reading single cells of a summary table: yes or no, lists of choices, contacts with post and phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.programmes.profiles import Choice
from campaign.tables import phones

YES = frozenset("是√✓✔☑■●○〇vy1有已对") | {"yes", "已建", "已建立", "建立", "已成立", "成立", "推荐", "true"}
NO = frozenset("否×✗✘☐□xn0无未不错") | {"no", "没有", "未建", "未建立", "未成立", "不是", "不推荐", "false"}
NOTHING = frozenset({"", "/", "-", "—", "——", "－", "无", "\\", "暂无", "...", "…", "……"})

TICKED = re.compile(r"([一-鿿]+)\s*[☑√✓✔■]|[☑√✓✔■]\s*([一-鿿]+)")
UNTICKED = re.compile(r"[一-鿿]+\s*[□☐○]|[□☐○]\s*[一-鿿]+")
EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
ANY_PHONE = re.compile(r"\+?[\d(（][\d\s()（）\-—–转*]{6,}\d")
SPLIT = re.compile(r"[\s,，;；、/|]+")
LABEL = re.compile(r"(?:联系人|姓名|职务|联系电话|联系方式|手机号?码?|电话|座机)\s*[:：]")
POST = re.compile(
    r"(?:总?经理|主任|总监|工程师|总工|高工|部长|科长|处长|局长|主席|秘书长?|书记|董事长?|总裁|助理|专员|干事|会长|"
    r"院长|所长|厂长|站长|校长|主管|负责人|教授|研究员|技术员|文员|科员|职员|副总|代表|老师|组长|班长|店长|法人|总)$"
)
BRACKETED = re.compile(r"[(（]([^()（）]*)[)）]")
LONGEST_NAME = 4
SURNAME_AND_NAME = re.compile(r"[一-鿿·]{2,4}")


def folded(text: str) -> str:
    """Bring words of lists and headings to what is compared: no width, case, blanks, marks."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def is_nothing(text: str) -> bool:
    """Whether a cell says nothing: blank, a dash, 无."""
    return text in NOTHING


def yes_or_no(text: str) -> bool | None:
    """Read 是, √, Y … as True, 否, ×, N … as False, nothing as None; ValueError for anything else."""
    word = unicodedata.normalize("NFKC", text).casefold().strip(" 。.,，")
    if word in YES:
        return True
    if word in NO:
        return False
    if is_nothing(text):
        return None
    raise ValueError(text)


def choice_of(text: str, choices: Sequence[Choice]) -> tuple[str, ...]:
    """Give the keys of the choices a cell names: one is wanted, none or several are the caller's to refuse.

    The whole cell goes before a part of it, and a longer name before one inside it (民营企业500强 before
    民营企业). Of a box list only what is ticked counts.
    """
    ticked = [one or other for one, other in TICKED.findall(text)]
    text = " ".join(ticked) if ticked else UNTICKED.sub("", text) if UNTICKED.search(text) else text
    word = re.sub(r"(?:案例|类型|类别|类)$", "", folded(text))
    names = sorted(
        ((folded(name), choice.key) for choice in choices for name in (choice.title, *choice.aliases)),
        key=lambda pair: -len(pair[0]),
    )
    for name, key in names:
        if word and name == word:
            return (key,)
    found: list[str] = []
    for name, key in names:
        if name and name in word:
            word = word.replace(name, " ")
            found.append(key)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to call: name or names, post, and the phones that stood in the same cell."""

    name: str = ""
    post: str = ""
    phones: tuple[str, ...] = ()


def contact_of(text: str) -> Contact:
    """Take a cell such as 张三（办公室主任） 139… apart; several people are joined by 、."""
    found = phones(text)
    plain = LABEL.sub(" ", ANY_PHONE.sub(" ", text) if found else text)
    posts = [part.strip() for part in BRACKETED.findall(plain) if part.strip()]
    names: list[str] = []
    for part in SPLIT.split(BRACKETED.sub(" ", plain)):
        if not part:
            continue
        if names and POST.search(part):
            posts.append(part)
        elif POST.search(part) and len(part) > LONGEST_NAME and not names:
            name, post = _name_before_post(part)
            names.append(name)
            posts.extend([post] if post else [])
        else:
            names.append(part)
    return Contact("、".join(names), "、".join(dict.fromkeys(posts)), found)


def _name_before_post(text: str) -> tuple[str, str]:
    """Split 张三丰研发部经理 into name and post by how long names are; unsure, all is the name."""
    for length in (3, 2):
        name, post = text[:length], text[length:]
        if SURNAME_AND_NAME.fullmatch(name) and POST.search(post) and post != "总":
            return name, post
    return text, ""


def lost_digits(text: str) -> bool:
    """Whether a phone was spoiled into 1.39E+10, its last digits gone for good."""
    return EXPONENT.search(text) is not None
