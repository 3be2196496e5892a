"""What every CRM has in common: what may be asked of it, and what comes of a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol
from zoneinfo import ZoneInfo

from pmkit.connectors.crm.wire import Wire
from pmkit.connectors.secrets import Secret
from pmkit.domain.crm import CrmLink
from pmkit.kernel.text import Text
from pmkit.workspace.crm.compare import Listing
from pmkit.workspace.crm.meta import FieldInfo, ModuleInfo, Remote


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of one record's write: its id and their time of change, or why it failed.

    `was_changed`: somebody changed it there since it was read; nothing was written. `is_unclear`: the answer was lost.
    """

    id: str = ""
    modified: str = ""
    error: Text | None = None
    was_changed: bool = False
    is_unclear: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """An update of one of theirs; `modified`: their time of change when it was read."""

    id: str
    values: Mapping[str, str]
    modified: str


class Client(Protocol):
    """A CRM that can be asked. All values are text as in `Remote`. `at_once`: records of one write."""

    at_once: int

    def account_modules(self) -> tuple[str, str]:
        """The modules of accounts and of opportunities."""

    def modules(self) -> dict[str, ModuleInfo]:
        """The modules that may be used."""

    def fields(self, module: str) -> dict[str, FieldInfo]:
        """The fields of a module; asked once."""

    def pages(self, listing: Listing) -> Iterator[Sequence[Remote]]:
        """The records of a listing, page by page, the oldest first where the CRM can sort them."""

    def read(self, module: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Remote]:
        """Records by id, a hundred a call; what is not there is left out."""

    def named(self, module: str, name: str, account: str | None) -> list[Remote]:
        """Accounts, or opportunities of an account, whose name holds the text."""

    def with_key(self, listing: Listing, key: str | None, marker: str | None, keys: Sequence[str]) -> dict[str, str]:
        """Own key -> id of the records that carry one of them."""

    def create(self, module: str, records: Sequence[Mapping[str, str]], key: str | None) -> list[Saved]:
        """New records, each with its own outcome. `key`: the field with our own key, for a CRM that can go by it."""

    def update(self, module: str, change: Change) -> Saved:
        """Write some fields of a record, unless it was changed since, as far as the CRM can tell."""

    def mark(self, module: str, key: str, values: Mapping[str, str]) -> list[Saved]:
        """Write our own key into records by id, and nothing else: nobody's words are lost by it."""

    def delete(self, module: str, record: str) -> None:
        """Take a record away: only what a self-test has made."""

    def whoami(self) -> str:
        """Whose rights we have, in words."""


def client(crm: CrmLink, wire: Wire, secrets: Callable[[str], Secret | None], zone: ZoneInfo) -> Client:
    """The client of a CRM. `secrets`: the secret of a name, as `zoho.client_id`."""
    module = import_module(f"pmkit.connectors.crm.{crm.crm}")
    made: Client = module.open_client(crm, wire, secrets, zone)
    return made


def regions(vendor: str) -> Mapping[str, Mapping[str, str]]:
    """The hosts of each region of a CRM: `accounts`, `api`, `files`."""
    found: Mapping[str, Mapping[str, str]] = import_module(f"pmkit.connectors.crm.{vendor}").REGIONS
    return found
