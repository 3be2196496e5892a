"""How requirements are worded, in Chinese and English: words that nobody can test, two promises in one statement.

Rules that look at characters are wrong now and then, so they look for what is wrong nearly always. Words that are only
sometimes a fault stand apart (`weak_words`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# An open end: nobody knows what else is meant. A measure beside it does not close it.
_OPEN_EN = r"""
    etc\b\.? | and\ so\ (?:on|forth)\b | (?:including\ )?but\ (?:is\ |are\ )?not\ limited\ to\b | tb[dcs]\b
    | to\ be\ (?:determined|defined|decided|agreed)\b
"""
_OPEN_ZH = r"""
    等等 | 包括但不限于 | 诸如此类 | 待定 | 另行(?:商定|约定|确定)
    | (?<=[^\s，。；：、相同平对均高中初不超劣优何坐此一二三四五六七八九十])等
      (?![级待同于保比效值距候离式额分价边位号差参压温深高长宽速时臂到我你他她着一二三四五六七八九十两0-9各])
"""
# A wish without a measure; with a number and its unit in the same sentence it is none.
_WISH_EN = r"""
    as\ soon\ as\ (?:possible|practicable|feasible) | asap\b | as\ (?:quickly|fast)\ as\ possible
    | in\ a\ timely\ (?:manner|fashion) | user[-\ ]friendl(?:y|iness)
    | eas(?:y|ily)\ to\ (?:use|learn|understand) | easy-to-use | intuitive(?:ly)?\b | seamless(?:ly)?\b
    | as\ (?:appropriate|necessary|far\ as\ possible|much\ as\ possible)
    | (?:if|where|when|whenever|wherever)\ (?:possible|appropriate|feasible|practical)
    | state[-\ ]of[-\ ]the[-\ ]art | reasonable\ (?:time|amount|effort) | acceptable\ (?:time|level|performance)
    | aesthetically\ pleasing | attractive\b
"""
_WISH_ZH = r"""
    尽快 | 尽早 | 尽量 | 尽可能 | 及时(?!性) | 适当(?:地|的)? | 适时 | 酌情 | 视情况 | 视需要 | 若干 | 必要时
    | (?:用户|界面|操作|人机)[^，。；]{0,4}友好 | 友好的 | 简单易用 | 易用(?!性) | 易学 | 方便快捷 | 快捷方便
    | 美观(?:大方)? | 人性化 | 较(?:快|高|好|强|短|低|大|小)(?!的?[是为]) | 一定(?:的|程度)
    | 良好的?(?:体验|性能|界面|交互)
"""
_WEAK_EN = r"""
    appropriate(?:ly)?\b | adequate(?:ly)?\b | sufficient(?:ly)?\b | reasonabl[ey]\b | flexibl[ey]\b | robust\b
    | efficient(?:ly)?\b | effective(?:ly)?\b | fast\b | quick(?:ly)?\b | rapid(?:ly)?\b | eas(?:il)?y\b | simple\b
    | several\b | various\b | minimal\b | optimal\b | normally\b | usually\b | generally\b | modern\b
"""
_WEAK_ZH = (
    "快速|迅速|高效|灵活|合理|先进|完善|稳定|相关|充分|足够|优化|全面|便捷|方便|流畅|多种|各类|各种|原则上|一般情况"
)
_MODAL_EN = re.compile(r"\b(?:shall|must)\b", re.IGNORECASE)
_AND_SHALL = re.compile(r"\band (?:(?:the|it|they)\b[^,.;]{0,40}? )?(?:shall|must)\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MODAL_ZH = re.compile(r"应当|应(?![用急答收付变力届邀对付])|必须|须(?!知)|不得|不应|需要?(?![求方])")
_ALSO_ZH = re.compile(r"[，,]\s*(?:并|并且|同时|还|此外|另外|另)(?:应当|应|必须|须|支持|提供|能够|可以)")
_ITEMS = re.compile(r"(?:^|[\s：:；;。])(?:[（(]?[1-9][)）、．]|[1-9]\.(?!\d)|[①②③④⑤⑥⑦⑧⑨])\s*\S")
_SENTENCE = re.compile(r"[^。；！？;!?\n]+?(?:[。；！？;!?\n]|\.(?=\s|$)|$)")
# A number that measures: with a unit behind it, or behind a comparison.
_MEASURE = re.compile(
    r"""
    [0-9]\s*(?:
        %|％|‰|[a-z]{1,3}\b|sec|min|hour|day|week|second|user|click|step|percent
        |个?工作日|秒|分|小?时|天|日|周|月|人|次|个|项|条|步|级|倍|米|度|元|兆|字
    )
    | \b(?:one|two|three|four|five|six|seven|eight|nine|ten)\ (?:\w+\ )?
        (?:day|hour|minute|second|week|click|step|user|attempt)
    | (?:<|>|≤|≥|不超过|不少于|不低于|不高于|小于|大于|至少|以内)\s*[0-9]
    | (?:within|at\ least|at\ most|less\ than|more\ than)\s*[0-9]
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _words(english: str, chinese: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?:{english})|(?:{chinese})", re.IGNORECASE | re.VERBOSE)


_OPEN = _words(_OPEN_EN, _OPEN_ZH)
_WISH = _words(_WISH_EN, _WISH_ZH)
_WEAK = _words(_WEAK_EN, _WEAK_ZH)


# What every vague word holds one of: most statements hold none, and to look for these costs a tenth of the patterns.
_HINTS_EN = (
    "etc", "and so", "not limited", "tbd", "tbc", "tbs", "to be d", "to be a", "as soon", "asap", "as quick", "as fast",
    "timely", "friendl", "easy", "easi", "intuitive", "seamless", "as appropr", "as necess", "as far", "as much", "if ",
    "where", "when", "state", "reasonable", "acceptable", "aesthetic", "attractive",
)  # fmt: skip


def _may_be_vague(text: str) -> bool:
    """False where none of the words that cannot be tested stands in the text."""
    if not text.isascii():
        return True
    low = text.lower()
    return any(hint in low for hint in _HINTS_EN)


def sentences(text: str) -> Iterator[str]:
    """The sentences and clauses between semicolons, without blanks at their ends."""
    return (one for match in _SENTENCE.finditer(text) if (one := match[0].strip()))


def _with_what_follows(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence, and it with the next one, which often says by what the first is measured."""
    found = list(sentences(text))
    return ((one, " ".join(found[at : at + 2])) for at, one in enumerate(found))


def vague_words(text: str) -> list[str]:
    """Words that leave open what is promised, in their order: `etc.`, `等`, `as soon as possible`, `尽快`.

    A wish with a measure in its sentence or the next is none: `及时（10 分钟内）`, `easy to use: 3 clicks`.
    """
    found: list[str] = []
    if not _may_be_vague(text):
        return found
    for sentence, measured in _with_what_follows(text):
        found += [match[0] for match in _OPEN.finditer(sentence)]
        if not _MEASURE.search(measured):
            found += [match[0] for match in _WISH.finditer(sentence)]
    return list(dict.fromkeys(found))


def weak_words(text: str) -> list[str]:
    """Words that are vague in one sentence and right in the next: `flexible`, `快速`; none beside a measure."""
    pairs = _with_what_follows(text)
    return list(
        dict.fromkeys(m[0] for one, with_next in pairs if not _MEASURE.search(with_next) for m in _WEAK.finditer(one))
    )


def promises(text: str) -> int:
    """How many promises a statement seems to make: clauses of their own with `shall`, `must`, `应`, `须`, listed items.

    A sentence that measures the one before it, or repeats its figures, is no promise of its own.
    """
    if text.isascii() and not _DIGIT.search(text) and (modals := _modals(text)) < 2:  # the usual case, quickly
        return modals
    clauses = 0
    before = ""
    for sentence in sentences(text):
        if _MODAL_EN.search(sentence):
            made = len(_AND_SHALL.split(sentence))
        elif _MODAL_ZH.search(sentence):
            made = 1 + len(_ALSO_ZH.findall(sentence))
        else:
            continue
        clauses += made - 1 if before and _explains(before, sentence) else made
        before = sentence
    return max(len(_ITEMS.findall(text)), clauses)


def _modals(text: str) -> int:
    """At most so many English promises: how often their words stand in it, also inside others."""
    low = text.lower()
    return low.count("shall") + low.count("must")


def _explains(before: str, sentence: str) -> bool:
    measured, figures = _MEASURE.search(sentence), set(_NUMBER.findall(sentence))
    return bool(measured and not _MEASURE.search(before)) or bool(figures and figures <= set(_NUMBER.findall(before)))


def is_binding(text: str) -> bool:
    """True where the statement says that something shall be so."""
    return bool(
        re.search(r"\b(?:shall|must|will)\b", text, re.IGNORECASE)
        or _MODAL_ZH.search(text)
        or re.search("可|能|支持|提供", text)
    )
