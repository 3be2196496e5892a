"""What the commands about a CRM share: its mapping, where it is called, who is asked, what differs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pmkit.cli.progress import progress
from pmkit.cli.session import Session
from pmkit.domain.crm import CrmLink, ModuleMap, mistakes
from pmkit.kernel.errors import BadWorkspace, Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean

if TYPE_CHECKING:
    from pmkit.connectors.crm.base import Client
    from pmkit.connectors.crm.wire import Wire
    from pmkit.workspace.crm.compare import Comparison, Listing
    from pmkit.workspace.crm.links import Links
    from pmkit.workspace.crm.meta import Metadata, Remote
    from pmkit.workspace.crm.said import Speaker

TIMEOUT = "PMKIT_CRM_TIMEOUT"
HOSTS = {"accounts": "PMKIT_CRM_ACCOUNTS", "api": "PMKIT_CRM_API", "files": "PMKIT_CRM_FILES"}


@dataclass
class Exchange:
    """A workspace, its CRM, and what is linked."""

    s: Session
    crm: CrmLink
    client: Client
    wire: Wire

    @property
    def code(self) -> str:
        return self.s.whole.project.code

    def marked(self, entry: ModuleMap, name: str, text: str, record_id: str) -> str:
        """A text for one of their fields, with our key where that field carries it."""
        from pmkit.workspace.crm.compare import marked, own_key

        if name != entry.marker:
            return text
        info = self.client.fields(entry.module).get(name)
        return marked(text, own_key(self.code, record_id), info.longest if info else None)

    def metadata(self) -> Metadata:
        """The modules, and the fields of those that the mapping names."""
        from pmkit.workspace.crm.meta import Metadata

        modules = self.client.modules()
        named = dict.fromkeys(entry.module for entry in self.crm.map)
        return Metadata(modules, {name: self.client.fields(name) for name in named if name in modules})

    def checked_metadata(self) -> Metadata:
        """The same, where the mapping fits it. Raises BadWorkspace with every mistake."""
        from pmkit.workspace.crm.fit import misfits

        meta = self.metadata()
        if wrong := misfits(self.crm, meta):
            raise BadWorkspace(
                Text(
                    "crm.yaml does not fit {crm}: {n} mistakes\n{lines}", "crm.yaml 与{crm}不符，共 {n} 处：\n{lines}"
                ).format(
                    crm=self.crm.within,
                    n=len(wrong),
                    lines=Text.join([Text("  {a}", "  {a}").format(a=one) for one in wrong], en="\n", zh="\n"),
                ),
                Text(
                    "correct crm.yaml, or the CRM; nothing was written", "请修改 crm.yaml 或 CRM 设置；未写入任何内容"
                ),
            )
        return meta


def mapping(s: Session) -> CrmLink:
    """The workspace's mapping. Refused without one; UsageError with everything that is wrong in it."""
    found = s.ws.of(CrmLink)
    if not found:
        raise Refused(
            Text("the project is not connected to a CRM", "项目尚未对接 CRM"),
            Text.same("pmkit crm connect zoho|fxiaoke"),
        )
    if wrong := [says for _, says in mistakes(found[0], s.ws.project)]:
        raise BadWorkspace(
            Text("crm.yaml: {n} mistakes\n{lines}", "crm.yaml 有 {n} 处错误：\n{lines}").format(
                n=len(wrong), lines=Text.join([Text("  {a}", "  {a}").format(a=w) for w in wrong], en="\n", zh="\n")
            ),
            Text("`pmkit check` shows them", "`pmkit check` 可列出位置"),
        )
    return found[0]


def with_hosts(crm: CrmLink) -> CrmLink:
    """The mapping with the hosts that count: the environment's, its own, the region's. Raises UsageError."""
    from pmkit.connectors.crm.base import regions
    from pmkit.connectors.crm.wire import refuse_in_the_clear

    known = regions(crm.crm)
    region = crm.region or next(iter(known))
    if region not in known:
        raise UsageError(
            Text("{crm} has no region `{region}`", "{crm}没有区域 `{region}`").format(crm=crm.within, region=region),
            Text("one of: {known}; {hint}", "可选：{known}。{hint}").format(
                known=", ".join(known), hint=did_you_mean(region, known)
            ),
        )
    found = {}
    for name, variable in HOSTS.items():
        own = getattr(crm.hosts, name)
        usual = known[region].get(name) if not (crm.crm == "zoho" and name == "api") else None  # the token names it
        if (host := os.environ.get(variable) or own or usual) is not None:
            refuse_in_the_clear(host)
            found[name] = host.rstrip("/")
    return crm.model_copy(update={"hosts": crm.hosts.model_copy(update=found)})


def _patience() -> float:
    """Seconds that an answer may take."""
    from pmkit.connectors.crm.wire import ANSWER

    text = os.environ.get(TIMEOUT, "")
    try:
        seconds = float(text or ANSWER)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 3600:
        raise UsageError(Text("{name} is no number of seconds", "{name} 不是有效的秒数").format(name=TIMEOUT))
    return seconds


@contextmanager
def exchange(s: Session, crm: CrmLink, *, debug: bool) -> Iterator[Exchange]:
    """The CRM, ready to be asked; its connections are closed at the end."""
    from pmkit.connectors.crm.base import client
    from pmkit.connectors.crm.wire import Wire
    from pmkit.connectors.secrets import find_secret

    project = s.ws.project
    wire = Wire(trace=(lambda line: sys.stderr.write(f"crm: {line}\n")) if debug else None, patience=_patience())
    crm = with_hosts(crm)
    made = client(crm, wire, lambda name: find_secret(name, project.code), ZoneInfo(project.timezone))
    try:
        yield Exchange(s, crm, made, wire)
    finally:
        wire.close()


def links_of(s: Session) -> Links:
    """What is linked, as the files say."""
    from pmkit.store.crm_links import read_links

    return read_links(s.root, s.stamps)


def speaker_of(s: Session) -> Speaker:
    from pmkit.workspace.crm.said import Speaker

    return Speaker(s.whole, s.today)


def compared(x: Exchange, links: Links) -> Comparison:
    """Both sides held against each other, with the mapping checked before."""
    from pmkit.workspace.crm.compare import Comparing

    meta = x.checked_metadata()
    comparing = Comparing(x.crm, x.s.whole, links, speaker_of(x.s), meta)
    with progress(Text("asking {crm}", "正在读取{crm}").format(crm=x.crm.within)) as shown:

        def pages(listing: Listing) -> Iterator[Sequence[Remote]]:
            for page in x.client.pages(listing):
                for _ in page:
                    shown.one()
                yield page

        return comparing.run(pages)
