"""纷享销客's open API v2 as its documents describe it: always HTTP 200, an errorCode in the envelope, everything a POST."""

from __future__ import annotations

from typing import Any

from fakes.server import Request, Response, Server

APP, SECRET, CODE, USER = "FSAID_131aaaa", "fx-app-secret-9f1c", "fx-permanent-code-77ab", "1000"
ACCOUNT, DEAL = "68fa0011223344556677889a", "68fa00112233445566778899"
NEED, CHANGE = "object_need1__c", "object_chg01__c"
OPERATORS = {"EQ", "GT", "LT", "IN", "LIKE"}
LIMIT = 100


def field(name: str, label: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    options = [{"label": text, "value": f"opt{n}"} for n, text in enumerate(more.pop("options", ()), 1)]
    return {
        "api_name": name, "label": label, "type": kind, "is_required": False, "is_unique": False, "is_active": True,
        "define_type": "package", **({"options": options} if options else {}), **more,
    }  # fmt: skip


def _object(*fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    system = (
        field("owner", "负责人", "employee", is_required=True), field("create_time", "创建时间", "date_time"),
        field("last_modified_time", "最后修改时间", "date_time"), field("record_type", "业务类型", "record_type", is_required=True),
        field("life_status", "生命状态", "select_one", is_required=True, options=("正常", "作废")),
    )  # fmt: skip
    return {one["api_name"]: one for one in (*fields, *system)}


def usual_objects() -> dict[str, tuple[str, dict[str, dict[str, Any]]]]:
    parents = (field("account_id", "客户", "object_reference"), field("new_opportunity_id", "商机", "object_reference"))
    key = field("field_ab1cd__c", "Pmkit ID")
    states = ("待处理", "处理中", "已关闭")
    deal = field("field_op111__c", "商机", "object_reference")
    return {
        "AccountObj": ("客户", _object(field("name", "客户名称", is_required=True), field("remark", "备注", "long_text"))),
        "ContactObj": (
            "联系人",
            _object(
                field("name", "姓名", is_required=True), field("account_id", "客户", "object_reference"),
                field("email", "邮件", "email"), field("mobile1", "手机", "phone_number"), field("job_title", "职务"),
            ),
        ),
        "NewOpportunityObj": (
            "商机2.0",
            _object(
                field("name", "商机名称", is_required=True), field("account_id", "客户", "object_reference"),
                field("amount", "金额", "currency"), field("remark", "备注", "long_text"),
                field("pmkit_milestones__c", "项目里程碑", "long_text"), field("pmkit_status__c", "项目状态说明"),
            ),
        ),
        "CasesObj": (
            "工单",
            _object(
                field("name", "工单编号", "auto_number"), field("title", "标题", is_required=True),
                field("problem_description", "问题描述", "long_text"),
                field("case_status", "状态", "select_one", options=states), field("account_id", "客户", "object_reference"),
                field("priority", "优先级", "select_one", options=("高", "中", "低")), field("pmkit_id__c", "Pmkit ID"),
            ),
        ),
        "ActiveRecordObj": (
            "跟进记录",
            _object(
                field("active_record_content", "内容", "long_text", is_required=True), *parents,
                field("related_object_data", "关联对象", "group"),
            ),
        ),
        NEED: (
            "项目需求",
            _object(
                field("name", "需求名称", is_required=True), field("field_st001__c", "需求描述", "long_text"), deal,
                field("field_pr001__c", "优先级", "select_one", options=("高", "中", "低")),
                field("field_stat1__c", "状态", "select_one", options=states), key,
            ),
        ),
        CHANGE: (
            "项目变更",
            _object(
                field("name", "变更名称", is_required=True), field("field_ct001__c", "变更内容", "long_text"), deal,
                field("field_stat2__c", "状态", "select_one", options=states), key,
            ),
        ),
    }  # fmt: skip


def answer(**data: Any) -> Response:
    return Response(
        200,
        {
            "traceId": "E-O.acme0001.-1000-1",
            "errorCode": 0,
            "errorMessage": "OK",
            "errorDescription": "success",
            **data,
        },
    )


def error(code: int, words: str = "error") -> Response:
    return Response(200, {"traceId": "E-O.1", "errorCode": code, "errorMessage": words, "errorDescription": words})


class Fxiaoke(Server):
    """`put` lays down a record as a person in the web page would. `clock`: the server's, in milliseconds."""

    def __init__(self) -> None:
        self.objects = usual_objects()
        self.rows: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in self.objects}
        self.clock = 1772413200000  # 2026-03-02 09:00 in Shanghai
        self.last = 0x68FA00000000000000000000
        self.token = ""
        self.token_calls = 0
        self.answers_id = True
        self.before_write: Any = None
        super().__init__()
        self.put("AccountObj", ACCOUNT, name="滨海集团")
        self.put("NewOpportunityObj", DEAL, name="智慧园区系统集成项目", account_id=ACCOUNT, amount="1200000.00")

    def put(self, module: str, record_id: str | None = None, /, **values: Any) -> str:
        with self.lock:
            return self._store(module, record_id or self._new_id(), values, "1001")

    def _new_id(self) -> str:
        self.last += 1
        return f"{self.last:024x}"

    def _store(self, name: str, record_id: str, values: dict[str, Any], who: str) -> str:
        self.clock += 1000
        old = self.rows[name].get(record_id) or {
            "_id": record_id, "create_time": self.clock, "owner": ["1001"], "life_status": "normal", "version": "0"
        }  # fmt: skip
        version = str(int(old["version"]) + 1)
        merged = {**old, **values, "version": version, "last_modified_time": self.clock, "last_modified_by": [who]}
        self.rows[name][record_id] = {k: v for k, v in merged.items() if v is not None}
        return record_id

    def option(self, name: str, key: str, label: str) -> str:
        return next(o["value"] for o in self.objects[name][1][key]["options"] if o["label"] == label)

    # --- what programs ask ---

    def handle(self, request: Request) -> Response:
        if request.method != "POST" or "thirdTraceId" not in request.query:
            return error(10006, "the parameter is missing or illegal")
        body = request.body or {}
        if request.path == "/oauth2.0/token":
            return self._token(body)
        headers = request.headers
        if headers.get("authorization") != f"Bearer {self.token}" or headers.get("x-fs-ea") != "acme0001":
            return error(20016, "the cropId,cropAccessToken or authorization is error")
        if headers.get("x-fs-userid") != USER:
            return error(30027, "employee missing")
        if request.path == "/cgi/crm/v2/object/list":
            return answer(data={"objects": [
                {"describeApiName": n, "describeDisplayName": label, "defineType": "custom" if n.endswith("__c") else "package",
                 "isActive": True} for n, (label, _) in self.objects.items()
            ]})  # fmt: skip
        data = body.get("data") or {}
        if request.path == "/cgi/crm/v2/object/describe":
            found = self.objects.get(data.get("apiName", ""))
            return (
                answer(data={"describe": {"api_name": data["apiName"], "fields": found[1]}})
                if found
                else error(10006, "illegal")
            )
        return self._data(request.path, data)

    def _token(self, body: dict[str, Any]) -> Response:
        self.token_calls += 1
        if (body.get("appId"), body.get("appSecret")) != (APP, SECRET):
            return error(20006, "appId or appSecret is wrong")
        if body.get("permanentCode") != CODE or body.get("grantType") != "app_secret":
            return error(20015, "permanentCode is wrong")
        self.token = self.token or f"fx-token-{self.token_calls:04}-beef"
        return Response(200, {
            "openUserId": "FSCID_x", "accessToken": self.token, "expiresIn": 7084, "appId": APP, "ea": "acme0001",
            "errorCode": 0, "errorMessage": "success", "traceId": "E-O.1",
        })  # fmt: skip

    def _data(self, path: str, data: dict[str, Any]) -> Response:
        start, _, op = path.rpartition("/")
        name = data.get("dataObjectApiName") or data.get("object_data", {}).get("dataObjectApiName") or ""
        wanted = "/cgi/crm/custom/v2/data" if name.endswith("__c") else "/cgi/crm/v2/data"
        if start != wanted or name not in self.objects:
            return error(10006, f"the request uri=[{path}],apiName=[{name}] is not exists")
        if op == "query":
            return self._query(name, data["search_query_info"])
        if op == "create":
            return self._create(name, data["object_data"])
        if op == "update":
            return self._update(name, data["object_data"])
        if op == "invalid":
            self._store(name, data["object_data_id"], {"life_status": "invalid"}, USER)
            return answer()
        if op == "delete":
            for one in data["idList"]:
                if self.rows[name][one]["life_status"] != "invalid":
                    return error(32000, "not invalid")
                del self.rows[name][one]
            return answer()
        return error(10006, f"the request uri=[{path}] is not exists")

    def _query(self, name: str, info: dict[str, Any]) -> Response:
        limit, offset = info["limit"], info["offset"]
        if limit > LIMIT or offset % limit:
            return error(10006, "limit")
        if offset > 10000:
            return error(10013, "offset out of range 10000")
        rows = sorted(self.rows[name].values(), key=lambda r: r["_id"])
        for one in info["filters"]:
            if one["operator"] not in OPERATORS:
                return error(32000, f"operator {one['operator']}")
            rows = [r for r in rows if _fits(r.get(one["field_name"]), one["operator"], one["field_values"])]
        page = rows[offset : offset + limit]
        kept = [*info["fieldProjection"], "_id"]
        shown = [{k: v for k, v in r.items() if k in kept} for r in page]
        return answer(data={"dataList": shown, "offset": offset, "limit": limit, "total": 0})

    def _wrong(self, name: str, values: dict[str, Any]) -> Response | None:
        known = self.objects[name][1]
        for key, value in values.items():
            if key in {"_id", "dataObjectApiName"} or value is None:
                continue
            if key not in known:
                return error(32000, f"字段 {key} 不存在")
            kind = known[key]["type"]
            if kind in {"date", "date_time"} and not isinstance(value, int):
                return error(32000, f"字段 {key} 应为毫秒")
            if (
                kind == "select_one"
                and "options" in known[key]
                and value not in [o["value"] for o in known[key]["options"]]
            ):
                return error(32000, f"字段 {key} 的选项 {value} 不存在")
            if kind == "auto_number":
                return error(32000, f"字段 {key} 只读")
            if known[key].get("is_unique") and any(
                r.get(key) == value and r["_id"] != values.get("_id") for r in self.rows[name].values()
            ):
                return error(32000, f"字段 {key} 重复")
        return None

    def _create(self, name: str, values: dict[str, Any]) -> Response:
        lacking = [
            key for key, what in self.objects[name][1].items()
            if what["is_required"] and not values.get(key) and key != "life_status"
        ]  # fmt: skip
        if lacking:
            return error(32000, f"必填字段缺失：{lacking}")
        if (wrong := self._wrong(name, values)) is not None:
            return wrong
        kept = {k: v for k, v in values.items() if k != "dataObjectApiName"}
        made = self._store(name, self._new_id(), kept, USER)
        return answer(**({"dataId": made} if self.answers_id else {}))

    def _update(self, name: str, values: dict[str, Any]) -> Response:
        if self.before_write is not None:
            self.before_write()
        if values["_id"] not in self.rows[name]:
            return error(32000, "数据不存在")
        if "owner" in values:
            return error(32000, "owner 只能通过 changeOwner 修改")
        if (wrong := self._wrong(name, values)) is not None:
            return wrong
        self._store(
            name, values["_id"], {k: v for k, v in values.items() if k not in {"_id", "dataObjectApiName"}}, USER
        )
        return answer()


def _fits(value: Any, operator: str, given: list[str]) -> bool:
    text = "" if value is None else str(value)
    match operator:
        case "EQ" | "IN":
            return text in given
        case "GT":
            return text > given[0]
        case "LT":
            return text < given[0]
    return given[0] in text
