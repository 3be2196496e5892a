"""Templates: where they are found, the sandbox they run in, and the one escape that their values pass.

A value of a record printed by `{{ ... }}` is text: it passes `escape_markdown`. Only a template's own words, what
macros and `{% set %}` blocks made of them, and `| markdown` are Markdown source. Filters and operators are those below,
so that no other escape (Jinja's is for HTML) and no chance (`random`, `lipsum`) gets in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from pmkit.kernel.duration import plain
from pmkit.kernel.errors import BadWorkspace, PmkitError, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Lang, Text, did_you_mean
from pmkit.reports.formats.markdown import escape_markdown, write_prose
from pmkit.reports.formats.tokens import parse_prose
from pmkit.reports.labels import day_in_words, words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

SUFFIX = ".md.j2"
BUILTIN = "builtin/"
STYLE = "house.css"
_LARGEST_POWER = 1000
LONGEST = 64_000_000  # characters that a template may print: three times a specification of 10,000 requirements
_FILTERS = (
    "abs", "batch", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "int",
    "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round",
    "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "truncate", "unique", "upper",
    "wordcount",
)  # fmt: skip
_GLOBALS = ("range", "dict", "namespace")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def packaged_templates() -> Path:
    """The folder of the templates that come with pmkit: in the wheel, or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_data/templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"


def template_names() -> tuple[str, ...]:
    """The packaged documents, by the names that `render` takes."""
    found = (path.name.removesuffix(SUFFIX) for path in packaged_templates().glob(f"*{SUFFIX}"))
    return tuple(sorted(name for name in found if not name.startswith("blocks")))


def packaged_files() -> dict[str, str]:
    """Every packaged file that a workspace may replace, by its short name: `weekly`, `blocks`, `house.css`."""
    found = (path.name for path in packaged_templates().iterdir() if path.name.endswith((SUFFIX, ".css")))
    return {name.removesuffix(SUFFIX): name for name in sorted(found)}


def view_fields(view: type, depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """The fields of a view and of what it holds: depth, name, and what it is (`str`, `Milestone, any number`)."""
    for name, kind in get_type_hints(view).items():
        if get_origin(kind) is ClassVar:
            continue
        inner = [one for one in _parts(kind) if is_dataclass(one) and one not in _PRINTED_WHOLE]
        many = ", any number" if get_origin(kind) is tuple else ""
        yield (
            depth,
            name,
            " | ".join(dict.fromkeys(one.__name__.replace("NoneType", "None") for one in _parts(kind))) + many,
        )
        for one in inner:
            yield from view_fields(one, depth + 1)


_PRINTED_WHOLE = (Text, Money)


def _parts(kind: Any) -> Iterator[type]:
    """The classes that an annotation is made of."""
    if isinstance(kind, type) and get_origin(kind) is None:
        yield kind
    elif get_origin(kind) is Literal:
        yield str
    else:
        for one in get_args(kind):
            if one is not Ellipsis:
                yield from _parts(one)


def read_style(user_templates: Path | None) -> str:
    """The CSS of HTML documents: the user's `house.css`, else the packaged one."""
    return _Chain(user_templates).read(STYLE)[0]


def read_packaged(name: str) -> str:
    """The text of a packaged file that users do not replace."""
    return (packaged_templates() / name).read_text(encoding="utf-8")


def render(name: str, view: object, lang: Lang, user_templates: Path | None = None) -> str:
    """The Markdown source, with directives, that template `name` makes of `view`.

    Raises UsageError where no template has that name, BadWorkspace for a broken template of the user's; what goes
    wrong inside a packaged one is a bug and raised as it is.
    """
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    chain = _Chain(user_templates)
    file = name + SUFFIX
    found = chain.find(file)
    if found is None:
        raise UsageError(
            Text(en="no template is called `{name}`", zh="没有名为 `{name}` 的模板").format(name=name),
            did_you_mean(name, template_names()),
        )
    environment = _environment(chain, lang) if user_templates else _packaged_environment(lang)
    try:
        return _bounded(environment.get_template(file).generate(view=view))
    except PmkitError:
        raise
    except (TemplateSyntaxError, TemplateNotFound) as error:
        raise _broken(error, chain, found) from error
    except Exception as error:
        if not (chain.is_own(found) or chain.place_of(error)):
            raise
        raise _broken(error, chain, found) from error


def _bounded(pieces: Iterable[str]) -> str:
    printed, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > LONGEST:
            raise BadWorkspace(
                Text(en="a template prints more than {limit} characters", zh="模板输出超过 {limit} 个字符").format(
                    limit=LONGEST
                )
            )
        printed.append(piece)
    return "".join(printed)


class _Chain:
    """The user's folder of templates, then the packaged one; `builtin/NAME` skips the user's."""

    def __init__(self, user_templates: Path | None) -> None:
        self._user = user_templates.resolve() if user_templates else None
        self._packaged = packaged_templates()

    def find(self, name: str) -> Path | None:
        """The file that a template's name means, or None. Names and links that lead out of the folders find nothing."""
        inside = PurePosixPath(name.removeprefix(BUILTIN))
        if inside.is_absolute() or ".." in inside.parts or "\\" in name or "\0" in name:
            return None
        folders = [self._packaged] if name.startswith(BUILTIN) else [self._user, self._packaged]
        for folder in filter(None, folders):
            path = (folder / inside).resolve()
            if path.is_relative_to(folder) and path.is_file():
                return path
        return None

    def read(self, name: str) -> tuple[str, Path]:
        """A file's text, and where it is. Raises BadWorkspace where it is not UTF-8."""
        path = self.find(name)
        if path is None:
            raise FileNotFoundError(name)
        try:
            return path.read_text(encoding="utf-8-sig"), path
        except UnicodeDecodeError:
            raise BadWorkspace(
                Text(en="{path} is not UTF-8 text", zh="{path} 不是 UTF-8 文本").format(path=self.shown(path))
            ) from None

    def load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """What Jinja2's FunctionLoader asks for: text, file, "still fresh"."""
        if self.find(name) is None:
            return None
        text, path = self.read(name)
        return text, str(path), lambda: True

    def names(self) -> list[str]:
        """Every name that can be extended or included."""
        packaged = [path.name for path in self._packaged.glob("*.j2")]
        own = [path.relative_to(self._user).as_posix() for path in self._user.rglob("*.j2")] if self._user else []
        return sorted({*own, *packaged, *(BUILTIN + name for name in packaged)})

    def place_of(self, error: BaseException) -> str | None:
        """`templates/weekly.md.j2:12`, the innermost line of the user's own templates that an error came through."""
        place, step = None, error.__traceback__
        while step is not None:
            path = Path(step.tb_frame.f_code.co_filename)
            if path.suffix == ".j2" and self.is_own(path):
                place = f"{self.shown(path)}:{step.tb_lineno}"
            step = step.tb_next
        return place

    def is_own(self, path: Path) -> bool:
        """True for a file in the user's folder."""
        return self._user is not None and path.is_relative_to(self._user)

    def shown(self, path: Path) -> str:
        """A template's path as a user knows it."""
        if self._user is not None and path.is_relative_to(self._user):
            return f"{self._user.name}/{path.relative_to(self._user).as_posix()}"
        return BUILTIN + path.name


@cache
def _packaged_environment(lang: Lang) -> Environment:
    """One for all documents of a run: compiling a template takes far longer than filling it."""
    return _environment(_Chain(None), lang)


def _environment(chain: _Chain, lang: Lang) -> Environment:
    from jinja2 import FunctionLoader, pass_context

    base = _sandbox()
    environment: Environment = base(
        loader=FunctionLoader(chain.load),
        undefined=_missing_field(),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=50,
    )
    printed = _printer(lang)
    join = _joiner(lang)
    # Asking for the context keeps Jinja2 from printing literals while it compiles, with its own escape.
    environment.finalize = pass_context(lambda _context, value: printed(value))
    environment.globals = {name: environment.globals[name] for name in _GLOBALS}
    environment.globals.update(t=_translator(lang), label=words(lang), lang=lang)
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.filters.update(
        escape=printed,
        e=printed,
        join=lambda values, by="": join(_between(values, by)),
        replace=lambda value, old, new: _in_words(value, lang).replace(str(old), str(new)),
        markdown=_prose,
        longdate=lambda day: day_in_words(day, lang) if isinstance(day, date) else day,
    )
    environment.join_markdown = join  # type: ignore[attr-defined]  # called by the code that _sandbox generates
    return environment


@cache
def _sandbox() -> type[Environment]:
    """Jinja2's sandbox, with operators that know Markdown source from text. Defined late: Jinja2 loads on use."""
    from jinja2.compiler import CodeGenerator, Frame
    from jinja2.exceptions import SecurityError
    from jinja2.nodes import Concat
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    class MarkdownCode(CodeGenerator):
        def visit_Concat(self, node: Concat, frame: Frame) -> None:  # noqa: N802 - Jinja2 calls it by this name
            self.write("environment.join_markdown((")
            for part in node.nodes:
                self.visit(part, frame)
                self.write(", ")
            self.write("))")

    class MarkdownSandbox(ImmutableSandboxedEnvironment):
        code_generator_class = MarkdownCode
        intercepted_binops = frozenset(("+", "*", "**", "%"))

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            # The methods of Markup escape for HTML: `macro().join(values)` would let Markdown through.
            return not isinstance(obj, Markup) and super().is_safe_attribute(obj, attr, value)

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if isinstance(left, Markup) or isinstance(right, Markup):
                if operator == "+":
                    return self.join_markdown((left, right))  # type: ignore[attr-defined]  # set by _environment
                raise SecurityError(f"the operator {operator} does not know Markdown")
            if operator in {"*", "**"} and not _is_modest(operator, left, right):
                raise SecurityError(f"the operator {operator} makes too much")
            return super().call_binop(context, operator, left, right)

    return MarkdownSandbox


def _is_modest(operator: str, left: Any, right: Any) -> bool:
    """True for a repetition within what may be printed, and for a power of small numbers."""
    if operator == "**":
        return bool(abs(left) <= _LARGEST_POWER and abs(right) <= _LARGEST_POWER)
    text, times = (left, right) if hasattr(left, "__len__") else (right, left)
    return not hasattr(text, "__len__") or bool(len(text) * times <= LONGEST)


@cache
def _missing_field() -> type[Any]:
    """Jinja2's StrictUndefined, whose error names the fields that do exist."""
    from jinja2 import StrictUndefined, UndefinedError
    from jinja2.utils import missing

    class MissingField(StrictUndefined):
        __slots__ = ()

        def __init__(self, hint: Any = None, obj: Any = missing, name: Any = None, exc: Any = UndefinedError) -> None:
            if exc is UndefinedError and hint is None:
                known = () if obj is missing else _field_names(obj)

                def exc(message: str) -> Exception:
                    error = UndefinedError(message)
                    error.field, error.known = name, known  # type: ignore[attr-defined]  # read by _what_is_wrong
                    return error

            super().__init__(hint, obj, name, exc)

    return MissingField


def _field_names(value: Any) -> tuple[str, ...]:
    if is_dataclass(value):
        return tuple(f.name for f in fields(value))
    if isinstance(value, SimpleNamespace):
        return tuple(vars(value))
    return tuple(map(str, value)) if isinstance(value, dict) else ()


def _broken(error: Exception, chain: _Chain, rendered: Path) -> BadWorkspace:
    """The error of a user's template, with its line and what to do. `rendered`: the file that was asked for."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        place = f"{chain.shown(Path(error.filename)) if error.filename else error.name}:{error.lineno}"
        return BadWorkspace(
            Text(en="{place}: {what}", zh="{place}：模板语法错误：{what}").format(place=place, what=error.message)
        )
    place = chain.place_of(error) or chain.shown(rendered)
    if isinstance(error, TemplateNotFound):
        name = str(error.name)
        return BadWorkspace(
            Text(en="{place}: there is no template `{name}`", zh="{place}：没有模板 `{name}`").format(
                place=place, name=name
            ),
            did_you_mean(name, chain.names()),
        )
    says, fix = _what_is_wrong(error)
    return BadWorkspace(
        Text(en="{place}: {what}", zh="{place}：{what}").format(place=place, what=says),
        fix,
    )


def _what_is_wrong(error: Exception) -> tuple[Text, Text | None]:
    from jinja2.exceptions import SecurityError

    if hasattr(error, "field"):
        says = Text(en="there is no field `{field}`", zh="没有字段 `{field}`").format(field=error.field)
        return says, did_you_mean(str(error.field), getattr(error, "known", ()))
    if isinstance(error, RecursionError):
        return (
            Text(en="the template calls itself without end", zh="模板无限调用自身"),
            Text(
                en='a template that extends the one it replaces says {% extends "builtin/NAME" %}',
                zh='要在原模板基础上修改，请写 {% extends "builtin/名称" %}',
            ),
        )
    if isinstance(error, SecurityError):
        return Text(en="a template may not do that: {why}", zh="模板不允许这样做：{why}").format(why=error), None
    return Text.same(f"{type(error).__name__}: {error}"), None


def _in_words(value: Any, lang: Lang) -> str:
    """A value as text: None is `/`, for nothing is known; a day is `2026-03-06`."""
    match value:
        case None:
            return "/"
        case Text():
            return value.to(lang)
        case Money():
            return value.printed()
        case Decimal():
            return plain(value)
        case _:
            return str(value)


def _printer(lang: Lang) -> Callable[[Any], Markup]:
    """How `{{ value }}` prints: Markdown source as it is, everything else escaped."""
    from markupsafe import Markup

    def printed(value: Any) -> Markup:
        if isinstance(value, Markup):
            return value
        return Markup(escape_markdown(_in_words(value, lang)))  # noqa: S704 - Markup is Markdown here, and this escapes

    return printed


def _joiner(lang: Lang) -> Callable[[Iterable[Any]], Any]:
    """Joins text to text; once one part is Markdown source, every other is escaped."""
    from markupsafe import Markup

    printed = _printer(lang)

    def join(parts: Iterable[Any]) -> Any:
        parts = list(parts)
        if any(isinstance(part, Markup) for part in parts):
            return Markup("".join(map(printed, parts)))  # noqa: S704 - each part is escaped
        return "".join(_in_words(part, lang) for part in parts)

    return join


def _between(values: Iterable[Any], by: Any) -> Iterator[Any]:
    for at, value in enumerate(values):
        if at:
            yield by
        yield value


def _translator(lang: Lang) -> Callable[..., str]:
    def t(*, en: str, zh: str, **values: Any) -> str:
        """The template's words in the document's language; `{name}` is filled from `values`, not formatted."""
        return _PLACEHOLDER.sub(lambda m: _in_words(values[m[1]], lang), zh if lang == "zh" else en)

    return t


def _prose(value: Any) -> Any:
    """Text that its author wrote as Markdown, cleaned: no directive, picture, HTML or heading comes through."""
    from markupsafe import Markup

    if not isinstance(value, str) or not value.strip():
        return value
    return Markup(write_prose(parse_prose(value)))  # noqa: S704 - written anew from its tree, every text escaped
