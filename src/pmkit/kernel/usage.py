"""Command lines as a reader is to type them: the words in capitals that stand for values, in both languages."""

from __future__ import annotations

import re

from pmkit.kernel.text import Text

# The words that stand for a value, in Chinese.
STANDS_FOR = {
    "BL-ID": "基准编号", "CR-ID": "变更编号", "T-ID": "任务编号", "FAMILY": "类别", "CHAR": "字符", "COLUMN": "列",
    "TEXT": "文本", "HANDLE": "代号", "HANDLES": "代号", "ID": "编号", "PH-ID": "阶段编号", "DATE": "日期",
    "REF": "版本", "DURATION": "工期", "AMOUNT": "金额", "PATH": "路径", "FILE": "文件", "DIR": "目录",
    "FOLDER": "目录", "KIND": "类型", "FIELD": "字段", "VALUE": "值", "CONDITION": "条件", "NAME": "名称",
    "CODE": "代码", "CODES": "代码", "LINK": "依赖", "OPTIONS": "选项", "COMMAND": "命令", "ARGS": "参数",
    "MINUTES": "分钟", "NUMBER": "数字", "PERCENT": "百分比", "INTEGER": "整数", "LANG": "语言", "FORMAT": "格式",
    "URL": "网址", "SHELL": "终端", "ROLE": "角色", "SIDE": "所属方", "TIME": "时间", "DAYS": "天数",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?:-[A-Z]+)?(?![a-z])")


def in_chinese(line: str) -> str:
    """`line` with its words in capitals in Chinese; ids and words that stand for nothing stay."""
    return _WORD.sub(lambda match: STANDS_FOR.get(match[0], match[0]), line)


def usage(line: str) -> Text:
    """A command line, or its options, with the words in capitals in each language: `--as HANDLE`, `--as 代号`."""
    return Text(en=line, zh=in_chinese(line))
