"""Zoho's own SDK drives the server, in a process of its own: it keeps state in globals. Prints each step that held."""

from __future__ import annotations

import sys
from typing import Any

from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.dc.data_center import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.notes import BodyWrapper as NotesBody
from zohocrmsdk.src.com.zoho.crm.api.notes import GetNotesParam, Note, NotesOperations, ParentId
from zohocrmsdk.src.com.zoho.crm.api.record import (
    BodyWrapper,
    GetRecordsParam,
    Record,
    RecordOperations,
    SearchRecordsParam,
)
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from fakes.zoho import CLIENT, DEAL, REFRESH, SECRET


def main(url: str, folder: str) -> None:
    environment = DataCenter.Environment(url, f"{url}/oauth/v2/token", url)
    token = OAuthToken(client_id=CLIENT, client_secret=SECRET, refresh_token=REFRESH, find_user=False)
    config = SDKConfig(auto_refresh_fields=False, pick_list_validation=False, update_api_domain=False)
    Initializer.initialize(
        environment=environment,
        token=token,
        store=FileStore(f"{folder}/token"),
        sdk_config=config,
        resource_path=folder,
    )
    cases = RecordOperations("Cases")
    parameters = ParameterMap()
    parameters.add(GetRecordsParam.fields, "Deal_Name,Amount")
    rows = _data(RecordOperations("Deals").get_records(parameters, HeaderMap()), 200)
    assert rows[0].get_key_value("Deal_Name") == "智慧园区系统集成项目"
    print("list")

    def case(subject: str, **more: Any) -> Record:
        record = Record()
        for name, value in {"Subject": subject, "Pmkit_ID": "ZHYQ:SDK-1", **more}.items():
            record.add_key_value(name, value)
        record.add_key_value("Status", Choice("New"))
        record.add_key_value("Case_Origin", Choice("Web"))
        return record

    def body(record: Record) -> BodyWrapper:
        wrapper = BodyWrapper()
        wrapper.set_data([record])
        return wrapper

    made = _data(cases.create_records(body(case("由 SDK 建立")), HeaderMap()), 201)[0].get_details()["id"]
    print("create")
    changed = _data(cases.update_record(int(made), body(case("由 SDK 更新")), HeaderMap()), 200)[0]
    assert str(changed.get_details()["id"]) == str(made)
    print("update")
    wrapper = body(case("由 SDK 合并"))
    wrapper.set_duplicate_check_fields(["Pmkit_ID"])
    merged = _data(cases.upsert_records(wrapper, HeaderMap()), 200)[0]
    assert (str(merged.get_details()["id"]), merged.get_action().get_value()) == (str(made), "update")
    print("upsert")
    parameters = ParameterMap()
    parameters.add(SearchRecordsParam.criteria, "(Subject:equals:由 SDK 合并)")
    assert len(_data(cases.search_records(parameters, HeaderMap()), 200)) == 1
    print("search")
    note, parent, module = Note(), ParentId(), MinifiedModule()
    module.set_api_name("Deals")
    parent.set_id(int(DEAL))
    parent.set_module(module)
    note.set_note_title("由 SDK 记录")
    note.set_note_content("内容")
    note.set_parent_id(parent)
    notes = NotesBody()
    notes.set_data([note])
    _data(NotesOperations().create_notes(notes), 201)
    print("note")
    parameters = ParameterMap()
    parameters.add(GetNotesParam.fields, "Note_Title,Note_Content")
    assert _data(NotesOperations().get_notes(parameters, HeaderMap()), 200)[0].get_note_title() == "由 SDK 记录"
    print("notes")


def _data(response: Any, status: int) -> list[Any]:
    assert response.get_status_code() == status, response.get_object().__dict__
    found: list[Any] = response.get_object().get_data()
    for one in found:
        assert not hasattr(one, "get_status") or one.get_status().get_value() == "success", one.get_message()
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
