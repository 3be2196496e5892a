"""Zoho CRM v8 as its documents describe it: tokens, metadata, lists, related lists, writes, upsert, search, notes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from fakes.server import Request, Response, Server

ZONE = timezone(timedelta(hours=8))
CLIENT, SECRET, REFRESH = "1000.CLIENTID", "zoho-client-secret-5521", "1000.refresh-77d1.e0aa"
GRANT = "1000.grant-3c3c.9b9b"
ACCOUNT, DEAL = "5843104000000500001", "5843104000000624035"
STATUSES = ("-None-", "New", "On Hold", "Escalated", "Closed")
_PLURAL = {"Accounts", "Contacts", "Deals", "Tasks", "Events", "Calls", "Cases", "Notes", "Requirements"}


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A field as `/settings/fields` tells it."""
    choices = more.pop("choices", ())
    read_only = more.pop("read_only", False)
    return {
        "id": str(abs(hash(name)) % 10**18), "api_name": name, "field_label": name.replace("_", " "),
        "display_label": name.replace("_", " "), "data_type": kind, "json_type": "string", "length": 255,
        "system_mandatory": False, "custom_field": False, "read_only": read_only, "field_read_only": read_only,
        "visible": True, "searchable": True, "filterable": True, "sortable": True, "unique": {}, "external": None,
        "lookup": {}, "multiselectlookup": {}, "subform": None, "decimal_place": None, "formula": {}, "currency": {},
        "auto_number": {},
        "pick_list_values": [
            {"display_value": c, "actual_value": c, "id": str(n), "sequence_number": n} for n, c in enumerate(choices, 1)
        ],
        "operation_type": {
            "web_update": not read_only, "api_create": not read_only, "web_create": not read_only,
            "api_update": not read_only,
        },
        "view_type": {"view": True, "edit": not read_only, "quick_create": False, "create": not read_only},
        **more,
    }  # fmt: skip


def _stamped(*fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    both = [field("Created_Time", "datetime", read_only=True), field("Modified_Time", "datetime", read_only=True)]
    return {one["api_name"]: one for one in (*fields, field("Owner", "ownerlookup"), *both)}


def _key() -> dict[str, Any]:
    return field("Pmkit_ID", custom_field=True, unique={"casesensitive": False}, length=80)


def usual_fields() -> dict[str, dict[str, dict[str, Any]]]:
    """The modules of an enterprise edition, with the field that the guide asks for."""
    long = {"length": 32000}
    priority = field("Priority", "picklist", choices=("High", "Medium", "Low"))
    parents = (field("Account_Name", "lookup"), field("Deal_Name", "lookup"))
    return {
        "Accounts": _stamped(field("Account_Name", system_mandatory=True), field("Phone", "phone")),
        "Contacts": _stamped(
            field("Last_Name", system_mandatory=True), field("First_Name"), field("Email", "email"), field("Title"),
            field("Mobile", "phone"), field("Department"), field("Account_Name", "lookup"),
        ),
        "Deals": _stamped(
            field("Deal_Name", system_mandatory=True, length=120), field("Amount", "currency"), field("Next_Step", length=100),
            field("Stage", "picklist", system_mandatory=True, choices=("Qualification", "Closed Won")),
            field("Closing_Date", "date"), field("Account_Name", "lookup"), field("Description", "textarea", **long),
            field("Pmkit_Milestones", "textarea", custom_field=True, length=2000),
        ),
        "Cases": _stamped(
            field("Subject", system_mandatory=True), priority, field("Description", "textarea", **long),
            field("Status", "picklist", system_mandatory=True, choices=STATUSES),
            field("Case_Origin", "picklist", system_mandatory=True, choices=("Email", "Phone", "Web")),
            field("Type", "picklist", choices=("-None-", "Problem", "Feature Request", "Question")), *parents, _key(),
        ),
        "Tasks": _stamped(
            field("Subject", system_mandatory=True), field("Due_Date", "date"), field("Description", "textarea", **long),
            field("Status", "picklist", choices=("Not Started", "Deferred", "In Progress", "Completed")),
            field("What_Id", "lookup"), field("Who_Id", "lookup"),
        ),
        "Calls": _stamped(
            field("Subject"), field("Call_Start_Time", "datetime"), field("Description", "textarea", **long),
            field("Call_Type", "picklist", choices=("Outbound", "Inbound", "Missed")), field("Who_Id", "lookup"),
            field("What_Id", "lookup"),
        ),
        "Events": _stamped(
            field("Event_Title", system_mandatory=True), field("Start_DateTime", "datetime", system_mandatory=True),
            field("End_DateTime", "datetime", system_mandatory=True), field("Description", "textarea", **long),
            field("What_Id", "lookup"), field("Who_Id", "lookup"),
        ),
        "Notes": _stamped(field("Note_Title", length=120), field("Note_Content", "textarea", **long), field("Parent_Id", "lookup")),
    }  # fmt: skip


def error(status: int, code: str, message: str, **details: Any) -> Response:
    return Response(status, {"code": code, "details": details, "message": message, "status": "error"})


class Zoho(Server):
    """`put` lays down a record as a person at the web page would; `now` is the server's own clock."""

    def __init__(self) -> None:
        self.fields = usual_fields()
        self.custom: set[str] = set()
        self.rows: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in self.fields}
        self.deleted: dict[str, list[str]] = {}
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
        self.tokens: list[str] = []
        self.token_calls = 0
        self.last_id = 5843104000000700000
        self.by_page, self.by_token = 2000, 100_000
        self.triggers: list[Any] = []
        self.enforced: dict[str, dict[str, dict[str, Any]]] = {}  # fields as they are, where metadata says less
        self.before_write: Any = None  # what somebody else does in the last moment
        super().__init__()
        self.put("Accounts", ACCOUNT, Account_Name="滨海集团")
        self.put(
            "Deals", DEAL, Deal_Name="智慧园区系统集成项目", Amount=1200000.0, Stage="Closed Won",
            Account_Name={"id": ACCOUNT, "name": "滨海集团"},
        )  # fmt: skip

    # --- what people do at the web page ---

    def put(self, module: str, record_id: str | None = None, **values: Any) -> str:
        with self.lock:
            return self._store(module, record_id or self._new_id(), values, "王芳")

    def case(self, subject: str, **more: Any) -> str:
        values = {"Status": "New", "Case_Origin": "Phone", "Deal_Name": {"id": DEAL}, "Account_Name": {"id": ACCOUNT}}
        return self.put("Cases", None, Subject=subject, **(values | more))

    def note(self, title: str, content: str) -> str:
        parent = {"module": {"api_name": "Deals", "id": "1"}, "id": DEAL, "name": "x"}
        return self.put("Notes", None, Note_Title=title, Note_Content=content, Parent_Id=parent)

    def row(self, module: str, record_id: str) -> dict[str, Any]:
        return self.rows[module][record_id]

    def only(self, module: str) -> dict[str, Any]:
        (found,) = self.rows[module].values()
        return found

    def remove(self, module: str, record_id: str) -> None:
        with self.lock:
            self.rows[module].pop(record_id)
            self.deleted.setdefault(module, []).append(record_id)

    def tick(self, seconds: int = 1) -> None:
        self.now += timedelta(seconds=seconds)

    def _new_id(self) -> str:
        self.last_id += 1
        return str(self.last_id)

    def _store(self, module: str, record_id: str, values: dict[str, Any], who: str) -> str:
        self.now += timedelta(seconds=1)
        stamp = self.now.isoformat(timespec="seconds")
        old = self.rows[module].get(record_id, {"id": record_id, "Created_Time": stamp})
        person = {"name": who, "id": "5843104000000411001"}
        self.rows[module][record_id] = {**old, "Owner": person, **values, "Modified_Time": stamp, "Modified_By": person}
        return record_id

    # --- what programs ask ---

    def handle(self, request: Request) -> Response:
        if request.path == "/oauth/v2/token":
            return self._token(request.body)
        if request.headers.get("Authorization") not in [f"Zoho-oauthtoken {one}" for one in self.tokens]:
            return error(401, "INVALID_TOKEN", "invalid oauth token")
        path = request.path.removeprefix("/crm/v8")
        if path == request.path:
            return error(404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one")
        parts = path.strip("/").split("/")
        if parts[0] == "settings":
            return self._settings(parts[1], request.query)
        if parts[0] == "users":
            user = {"id": "111", "full_name": "Li Wei", "email": "li@example.com", "profile": {"name": "Administrator"}}
            return Response(
                200, {"users": [user], "info": {"count": 1, "page": 1, "per_page": 200, "more_records": False}}
            )
        if parts[0] not in self.rows:
            return error(400, "INVALID_MODULE", "the module name given seems to be invalid", resource_path_index=0)
        return self._module(parts, request)

    def _token(self, asked: dict[str, str]) -> Response:
        self.token_calls += 1
        if asked.get("client_id") != CLIENT:
            return Response(200, {"error": "invalid_client"})
        if asked.get("client_secret") != SECRET:
            return Response(200, {"error": "invalid_client_secret"})
        extra = {}
        if asked.get("grant_type") == "authorization_code":
            if asked.get("code") != GRANT:
                return Response(200, {"error": "invalid_code"})
            extra = {"refresh_token": REFRESH}
        elif asked.get("refresh_token") != REFRESH:
            return Response(200, {"error": "invalid_code"})
        self.tokens = [*self.tokens[-14:], f"1000.access-{self.token_calls:04}.ffee"]
        answer = {"access_token": self.tokens[-1], "api_domain": self.url, "token_type": "Bearer", "expires_in": 3600}
        return Response(200, answer | extra)

    def _settings(self, what: str, query: dict[str, str]) -> Response:
        if what == "modules":
            found = [
                {
                    "id": str(n), "api_name": name, "module_name": name, "singular_label": name, "plural_label": name,
                    "generated_type": "custom" if name in self.custom else "default", "api_supported": True,
                    "creatable": True, "editable": True, "deletable": True, "viewable": True, "status": "visible",
                }
                for n, name in enumerate(self.fields)
            ]  # fmt: skip
            return Response(200, {"modules": found})
        if what == "fields":
            module = query.get("module", "")
            if module not in self.fields:
                return error(400, "INVALID_MODULE", "the module name given seems to be invalid")
            return Response(200, {"fields": list(self.fields[module].values())})
        return error(404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one")

    def _module(self, parts: list[str], request: Request) -> Response:
        module, method = parts[0], request.method
        if len(parts) == 3:
            return self._list(parts[2], request, parent=parts[1])
        if len(parts) == 2 and parts[1] == "search":
            return self._search(module, request.query)
        if len(parts) == 2 and parts[1] == "upsert":
            return self._write(module, request, upsert=True)
        if len(parts) == 2 and method == "GET":
            row = self.rows[module].get(parts[1])
            return Response(200, {"data": [row]}) if row else Response(204)
        if method == "GET":
            return self._list(module, request)
        if method == "DELETE":
            ids = request.query.get("ids", "").split(",") if len(parts) == 1 else [parts[1]]
            data = [self._deleted(module, one) for one in ids]
            return Response(200 if all(d["status"] == "success" for d in data) else 400, {"data": data})
        return self._write(module, request, record_id=parts[1] if len(parts) == 2 else None)

    def _deleted(self, module: str, record_id: str) -> dict[str, Any]:
        if self.rows[module].pop(record_id, None) is None:
            return {
                "code": "INVALID_DATA",
                "details": {"id": record_id},
                "message": "the id given seems to be invalid",
                "status": "error",
            }
        self.deleted.setdefault(module, []).append(record_id)
        return {"code": "SUCCESS", "details": {"id": record_id}, "message": "record deleted", "status": "success"}

    def _list(self, module: str, request: Request, parent: str | None = None) -> Response:
        query = request.query
        if module not in self.rows:
            return error(400, "INVALID_DATA", "the related list name given seems to be invalid")
        if "fields" not in query:
            return error(400, "REQUIRED_PARAM_MISSING", "required param is missing", param_name="fields")
        names = query["fields"].split(",")
        if len(names) > 50:
            return error(400, "LIMIT_EXCEEDED", "limit exceeded", limit=50, param_name="fields")
        rows = list(self.rows[module].values())
        if parent is not None:
            rows = [r for r in rows if any(isinstance(v, dict) and v.get("id") == parent for v in r.values())]
        if "ids" in query:
            wanted = set(query["ids"].split(","))
            if len(wanted) > 100:
                return error(400, "LIMIT_EXCEEDED", "limit exceeded", limit=100, param_name="ids")
            rows = [r for r in rows if r["id"] in wanted]
        if since := request.headers.get("If-Modified-Since"):
            rows = [r for r in rows if datetime.fromisoformat(r["Modified_Time"]) >= datetime.fromisoformat(since)]
            if not rows:
                return Response(304)
        sort = query.get("sort_by", "id")
        rows.sort(key=lambda r: (str(r.get(sort)), r["id"]), reverse=query.get("sort_order", "desc") == "desc")
        return self._page(rows, names, query)

    def _page(self, rows: list[dict[str, Any]], names: list[str], query: dict[str, str]) -> Response:
        size = int(query.get("per_page", 200))
        if size > 200:
            return error(400, "INVALID_DATA", "invalid data", param_name="per_page")
        bound = sorted((k, v) for k, v in query.items() if k not in {"page", "page_token"})
        if token := query.get("page_token"):
            match = re.fullmatch(r"t([0-9]+)-(-?[0-9]+)", token)
            if not match or int(match[2]) != hash(str(bound)):
                return error(
                    400, "TOKEN_BOUND_DATA_MISMATCH",
                    "The page_token given seems to be invalid or input param is added or altered or deleted",
                    param_name="page_token",
                )  # fmt: skip
            start = int(match[1])
            if start >= self.by_token:
                return error(
                    400, "PAGINATION_LIMIT_EXCEEDED", "You can only get upto 100000 records using page_token param"
                )
        else:
            start = (int(query.get("page", 1)) - 1) * size
            if start >= self.by_page:
                return error(
                    400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
                    "You can only get the first 2000 records without using page_token param", limit=self.by_page,
                )  # fmt: skip
        page = rows[start : start + size]
        if not page:
            return Response(204)
        more = start + size < len(rows)
        info = {
            "call": False, "per_page": size, "count": len(page), "sort_by": query.get("sort_by", "id"),
            "page": start // size + 1, "previous_page_token": None, "sort_order": query.get("sort_order", "desc"),
            "email": False, "more_records": more, "page_token_expiry": "2026-03-03T09:00:00+08:00",
            "next_page_token": f"t{start + size}-{hash(str(bound))}" if more else None,
        }  # fmt: skip
        shown = [{"id": r["id"], **{n: r.get(n) for n in names}} for r in page]
        return Response(200, {"data": shown, "info": info})

    def _search(self, module: str, query: dict[str, str]) -> Response:
        rows = list(self.rows[module].values())
        if criteria := query.get("criteria"):
            match = re.fullmatch(r"\(+(\w+):(equals|starts_with|in):(.*?)\)+", criteria)
            if not match:
                return error(400, "INVALID_QUERY", "Invalid query formed", reason="criteria")
            text = re.sub(r"\\(.)", r"\1", match[3])
            rows = [r for r in rows if text in str(r.get(match[1], ""))]  # `equals` may match like contains
        elif word := query.get("word"):
            rows = [r for r in rows if any(word in str(v) for v in r.values())]
        else:
            return error(
                400, "EXPECTED_PARAM_MISSING", "one of the expected parameter is missing",
                param_names=["criteria", "email", "phone", "word"],
            )  # fmt: skip
        if not rows:
            return Response(204)
        return Response(
            200, {"data": rows[:200], "info": {"per_page": 200, "count": len(rows), "page": 1, "more_records": False}}
        )

    # --- writes ---

    def _write(self, module: str, request: Request, *, record_id: str | None = None, upsert: bool = False) -> Response:
        items = request.body["data"]
        if self.before_write is not None:
            self.before_write()
        self.triggers.append(request.body.get("trigger"))
        if len(items) > 100:
            return error(
                400,
                "LIMIT_EXCEEDED",
                "count of records in your request exceeds the limit",
                maximum_length=100,
                api_name="data",
            )
        keys = request.body.get("duplicate_check_fields") or []
        done = []
        for number, item in enumerate(items):
            target = record_id or item.get("id")
            if upsert:
                target = next(
                    (r["id"] for r in self.rows[module].values() for k in keys if item.get(k) and r.get(k) == item[k]),
                    None,
                )
            done.append(self._one(module, item, target, number, request, upsert=upsert, keys=keys))
        good = sum(one["status"] == "success" for one in done)
        if done[0]["code"] == "ALREADY_MODIFIED" and len(done) == 1:
            return Response(412, {"data": done})
        made = 201 if request.method == "POST" and not upsert else 200
        return Response(made if good == len(done) else 207 if good else 400, {"data": done})

    def _one(
        self, module: str, item: dict[str, Any], target: str | None, number: int, request: Request, *, upsert: bool,
        keys: list[str],
    ) -> dict[str, Any]:  # fmt: skip
        old = self.rows[module].get(target or "")
        if request.method == "PUT" and old is None:
            return _bad("INVALID_DATA", "the id given seems to be invalid", id=target)
        since = request.headers.get("If-Unmodified-Since")
        if since and old and datetime.fromisoformat(old["Modified_Time"]) > datetime.fromisoformat(since):
            return _bad(
                "ALREADY_MODIFIED", "record updated time has already passed if-unmodified-since time", id=target,
                Modified_Time=old["Modified_Time"], Created_Time=old["Created_Time"],
            )  # fmt: skip
        if wrong := self._wrong(module, item, number, old):
            return wrong
        values = {k: v for k, v in item.items() if k in self.fields[module]}
        new = self._store(module, target or self._new_id(), values, "Li Wei")
        row = self.rows[module][new]
        details = {k: row[k] for k in ("Modified_Time", "Modified_By", "Created_Time", "id")} | {
            "Created_By": row["Owner"]
        }
        result = {
            "code": "SUCCESS",
            "details": details,
            "message": "record updated" if old else "record added",
            "status": "success",
        }
        if upsert:
            result |= {"action": "update" if old else "insert", "duplicate_field": keys[0] if old else None}
        return result

    def _wrong(
        self, module: str, item: dict[str, Any], number: int, old: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        if module == "Notes" and not old and not (item.get("Note_Title") or item.get("Note_Content")):
            return _bad("EXPECTED_FIELD_MISSING", "should contain either content or title", expected_fields=[])
        for name, info in self.enforced.get(module, self.fields[module]).items():
            value = item.get(name)
            path = {"api_name": name, "json_path": f"$.data[{number}].{name}"}
            if info["system_mandatory"] and not old and value in (None, ""):
                return _bad("MANDATORY_NOT_FOUND", "required field not found", **path)
            if value is None or name not in item:
                continue
            choices = [one["actual_value"] for one in info["pick_list_values"]]
            if choices and value not in choices:
                return _bad("INVALID_DATA", "invalid data", supported_values=choices, **path)
            if info["data_type"] in {"text", "textarea"} and (
                not isinstance(value, str) or len(value) > info["length"]
            ):
                return _bad("INVALID_DATA", "invalid data", maximum_length=info["length"], **path)
            if info["data_type"] == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
                return _bad("INVALID_DATA", "invalid data", expected_data_type="date", **path)
            if info["data_type"] == "lookup" and not isinstance(value, dict):
                return _bad("INVALID_DATA", "invalid data", expected_data_type="jsonobject", **path)
            twin = next(
                (
                    r["id"]
                    for r in self.rows[module].values()
                    if info["unique"] and r.get(name) == value and r["id"] != (old or {}).get("id")
                ),
                None,
            )
            if twin:
                return _bad("DUPLICATE_DATA", "duplicate data", duplicate_record={"id": twin}, id=twin, **path)
        return None


def _bad(code: str, message: str, **details: Any) -> dict[str, Any]:
    return {"code": code, "details": details, "message": message, "status": "error"}
