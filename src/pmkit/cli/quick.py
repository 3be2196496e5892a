"""Commands whose plain options cost nothing: text and flags are taken as they are, without a validator for each."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


class _AsTyped:
    """Stands where Typer would build a validator, about a millisecond an option, that changes nothing."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002 - Typer's signature
        is_several = param.multiple or param.nargs == -1
        if value is None:
            return () if is_several else None
        return list(value) if is_several else value


def _quick(params: list[Any]) -> list[Any]:
    """Text and flags are taken as they are typed; any other type stays Typer's business."""
    for param in params:
        if param.type_descriptor.annotation in (str, bool, list[str]):
            param._runtime_param = _AsTyped()  # noqa: SLF001 - where Typer keeps the validator once it is built
    return params


class QuickCommand(TyperCommand):
    """A command like that, with help in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        from pmkit.cli.manual import help_text

        return help_text(self, ctx)

    def get_params(self, ctx: Any) -> list[Any]:
        return _quick(super().get_params(ctx))


class QuickGroup(TyperGroup):
    """A group like that, with help in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        from pmkit.cli.manual import help_text

        return help_text(self, ctx)

    def get_params(self, ctx: Any) -> list[Any]:
        return _quick(super().get_params(ctx))
