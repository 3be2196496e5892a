"""What is wrong with a value, in plain words: the sentences behind each of the validator's error types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pmkit.domain.document_rules import NUMBER_PATTERN
from pmkit.domain.kind import About, Record, about, inner_model
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

R = TypeVar("R", bound=Record)

_PROBLEMS = {
    "missing": Text("is missing", "缺失"),
    "literal_error": Text("is not one of {expected}", "不在可选值之内：{expected}"),
    "string_too_short": Text("is empty", "为空"),
    "string_too_long": Text("is longer than {max_length} characters", "超过 {max_length} 个字符"),
    "string_pattern_mismatch": Text("does not have the right form ({pattern})", "格式不正确（{pattern}）"),
    "int_parsing": Text("is not a whole number", "不是整数"),
    "int_type": Text("is not a whole number", "不是整数"),
    "decimal_parsing": Text("is not a number", "不是数字"),
    "decimal_type": Text("is not a number", "不是数字"),
    "greater_than_equal": Text("is below {ge}", "小于 {ge}"),
    "greater_than": Text("is not above {gt}", "应大于 {gt}"),
    "less_than": Text("is not below {lt}", "应小于 {lt}"),
    "decimal_max_places": Text("has more than {decimal_places} decimals", "小数超过 {decimal_places} 位"),
    "finite_number": Text("is not a number", "不是数字"),
    "less_than_equal": Text("is above {le}", "大于 {le}"),
    "tuple_type": Text("is not a list", "不是列表"),
    "mapping_type": Text("is not a mapping", "不是键值结构"),
    "dict_type": Text("is not a mapping", "不是键值结构"),
    "model_type": Text("is not a mapping", "不是键值结构"),
    "model_attributes_type": Text("is not a mapping", "不是键值结构"),
    "too_short": Text("has too few items", "条目过少"),
    "text": Text("is not text", "不是文本"),
    "day": Text("is not a date like 2026-03-06", "不是日期（应写作 2026-03-06）"),
    "no_such_day": Text("is not a day of the calendar", "不是存在的日期"),
    "day_range": Text("lies outside 1970-01-01 to 2199-12-31", "不在 1970-01-01 至 2199-12-31 之间"),
    "answer": Text(
        "is not a time like 5d or `24eh, then written within 3d`",
        "不是答复时限（应写作 5d，或 `24eh, then written within 3d`）",
    ),
    "duration": Text("is not a duration like 3d, 4h, 2w or 5ed", "不是工期（应写作 3d、4h、2w 或 5ed）"),
    "negative_duration": Text("is a negative duration", "工期为负"),
    "money": Text("is not an amount like 20000.00 CNY", "不是金额（应写作 20000.00 CNY）"),
    "every": Text(
        "is not a recurrence like week, 2 weeks, month or day", "不是重复周期（应写作 week、2 weeks、month 或 day）"
    ),
    "on": Text("is not a day like fri, mon,thu, last thu or 15", "不是重复日（应写作 fri、mon,thu、last thu 或 15）"),
    "rule": Text("is not a rule like FREQ=WEEKLY;BYDAY=FR", "不是 RFC 5545 重复规则（应写作 FREQ=WEEKLY;BYDAY=FR）"),
    "time_zone": Text("is not a time zone like Asia/Shanghai", "不是时区（应写作 Asia/Shanghai）"),
    "flag": Text("is neither true nor false", "应为 true 或 false"),
    "levels": Text("is neither 3 nor 5", "应为 3 或 5"),
    "version": Text("is not a version like 1.0", "不是版本号（应写作 1.0）"),
    "classification": Text("is none of public, internal, trade_secret", "不是密级：公开、内部、商业秘密"),
    "state_secret": Text(
        "is a mark for state secrets, which company papers do not bear: such a project must not use this tool",
        "属于国家秘密标志，不得用于企业文件；涉密项目不得使用本工具",
    ),
    "skill": Text(
        "is not a skill with a level from 1 to 4, like `networks 3`", "不是技能及级别（应写作“网络集成 3”，级别 1-4）"
    ),
    "check_code": Text("is not a check like REQ101", "不是检查项编号（应写作 REQ101）"),
    "handle": Text(
        "is not a handle like li.wei (lower-case Latin letters, digits, . _ -)",
        "不是人员代号（应为小写拼音，如 li.wei）",
    ),
}


# What a field's pattern asks for, in words: nobody reads regular expressions.
_FORMS = {
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": Text(
        "is not of letters, digits, - and _, like ZHYQ", "应为字母、数字、- 或 _，如 ZHYQ"
    ),
    r"^[A-Z]{3}[0-9]{3}$": Text("is not the code of a check, like REQ101", "不是检查项编号（如 REQ101）"),
    r"^[A-Z]{3}$": Text("is not a currency of three capital letters, like CNY", "应为三位大写的币种代码，如 CNY"),
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": Text("is not a time like 15:30", "不是时间（应写作 15:30）"),
    r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$": Text(
        "are not hours like 09:00-12:00", "不是时间段（应写作 09:00-12:00）"
    ),
    r"^[0-9]{1,3}(\.[0-9]{1,2})?%$": Text("is not a percentage like 2.5%", "不是百分比（应写作 2.5%）"),
    NUMBER_PATTERN: Text(
        "is not a rule for numbers like {project}-{phase}-{kind}-{seq:03}",
        "不是文件编号规则（应写作 {project}-{phase}-{kind}-{seq:03}）",
    ),
    r"^[0-9.]+(d|%)$": Text("is not a threshold like 5d or 10%", "不是阈值（应写作 5d 或 10%）"),
}


def problem_text(error_type: str) -> Text:
    """The sentence for one type of error, its placeholders still open."""
    return _PROBLEMS[error_type]


def problem_of(error: Mapping[str, Any]) -> Text:
    """The sentence for one error of a validator, without its subject: `is not a whole number`."""
    if error["type"] == "string_pattern_mismatch" and (form := _FORMS.get(error["ctx"]["pattern"])) is not None:
        return form
    text = _PROBLEMS.get(error["type"])
    if text is None:
        return Text.same(str(error["msg"]))
    if error["type"] == "literal_error":
        return text.format(expected=Text.join(Text.same(word) for word in expected_words(error)))
    return text.format(**{k: v for k, v in error.get("ctx", {}).items() if not isinstance(v, BaseException)})


def expected_words(error: Mapping[str, Any]) -> list[str]:
    """The words that a choice allows, out of the validator's own sentence."""
    listed = str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
    return [word.strip().strip("'") for word in listed.split(",") if word.strip()]


def choice_meant(what: About | None, error: Mapping[str, Any]) -> Text:
    """The choice that was probably meant: the nearest code, or the code whose word in either language was written."""
    given = str(error["input"]).strip()
    for code, word in what.words.items() if what else ():
        if given.casefold() in {word.en.casefold(), word.zh}:
            return did_you_mean(code, [code])
    return did_you_mean(given, expected_words(error))


def problems(model: type[R], raw: Mapping[str, Any]) -> tuple[R | None, list[tuple[tuple[str, ...], Text]]]:
    """A record made of what a person typed, or None and every wrong or missing field: its keys, and what is wrong."""
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [(tuple(str(part) for part in e["loc"]), _sentence(model, dict(e), raw)) for e in found]


def validated(model: type[R], raw: Mapping[str, Any]) -> R:
    """A record made of what a person typed. Raises UsageError that names every wrong or missing field at once."""
    record, wrong = problems(model, raw)
    if record is None:
        raise UsageError(Text.join((says for _, says in wrong), en="\n", zh="\n"))
    return record


def _innermost(model: type[Record], loc: Sequence[str]) -> About | None:
    """What the innermost field is that a path leads to; None where it leads to none."""
    owner: type[BaseModel] | None = model
    found = None
    for key in loc:
        what = about(owner).get(key) if owner else None
        if what is not None and owner is not None:
            found, owner = what, inner_model(owner, key)
    return found


def spelled(raw: Any, loc: Sequence[str | int]) -> str:
    """A path as people say it: from the innermost item on that has an id, `T-012.percent` for `tasks.0.percent`."""
    said: list[str] = []
    for key in loc:
        try:
            raw = raw[key]
        except (KeyError, IndexError, TypeError):
            raw = None
        if isinstance(key, int) and isinstance(raw, Mapping) and raw.get("id"):
            said = [str(raw["id"])]
        else:
            said.append(str(key))
    return ".".join(said)


def _sentence(model: type[Record], error: dict[str, Any], raw: Mapping[str, Any]) -> Text:
    loc = [str(part) for part in error["loc"]]
    field = spelled(raw, error["loc"])
    what = _innermost(model, loc)
    label = what.label if what else Text.same(field)
    if error["type"] == "missing":
        return Text(en="`{field}` is missing ({label})", zh="缺少 `{field}`（{label}）").format(
            field=field, label=label
        )
    if error["type"] == "extra_forbidden":
        hint = did_you_mean(loc[-1], about(model))
        return Text(en="a {kind} has no field `{field}`; {hint}", zh="{kind}没有字段 `{field}`，{hint}").format(
            kind=model.kind.label, field=field, hint=hint
        )
    hint = choice_meant(what, error)
    return (
        Text(en="`{field}` ({label}): {value} {problem}; {hint}", zh="`{field}`（{label}）：{value} {problem}；{hint}")
        .format(field=field, label=label, value=f"`{str(error['input'])[:60]}`", problem=problem_of(error), hint=hint)
        .stripped()
    )
