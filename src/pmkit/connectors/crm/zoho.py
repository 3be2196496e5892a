"""Zoho CRM, API v8. What was read in its documents and what could only be guessed: docs/crm.md."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pmkit.connectors.crm.base import Change, Saved
from pmkit.connectors.crm.tokens import Token, TokenCache, token
from pmkit.connectors.crm.wire import Answer, Unclear, Wire
from pmkit.connectors.secrets import Secret, variable
from pmkit.domain.crm import CrmLink
from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.crm.compare import Listing, unmarked
from pmkit.workspace.crm.meta import FieldInfo, FieldType, ModuleInfo, Remote

ACCOUNTS, DEALS, NOTES = "Accounts", "Deals", "Notes"
PER_PAGE = 200
BY_PAGE = 2000  # records that can be reached by the number of a page
BY_TOKEN = 100_000  # and by the token of the page before
AT_ONCE = 100  # records of a write, ids of a read


def _region(domain: str, *, accounts: str = "", files: str = "") -> dict[str, str]:
    return {
        "accounts": accounts or f"https://accounts.zoho.{domain}",
        "api": f"https://www.zohoapis.{domain}",
        "files": files or f"https://content.zohoapis.{domain}",
    }


REGIONS: Mapping[str, Mapping[str, str]] = {
    "cn": _region("com.cn"),
    "us": _region("com"),
    "eu": _region("eu"),
    "in": _region("in"),
    "au": _region("com.au"),
    "jp": _region("jp"),
    "ca": _region("ca", accounts="https://accounts.zohocloud.ca", files="https://upload.zohocloud.ca"),
    "sa": _region("sa", files="https://files.zoho.sa"),
}
_TYPES: Mapping[str, FieldType] = {
    **dict.fromkeys(("text", "textarea", "email", "phone", "website", "autonumber", "profileimage"), "text"),
    **dict.fromkeys(("integer", "bigint", "double", "currency", "percent"), "number"),
    "boolean": "bool", "date": "date", "datetime": "datetime", "picklist": "choice",
    "multiselectpicklist": "choices", "lookup": "lookup", "ownerlookup": "user", "fileupload": "file",
}  # fmt: skip
_TOKEN_ERRORS = {
    "invalid_client": Text(
        "the client id is wrong, or of another data centre: check PMKIT_ZOHO_CLIENT_ID and `region:`",
        "客户端标识有误，或属于其他数据中心：请核对 PMKIT_ZOHO_CLIENT_ID 与 `region:`",
    ),
    "invalid_client_secret": Text("check PMKIT_ZOHO_CLIENT_SECRET", "请核对 PMKIT_ZOHO_CLIENT_SECRET"),
    "invalid_code": Text(
        "the refresh token or grant code is not valid any more: make a new one in the API console",
        "刷新令牌或授权码已失效：请在 API 控制台重新生成",
    ),
    "access_denied": Text("too many tokens were asked for: wait ten minutes", "申请令牌过于频繁：请等待十分钟后再试"),
}
_API_ERRORS = {
    "OAUTH_SCOPE_MISMATCH": Text(
        "the token lacks a scope: ZohoCRM.modules.ALL, ZohoCRM.modules.notes.ALL, ZohoCRM.settings.ALL, "
        "ZohoCRM.users.READ, ZohoSearch.securesearch.READ",
        "令牌缺少权限范围：ZohoCRM.modules.ALL、ZohoCRM.modules.notes.ALL、ZohoCRM.settings.ALL、"
        "ZohoCRM.users.READ、ZohoSearch.securesearch.READ",
    ),
    "NO_PERMISSION": Text("the user's profile in Zoho lacks this right", "该用户在 Zoho 中的角色权限不足"),
    "INVALID_MODULE": Text("check the module names in crm.yaml", "请核对 crm.yaml 中的模块名"),
    "AUTHENTICATION_FAILURE": Text("check the data centre (`region:`)", "请核对数据中心（`region:`）"),
}


def open_client(crm: CrmLink, wire: Wire, secrets: Callable[[str], Secret | None], zone: ZoneInfo) -> Zoho:
    """The client. Raises UsageError, naming every secret that is missing."""
    known = {name: secrets(f"zoho.{name}") for name in ("client_id", "client_secret", "refresh_token", "grant_code")}
    missing = [name for name in ("client_id", "client_secret") if known[name] is None]
    client_id = known["client_id"].reveal() if known["client_id"] else ""
    cache = TokenCache(
        "zoho", f"{crm.hosts.accounts}|{client_id}|{known['refresh_token'] and known['refresh_token'].reveal()}"
    )
    if not missing and known["refresh_token"] is None and known["grant_code"] is None and not cache.refresh:
        missing = ["refresh_token"]
    if missing:
        raise UsageError(
            Text("Zoho's secrets are not known: {names}", "缺少 Zoho 的密钥：{names}").format(
                names=Text.join(Text.same(variable(f"zoho.{name}")) for name in missing)
            ),
            Text(
                "put them into the environment, or the keyring: `keyring set pmkit zoho.{name}`; see docs/crm.md",
                "请写入环境变量，或钥匙串：`keyring set pmkit zoho.{name}`；步骤见 docs/crm.md",
            ).format(name=missing[0]),
        )
    wire.keep_secret(*known.values(), Secret(cache.refresh))
    return Zoho(crm, wire, known, cache, zone)


class Zoho:
    """The client; a token is asked for with the first call."""

    at_once = AT_ONCE

    def __init__(
        self, crm: CrmLink, wire: Wire, known: Mapping[str, Secret | None], cache: TokenCache, zone: ZoneInfo
    ) -> None:
        self._crm, self._wire, self._known, self._cache, self._zone = crm, wire, known, cache, zone
        self._token: Token | None = None
        self._fields: dict[str, dict[str, FieldInfo]] = {}

    # --- tokens ---

    def _access(self, not_this: str = "") -> Token:
        if self._token is None or not_this:
            self._token = token(self._cache, self._asked, not_this=not_this)
            self._wire.keep_secret(Secret(self._token.access))
        return self._token

    def _asked(self) -> Token:
        """A new access token; with a grant code, which counts once, the refresh token is kept as well."""
        refresh = self._known["refresh_token"]
        value = refresh.reveal() if refresh else self._cache.refresh
        grant = self._known["grant_code"]
        if not value and grant is not None:
            asked = {"grant_type": "authorization_code", "code": grant.reveal()}
        else:
            asked = {"grant_type": "refresh_token", "refresh_token": value}
        for name in ("client_id", "client_secret"):
            secret = self._known[name]
            asked[name] = secret.reveal() if secret else ""
        url = f"{self._crm.hosts.accounts}/oauth/v2/token"
        data = self._wire.call("POST", url, form=asked, twice=asked["grant_type"] == "refresh_token").data
        data = data if isinstance(data, dict) else {}
        if not data.get("access_token"):  # errors come with status 200
            code = str(data.get("error") or "?")
            says = Text("Zoho gives no token: {code}", "Zoho 未签发令牌：{code}").format(code=self._wire.safe(code))
            raise OutsideError(says, _TOKEN_ERRORS.get(code))
        self._wire.keep_secret(Secret(str(data["access_token"])))
        if data.get("refresh_token"):
            self._wire.keep_secret(Secret(str(data["refresh_token"])))
            self._cache.keep_refresh(str(data["refresh_token"]))
        seconds = float(data.get("expires_in_sec") or data.get("expires_in") or 3600)  # an old form has ms beside it
        base = str(data.get("api_domain") or "")
        return Token(str(data["access_token"]), time.time() + min(seconds, 3600), base)

    # --- calls ---

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        twice: bool = True,
    ) -> Answer:
        """An answer that is none of the general errors. A refused token is asked for anew, once."""
        refused = ""
        for _ in range(2):
            access = self._access(refused)
            base = (self._crm.hosts.api or access.base or "").rstrip("/")
            sent = {"Authorization": f"Zoho-oauthtoken {access.access}", **(headers or {})}
            answer = self._wire.call(
                method, f"{base}/crm/v8{path}", headers=sent, params=params, body=body, twice=twice
            )
            if answer.status != 401 or _code(answer) != "INVALID_TOKEN" or refused:
                break
            refused = access.access
        if answer.status in {204, 304}:
            return Answer(answer.status, answer.headers, {})
        is_list = isinstance(answer.data, dict) and isinstance(answer.data.get("data"), list)
        if answer.status >= 400 and not (is_list and answer.status in {400, 412}):
            raise self._error(answer, path)
        return answer

    def _error(self, answer: Answer, path: str) -> OutsideError:
        data = answer.data if isinstance(answer.data, dict) else {}
        code = str(data.get("code") or f"HTTP {answer.status}")
        words = self._wire.safe(f"{data.get('message') or ''} {_details(data.get('details'))}")
        says = Text("Zoho refuses {path}: {code} {words}", "Zoho 拒绝 {path}：{code} {words}")
        return ZohoError(says.format(path=path, code=self._wire.safe(code), words=words), _API_ERRORS.get(code), code)

    # --- what there is ---

    def account_modules(self) -> tuple[str, str]:
        return ACCOUNTS, DEALS

    def modules(self) -> dict[str, ModuleInfo]:
        found = self._call("GET", "/settings/modules").data.get("modules") or []
        return {
            m["api_name"]: ModuleInfo(
                m["api_name"], str(m.get("plural_label") or m["api_name"]), m.get("generated_type") == "custom"
            )
            for m in found
            if m.get("api_supported") and m.get("status", "visible") == "visible"
        }

    def fields(self, module: str) -> dict[str, FieldInfo]:
        if module not in self._fields:
            asked = {"module": module, "type": "all"}
            found = self._call("GET", "/settings/fields", asked).data.get("fields") or []
            self._fields[module] = {f["api_name"]: _field(f) for f in found}
        return self._fields[module]

    def whoami(self) -> str:
        users = self._call("GET", "/users", {"type": "CurrentUser"}).data.get("users") or [{}]
        return f"{users[0].get('full_name', '?')} ({(users[0].get('profile') or {}).get('name', '?')})"

    # --- reading ---

    def pages(self, listing: Listing) -> Iterator[Sequence[Remote]]:
        if listing.entries[0].is_project:
            parent = self._crm.opportunity if listing.module == DEALS else self._crm.account
            yield list(self.read(listing.module, [parent] if parent else [], listing.fields).values())
            return
        parent = self._crm.parent(listing.under)
        if listing.under != "all" and parent is not None:
            top = ACCOUNTS if listing.under == "account" else DEALS
            path = f"/{top}/{parent}/{listing.related or listing.module}"
            sort = {}
        else:
            path, sort = f"/{listing.module}", {"sort_by": "id", "sort_order": "asc"}
        yield from self._paged(listing.module, path, listing.fields, sort)

    def _paged(
        self, module: str, path: str, fields: Sequence[str], sort: Mapping[str, str]
    ) -> Iterator[Sequence[Remote]]:
        """All pages: by number, then by token, and past the last token anew from the last change that was seen."""
        asked = {"fields": ",".join(_asked_fields(fields)), "per_page": str(PER_PAGE), **sort}
        since: str | None = None
        known: frozenset[str] = frozenset()
        while True:
            taken, place = 0, {"page": "1"}
            newest = since or ""
            at_newest: set[str] = set()
            while True:
                headers = {"If-Modified-Since": since} if since else {}
                answer = self._call("GET", path, {**asked, **place}, headers=headers)
                rows = answer.data.get("data") or []
                info = answer.data.get("info") or {}
                for row in rows:
                    if (changed := str(row.get("Modified_Time") or "")) >= newest:
                        at_newest = at_newest if changed == newest else set()
                        newest = changed
                        at_newest.add(str(row["id"]))
                yield [self._remote(module, row) for row in rows if str(row["id"]) not in known]
                taken += len(rows)
                if not rows or not info.get("more_records"):
                    return
                if taken >= BY_TOKEN:
                    break
                following = info.get("next_page_token")
                if taken < BY_PAGE or not following:
                    place = {"page": str(int(place.get("page", taken // PER_PAGE)) + 1)}
                else:
                    place = {"page_token": str(following)}
            if not sort or newest == since:
                raise OutsideError(
                    Text("{module}: more records than Zoho lists", "{module}：记录数超过 Zoho 可列出的上限").format(
                        module=module
                    ),
                    Text("narrow it: `under: account` in crm.yaml", "请缩小范围：在 crm.yaml 中使用 `under: account`"),
                )
            asked = {**asked, "sort_by": "Modified_Time"}
            since, known = newest, frozenset(at_newest)

    def read(self, module: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Remote]:
        found: dict[str, Remote] = {}
        for start in range(0, len(ids), AT_ONCE):
            asked = {
                "ids": ",".join(ids[start : start + AT_ONCE]),
                "fields": ",".join(_asked_fields(fields)),
                "per_page": str(PER_PAGE),
            }
            for row in self._call("GET", f"/{module}", asked).data.get("data") or []:
                found[str(row["id"])] = self._remote(module, row)
        return found

    def named(self, module: str, name: str, account: str | None) -> list[Remote]:
        field = "Account_Name" if module == ACCOUNTS else "Deal_Name"
        if module == DEALS and account:
            return [r for page in self._paged(DEALS, f"/{ACCOUNTS}/{account}/{DEALS}", [field], {}) for r in page]
        asked = {"criteria": f"({field}:starts_with:{_escaped(name)})", "fields": f"id,{field}", "per_page": "200"}
        rows = self._call("GET", f"/{module}/search", asked).data.get("data") or []
        return [self._remote(module, row) for row in rows]

    def with_key(self, listing: Listing, key: str | None, marker: str | None, keys: Sequence[str]) -> dict[str, str]:
        """By listing, not by search: the search index lags behind writes."""
        wanted = set(keys)
        found: dict[str, str] = {}
        for page in self.pages(listing):
            for remote in page:
                carried = remote.said(key) if key else ""
                if marker and (code := next((k.partition(":")[0] for k in wanted), "")):
                    carried = f"{code}:{unmarked(remote.said(marker), code)[1]}"
                if carried in wanted and (carried not in found or remote.id < found[carried]):
                    found[carried] = remote.id
        return found

    def _remote(self, module: str, row: Mapping[str, Any]) -> Remote:
        known = self.fields(module)
        values = {}
        for name, value in row.items():
            if name != "id" and value not in (None, "", []):
                values[name] = self._as_text(known[name].type if name in known else "text", value)
        return Remote(str(row["id"]), values, str(row.get("Modified_Time") or ""), values.get("Created_Time", ""))

    def _as_text(self, kind: FieldType, value: Any) -> str:
        if isinstance(value, Mapping):
            return str(value.get("id") or value.get("name") or "")
        if isinstance(value, list):
            return "\n".join(self._as_text(kind, one) for one in value)
        if isinstance(value, bool):
            return "true" if value else "false"
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if isinstance(value, Decimal) and "." in text:
            text = text.rstrip("0").rstrip(".")
        if kind == "datetime":
            with suppress(ValueError):
                return datetime.fromisoformat(text).astimezone(self._zone).strftime("%Y-%m-%dT%H:%M")
        return text.replace("\r\n", "\n")

    # --- writing ---

    def create(self, module: str, records: Sequence[Mapping[str, str]], key: str | None) -> list[Saved]:
        info = self.fields(module).get(key) if key else None
        is_unique = info is not None and info.unique
        body: dict[str, Any] = {"data": [self._encoded(module, one) for one in records], "trigger": []}
        path = f"/{module}"
        if is_unique:  # the server itself sees to it that nothing is made twice
            body["duplicate_check_fields"] = [key]
            path += "/upsert"
        answer = self._call("POST", path, body=body, twice=is_unique)
        return [self._saved(item, key) for item in answer.data["data"]]

    def update(self, module: str, change: Change) -> Saved:
        body = {"data": [{"id": change.id, **self._encoded(module, change.values)}], "trigger": []}
        headers = {"If-Unmodified-Since": change.modified} if change.modified else {}
        path = f"/{module}/{change.id}"
        try:
            answer = self._call("PUT", path, body=body, headers=headers, twice=False)
        except Unclear:
            now = self.read(module, [change.id], list(change.values)).get(change.id)
            if now is not None and all(now.said(name) == value for name, value in change.values.items()):
                return Saved(change.id, now.modified)
            if now is None or now.modified != change.modified:
                return Saved(change.id, was_changed=True)
            answer = self._call("PUT", path, body=body, headers=headers, twice=False)
        return self._saved(answer.data["data"][0], None)

    def mark(self, module: str, key: str, values: Mapping[str, str]) -> list[Saved]:
        items = list(values.items())
        found: list[Saved] = []
        for start in range(0, len(items), AT_ONCE):
            data = [{"id": record, key: value} for record, value in items[start : start + AT_ONCE]]
            answer = self._call("PUT", f"/{module}", body={"data": data, "trigger": []})
            found += [self._saved(item, None) for item in answer.data["data"]]
        return found

    def delete(self, module: str, record: str) -> None:
        self._call("DELETE", f"/{module}", {"ids": record})

    def _saved(self, item: Mapping[str, Any], key: str | None) -> Saved:
        details = item.get("details") or {}
        code = str(item.get("code") or "")
        if item.get("status") == "success":
            return Saved(str(details.get("id") or ""), str(details.get("Modified_Time") or ""))
        if code == "ALREADY_MODIFIED":
            return Saved(str(details.get("id") or ""), was_changed=True)
        twin = (details.get("duplicate_record") or {}).get("id") or details.get("id")
        if code == "DUPLICATE_DATA" and key and details.get("api_name") == key and twin:
            return Saved(str(twin))  # another machine was faster: it is the same record
        words = self._wire.safe(f"{code} {item.get('message') or ''} {_details(details)}")
        return Saved(error=Text("Zoho refuses it: {words}", "Zoho 拒绝：{words}").format(words=words))

    def _encoded(self, module: str, values: Mapping[str, str]) -> dict[str, Any]:
        known = self.fields(module)
        found: dict[str, Any] = {}
        for name, text in values.items():
            if name == "Parent_Id":
                found[name] = {"module": {"api_name": self._module_of(text)}, "id": text}
                continue
            if name == "What_Id":
                found["$se_module"] = self._module_of(text)
            found[name] = self._value(known[name].type if name in known else "text", text)
        return found

    def _module_of(self, parent: str) -> str:
        return ACCOUNTS if parent == self._crm.account else DEALS

    def _value(self, kind: FieldType, text: str) -> Any:
        if not text:
            return None
        match kind:
            case "lookup" | "user":
                return {"id": text}
            case "choices":
                return text.split("\n")
            case "bool":
                return text == "true"
            case "number":
                return float(text) if "." in text else int(text)
            case "date":
                return text[:10]
            case "datetime":
                return datetime.fromisoformat(text).replace(tzinfo=self._zone).isoformat(timespec="seconds")
        return text


def _asked_fields(fields: Sequence[str]) -> list[str]:
    """The fields to ask for, at most fifty."""
    wanted = dict.fromkeys((*fields, "Created_Time", "Modified_Time"))
    return [name for name in wanted if name != "id"][:50]


class ZohoError(OutsideError):
    """An error that Zoho has a code for."""

    def __init__(self, says: Text, fix: Text | None, code: str) -> None:
        super().__init__(says, fix)
        self.code = code


def _code(answer: Answer) -> str:
    return str(answer.data.get("code") or "") if isinstance(answer.data, dict) else ""


def _details(details: Any) -> str:
    """What an error says of its cause, in short."""
    if not isinstance(details, Mapping):
        return ""
    wanted = ("api_name", "json_path", "expected_data_type", "maximum_length", "param_name", "permissions", "limit")
    return " ".join(f"{k}={details[k]}" for k in wanted if k in details)


def _field(data: Mapping[str, Any]) -> FieldInfo:
    may = data.get("operation_type") or {}
    writable = not data.get("read_only") and not data.get("field_read_only")
    writable = writable and bool(may.get("api_create", True) or may.get("api_update", True))
    choices = tuple(
        str(one.get("actual_value")) for one in data.get("pick_list_values") or [] if one.get("actual_value")
    )
    kind = _TYPES.get(str(data.get("data_type")), "other")
    longest = data.get("length") if kind == "text" else None
    return FieldInfo(
        str(data["api_name"]),
        str(data.get("display_label") or data.get("field_label") or data["api_name"]),
        kind,
        bool(data.get("system_mandatory")),
        bool(data.get("unique")),
        writable,
        int(longest) if longest else None,
        choices if kind in {"choice", "choices"} else (),
    )


def _escaped(text: str) -> str:
    return "".join(f"\\{ch}" if ch in "(),\\" else ch for ch in text)
