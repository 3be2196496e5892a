"""纷享销客 Fxiaoke, open API v2. What was read in its documents and what could only be guessed: docs/crm.md.

Every answer has HTTP status 200 and an `errorCode`; every call is a POST.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from pmkit.connectors.crm import wire as waits
from pmkit.connectors.crm.base import Change, Saved
from pmkit.connectors.crm.tokens import Token, TokenCache, token
from pmkit.connectors.crm.wire import Answer, Unclear, Wire
from pmkit.connectors.secrets import Secret, variable
from pmkit.domain.crm import CrmLink
from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.crm.compare import Listing, unmarked
from pmkit.workspace.crm.meta import FieldInfo, FieldType, ModuleInfo, Remote

ACCOUNTS, OPPORTUNITIES = "AccountObj", "NewOpportunityObj"
PER_PAGE = 100
CALLS, WINDOW = 90, 20.0  # calls of one interface in so many seconds; the documents say 100
REGIONS: Mapping[str, Mapping[str, str]] = {
    "cn": {"api": "https://open.fxiaoke.com"},
    "hwcloud": {"api": "https://open-hwcloud.fxiaoke.com"},
    "ale": {"api": "https://open-ale.fxiaoke.com"},
    "eu": {"api": "https://open-hws.fxiaoke.com"},
    "hk": {"api": "https://open-ksc.sharecrm.com"},
    "na": {"api": "https://open-na.sharecrm.com"},
}
_TYPES: Mapping[str, FieldType] = {
    **dict.fromkeys(("number", "currency", "percentile", "count"), "number"),
    "true_or_false": "bool", "date": "date", "date_time": "datetime", "select_one": "choice", "record_type": "other",
    "select_many": "choices", "object_reference": "lookup", "master_detail": "lookup", "employee": "user",
    "department": "other", "file_attachment": "file", "image": "file",
}  # fmt: skip
_DERIVED = re.compile(r"__(?:r|l|o|v|p|e|relation_ids)\Z")
_OURS_TO_READ = frozenset({"auto_number", "formula", "count", "quote"})
_NOT_OURS = frozenset(
    {"_id", "create_time", "created_by", "last_modified_time", "last_modified_by", "version", "life_status",
     "lock_status", "is_deleted", "object_describe_api_name", "owner"}
)  # fmt: skip
TOKEN_ENDED = frozenset({20005, 20016})
TOO_OFTEN = frozenset({30004, 14001})  # certainly not done
IN_DOUBT = frozenset({-1, 50009})
_ADVICE = {
    15003: Text("give the application this right in the administration", "请在管理后台为应用开通该权限"),
    20006: Text(
        "check PMKIT_FXIAOKE_APP_ID and PMKIT_FXIAOKE_APP_SECRET",
        "请核对 PMKIT_FXIAOKE_APP_ID 与 PMKIT_FXIAOKE_APP_SECRET",
    ),
    20015: Text("check PMKIT_FXIAOKE_PERMANENT_CODE", "请核对 PMKIT_FXIAOKE_PERMANENT_CODE"),
    20021: Text("the application is not authorised", "应用尚未授权"),
    20022: Text("the application is not authorised", "应用尚未授权"),
    30002: Text("the calls of today are used up; they begin anew at midnight", "今日调用额度已用完，零点恢复"),
    30003: Text("the company has bought no API calls", "企业尚未购买接口调用额度"),
}
_SECRETS = ("app_id", "app_secret", "permanent_code")


def open_client(crm: CrmLink, wire: Wire, secrets: Callable[[str], Secret | None], zone: ZoneInfo) -> Fxiaoke:
    """The client. Raises UsageError, naming everything that is missing."""
    known = {name: secrets(f"fxiaoke.{name}") for name in _SECRETS}
    missing = [variable(f"fxiaoke.{name}") for name in _SECRETS if known[name] is None]
    if missing:
        raise UsageError(
            Text("Fxiaoke's secrets are not known: {names}", "缺少纷享销客的密钥：{names}").format(
                names=Text.join(map(Text.same, missing))
            ),
            Text(
                "put them into the environment, or the keyring: `keyring set pmkit fxiaoke.app_secret`; "
                "see docs/crm.md",
                "请写入环境变量，或钥匙串：`keyring set pmkit fxiaoke.app_secret`；步骤见 docs/crm.md",
            ),
        )
    found = {name: secret.reveal() for name, secret in known.items() if secret is not None}
    wire.keep_secret(known["app_secret"], known["permanent_code"])
    return Fxiaoke(crm, wire, found, TokenCache("fxiaoke", f"{crm.hosts.api}|{found}"), zone)


class FxiaokeError(OutsideError):
    """An error that the gateway has a code for."""

    def __init__(self, says: Text, fix: Text | None, code: int) -> None:
        super().__init__(says, fix)
        self.code = code


class Fxiaoke:
    """The client; a token is asked for with the first call."""

    at_once = 1

    def __init__(self, crm: CrmLink, wire: Wire, known: Mapping[str, str], cache: TokenCache, zone: ZoneInfo) -> None:
        self._crm, self._wire, self._known, self._cache, self._zone = crm, wire, known, cache, zone
        self._token: Token | None = None
        self._fields: dict[str, dict[str, FieldInfo]] = {}
        self._options: dict[tuple[str, str], dict[str, str]] = {}
        self._calls: dict[str, deque[float]] = {}
        self._debt: dict[str, float] = {}

    # --- calls ---

    def _access(self, not_this: str = "") -> Token:
        if self._token is None or not_this:
            self._token = token(self._cache, self._asked, not_this=not_this)
            self._wire.keep_secret(Secret(self._token.access))
        return self._token

    def _asked(self) -> Token:
        body = {
            "appId": self._known["app_id"], "appSecret": self._known["app_secret"],
            "permanentCode": self._known["permanent_code"], "grantType": "app_secret",
        }  # fmt: skip
        url = f"{self._crm.hosts.api}/oauth2.0/token"
        answer = self._wire.call("POST", url, params=_trace(), body=body, twice=True, busy=_is_busy)
        data = answer.data if isinstance(answer.data, dict) else {}
        if not data.get("accessToken"):
            raise self._error(answer, "/oauth2.0/token")
        self._wire.keep_secret(Secret(str(data["accessToken"])))
        until = time.time() + float(data.get("expiresIn") or 7200)
        return Token(str(data["accessToken"]), until, "", str(data.get("ea") or ""))

    def _call(self, path: str, body: Mapping[str, Any], *, twice: bool = True) -> dict[str, Any]:
        """The envelope of an answer without error. A token that has ended is asked for anew, once."""
        refused = ""
        for _ in range(2):
            access = self._access(refused)
            headers = {"authorization": f"Bearer {access.access}", "x-fs-ea": access.extra}
            headers |= {"x-fs-userid": self._crm.user or ""}
            self._keep_pace(path)
            answer = self._wire.call(
                "POST", f"{self._crm.hosts.api}{path}", headers=headers, params=_trace(), body=body, twice=twice,
                busy=_is_busy if twice else _is_refused,
            )  # fmt: skip
            code = _code(answer)
            if code not in TOKEN_ENDED or refused:
                break
            refused = access.access
        if code in IN_DOUBT and not twice:
            raise Unclear(
                Text("Fxiaoke did not say whether it was done ({code})", "纷享销客未说明是否已完成（{code}）").format(
                    code=code
                )
            )
        if code != 0 or answer.status != 200:
            raise self._error(answer, path)
        data: dict[str, Any] = answer.data
        return data

    def _keep_pace(self, path: str) -> None:
        """Wait until the interface may be called again. Time that is waited counts, whatever the clock says."""
        calls = self._calls.setdefault(path, deque())
        now = time.monotonic() + self._debt.get("", 0.0)
        while calls and now - calls[0] > WINDOW:
            calls.popleft()
        if len(calls) >= CALLS:
            wait = WINDOW - (now - calls[0])
            began = time.monotonic()
            waits.pause(wait)
            self._debt[""] = self._debt.get("", 0.0) + max(wait - (time.monotonic() - began), 0.0)
            now += wait
            calls.popleft()
        calls.append(now)

    def _error(self, answer: Answer, path: str) -> OutsideError:
        data = answer.data if isinstance(answer.data, dict) else {}
        code = _code(answer)
        words = self._wire.safe(f"{data.get('errorMessage') or ''} {data.get('errorDescription') or ''}")
        says = Text("Fxiaoke refuses {path}: {code} {words}", "纷享销客拒绝 {path}：{code} {words}")
        shown = code if code is not None else f"HTTP {answer.status}"
        return FxiaokeError(says.format(path=path, code=shown, words=words), _ADVICE.get(code or 0), code or 0)

    # --- what there is ---

    def account_modules(self) -> tuple[str, str]:
        return ACCOUNTS, OPPORTUNITIES

    def modules(self) -> dict[str, ModuleInfo]:
        found = (self._call("/cgi/crm/v2/object/list", {"data": {}}).get("data") or {}).get("objects") or []
        return {
            o["describeApiName"]: ModuleInfo(
                o["describeApiName"], str(o.get("describeDisplayName") or ""), o.get("defineType") == "custom"
            )
            for o in found
            if o.get("isActive", True)
        }

    def fields(self, module: str) -> dict[str, FieldInfo]:
        if module not in self._fields:
            described = self._described(module)
            self._fields[module] = {
                name: _field(name, data) for name, data in described.items() if data.get("is_active", True)
            }
            for name, data in described.items():
                self._options[module, name] = {
                    str(o.get("label")): str(o.get("value")) for o in data.get("options") or []
                }
        return self._fields[module]

    def _described(self, module: str) -> Mapping[str, Mapping[str, Any]]:
        path = "/cgi/crm/v2/object/describe"
        try:
            data = self._call(path, {"data": {"apiName": module}, "includeDetail": False})
        except FxiaokeError as error:
            if error.code not in {10006, 15002, 32000}:
                raise
            data = self._call(path, {"apiName": module, "includeDetail": False})  # the sources contradict
        found: Mapping[str, Mapping[str, Any]] = ((data.get("data") or {}).get("describe") or {}).get("fields") or {}
        return found

    def whoami(self) -> str:
        return f"{self._access().extra} / {self._crm.user}"

    # --- reading ---

    def pages(self, listing: Listing) -> Iterator[Sequence[Remote]]:
        if listing.entries[0].is_project:
            parent = self._crm.opportunity if listing.module == OPPORTUNITIES else self._crm.account
            yield list(self.read(listing.module, [parent] if parent else [], listing.fields).values())
            return
        parent = self._crm.parent(listing.under)
        default = "account_id" if listing.under == "account" else "new_opportunity_id"
        under = [] if listing.under == "all" or not parent else [_filter(listing.related or default, "EQ", parent)]
        yield from self._queried(listing.module, listing.fields, under)

    def _queried(self, module: str, fields: Sequence[str], filters: Sequence[dict[str, Any]]) -> Iterator[list[Remote]]:
        """By the last id that was seen, because an offset ends at 10,000; over with a page that is not full."""
        last = ""
        while True:
            rows = self._query(module, fields, [*filters, *([_filter("_id", "GT", last)] if last else [])])
            yield [self._remote(module, row) for row in rows if not _is_gone(row)]
            if len(rows) < PER_PAGE:
                return
            last = str(rows[-1]["_id"])

    def _query(self, module: str, fields: Sequence[str], filters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted = dict.fromkeys(
            (*fields, "_id", "create_time", "last_modified_time", "version", "life_status", "is_deleted")
        )
        data = {
            "dataObjectApiName": module,
            "search_query_info": {
                "limit": PER_PAGE, "offset": 0, "filters": list(filters),
                "orders": [{"fieldName": "_id", "isAsc": True}], "fieldProjection": list(wanted),
            },
        }  # fmt: skip
        found = self._call(f"{_path(module)}/query", {"data": data}).get("data") or {}
        rows: list[dict[str, Any]] = found.get("dataList") or []
        return rows

    def read(self, module: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Remote]:
        found: dict[str, Remote] = {}
        for start in range(0, len(ids), PER_PAGE):
            some = ids[start : start + PER_PAGE]
            for row in self._query(module, fields, [_filter("_id", "IN", *some)]):
                if not _is_gone(row):
                    found[str(row["_id"])] = self._remote(module, row)
        return found

    def named(self, module: str, name: str, account: str | None) -> list[Remote]:
        filters = [_filter("account_id", "EQ", account)] if account else [_filter("name", "LIKE", name)]
        return [one for page in self._queried(module, ["name"], filters) for one in page]

    def with_key(self, listing: Listing, key: str | None, marker: str | None, keys: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        if key:
            for start in range(0, len(keys), PER_PAGE):
                some = keys[start : start + PER_PAGE]
                for row in self._query(listing.module, [key], [_filter(key, "IN", *some)]):
                    if not _is_gone(row):
                        found[str(row[key])] = min(str(row["_id"]), found.get(str(row[key]), "~"))
            return found
        code = next((one.partition(":")[0] for one in keys), "")
        for page in self.pages(listing):
            for remote in page:
                carried = f"{code}:{unmarked(remote.said(marker or ''), code)[1]}"
                if carried in keys:
                    found[carried] = min(remote.id, found.get(carried, "~"))
        return found

    def _remote(self, module: str, row: Mapping[str, Any]) -> Remote:
        known = self.fields(module)
        values = {
            name: self._as_text(module, name, known[name].type if name in known else "text", value)
            for name, value in row.items()
            if name != "_id" and value not in (None, "", [])
        }
        return Remote(str(row["_id"]), values, str(row.get("last_modified_time") or ""), values.get("create_time", ""))

    def _as_text(self, module: str, name: str, kind: FieldType, value: Any) -> str:
        if isinstance(value, list):
            return "\n".join(self._as_text(module, name, kind, one) for one in value)
        if isinstance(value, Mapping):
            return str(value.get("id") or value.get("name") or "")
        if isinstance(value, bool):
            return "true" if value else "false"
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if isinstance(value, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        if kind in {"date", "datetime"}:
            with suppress(ValueError, OverflowError, OSError):
                moment = datetime.fromtimestamp(int(text) / 1000, self._zone)
                return moment.strftime("%Y-%m-%d" if kind == "date" else "%Y-%m-%dT%H:%M")
        if kind == "number" and "." in text:
            return text.rstrip("0").rstrip(".")
        if kind in {"choice", "choices"}:
            return next((label for label, one in self._options.get((module, name), {}).items() if one == text), text)
        return text.replace("\r\n", "\n")

    # --- writing ---

    def create(self, module: str, records: Sequence[Mapping[str, str]], key: str | None) -> list[Saved]:
        del key  # nothing here goes by it: the caller has looked for it
        return [self._create(module, one) for one in records]

    def _create(self, module: str, values: Mapping[str, str]) -> Saved:
        body = {
            "triggerApprovalFlow": False, "triggerWorkFlow": False, "hasSpecifyTime": False,
            "hasSpecifyCreatedBy": False, "includeDetailIds": False,
            "data": {
                "object_data": {
                    "dataObjectApiName": module, "record_type": "default__c",
                    **({"owner": [self._crm.user]} if self._crm.user else {}), **self._encoded(module, values),
                },
                "details": {},
                "optionInfo": {"isDuplicateSearch": False, "useValidationRule": True, "skipFuncValidate": False},
            },
        }  # fmt: skip
        try:
            data = self._call(f"{_path(module)}/create", body, twice=False)
        except FxiaokeError as error:
            if error.code in _ADVICE:
                raise
            return Saved(error=error.says)
        made = str(data.get("dataId") or "")
        return Saved(made) if made else Saved(is_unclear=True)  # the sample for custom objects lacks it

    def update(self, module: str, change: Change) -> Saved:
        """Read just before, written where nothing has changed: between the two somebody may still be faster."""
        now = self.read(module, [change.id], list(change.values)).get(change.id)
        if now is None or now.modified != change.modified:
            return Saved(change.id, was_changed=True)
        return self._write(module, change.id, self._encoded(module, change.values, emptied=True))

    def mark(self, module: str, key: str, values: Mapping[str, str]) -> list[Saved]:
        return [self._write(module, record, {key: value}) for record, value in values.items()]

    def _write(self, module: str, record: str, values: Mapping[str, Any]) -> Saved:
        body = {
            "triggerWorkFlow": False,
            "data": {"object_data": {"_id": record, "dataObjectApiName": module, **values}},
        }
        try:
            self._call(f"{_path(module)}/update", body, twice=True)  # the same values twice are the same
        except FxiaokeError as error:
            if error.code in _ADVICE:
                raise
            return Saved(error=error.says)
        return Saved(record)

    def delete(self, module: str, record: str) -> None:
        self._call(f"{_path(module)}/invalid", {"data": {"dataObjectApiName": module, "object_data_id": record}})
        self._call(f"{_path(module)}/delete", {"data": {"dataObjectApiName": module, "idList": [record]}})

    def _encoded(self, module: str, values: Mapping[str, str], *, emptied: bool = False) -> dict[str, Any]:
        known = self.fields(module)
        found: dict[str, Any] = {}
        for name, text in values.items():
            if not text and not emptied:
                continue
            if name == "related_object_data":
                where = ACCOUNTS if text == self._crm.account else OPPORTUNITIES
                found[name] = [{"describe_api_name": where, "id": text}]
                continue
            found[name] = self._value(module, name, known[name].type if name in known else "text", text)
        return found

    def _value(self, module: str, name: str, kind: FieldType, text: str) -> Any:
        if not text:
            return None
        options = self._options.get((module, name), {})
        match kind:
            case "choice":
                return options.get(text, text)
            case "choices":
                return [options.get(one, one) for one in text.split("\n")]
            case "bool":
                return text == "true"
            case "user":
                return text.split("\n")
            case "date" | "datetime":
                moment = datetime.fromisoformat(text[:10] if kind == "date" else text).replace(tzinfo=self._zone)
                return int(moment.timestamp() * 1000)
        return text


def _trace() -> dict[str, str]:
    return {"thirdTraceId": str(uuid4())}


def _code(answer: Answer) -> int | None:
    code = answer.data.get("errorCode") if isinstance(answer.data, dict) else None
    return code if isinstance(code, int) else None


def _is_refused(answer: Answer) -> bool:
    return _code(answer) in TOO_OFTEN


def _is_busy(answer: Answer) -> bool:
    return _code(answer) in TOO_OFTEN | IN_DOUBT


def _path(module: str) -> str:
    """Custom objects have a path of their own."""
    return "/cgi/crm/custom/v2/data" if module.endswith("__c") else "/cgi/crm/v2/data"


def _filter(field: str, operator: str, *values: str) -> dict[str, Any]:
    return {"field_name": field, "field_values": list(values), "operator": operator}


def _is_gone(row: Mapping[str, Any]) -> bool:
    return row.get("life_status") == "invalid" or row.get("is_deleted") in (True, "true", 1)


def _field(name: str, data: Mapping[str, Any]) -> FieldInfo:
    kind = _TYPES.get(str(data.get("type")), "text")
    writable = data.get("type") not in _OURS_TO_READ and name not in _NOT_OURS and not _DERIVED.search(name)
    longest = data.get("max_length")
    return FieldInfo(
        name,
        str(data.get("label") or name),
        kind,
        bool(data.get("is_required")) and name != "record_type",  # which every new record gets
        bool(data.get("is_unique")),
        writable,
        int(longest) if isinstance(longest, int) and kind == "text" else None,
        tuple(str(o.get("label")) for o in data.get("options") or []) if kind in {"choice", "choices"} else (),
    )
