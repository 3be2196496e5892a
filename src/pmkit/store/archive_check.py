"""Does an archive still hold what was closed? Asked of the zip alone, and without git as far as it goes."""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from pmkit.domain.closures import Closure
from pmkit.domain.kind import Tracked
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import BadWorkspace, OutsideError, PmkitError, UsageError, reason
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.listing import parse_listing
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text
from pmkit.store import archive
from pmkit.store.git import Git, read_bundle
from pmkit.store.loader import load, load_file
from pmkit.store.tree import Files
from pmkit.workspace.closing import TAG, kind_of_file
from pmkit.workspace.model import Workspace
from pmkit.workspace.signing import broken_parts, standings

LARGEST_RECORD = 16_000_000  # bytes; of a list of files and of a record, which are read whole
RATIO, SMALL = 200, 10_000_000  # what says more than so many times its size is no document
LARGEST = 64 * 2**30  # bytes of everything together
_PIECE = 1 << 20
_NAMES = (archive.README, archive.MANIFEST, archive.SEAL, archive.HISTORY)

ALTERED = Rule(
    "ARC101", "archive-file-altered", "error",
    Text("{path} is not the file that was archived: its SHA-256 differs", "{path} 与归档时的文件不一致：SHA-256 不同"),
    Text("trust another copy of the archive", "请改用另一份归档文件核对"),
)  # fmt: skip
MISSING = Rule(
    "ARC102", "archive-file-missing", "error",
    Text("{path} is named in {list} and is not in the archive", "{list} 列有 {path}，归档文件中却没有"),
    Text("trust another copy of the archive", "请改用另一份归档文件核对"),
)  # fmt: skip
EXTRA = Rule(
    "ARC103", "archive-file-not-listed", "error",
    Text("{path} is in the archive and in none of its lists", "{path} 在归档文件中，却不在清单之内"),
    Text("it was added later; do not rely on it", "该文件系事后加入，不能作为依据"),
)  # fmt: skip
UNSAFE = Rule(
    "ARC104", "archive-name-unsafe", "error",
    Text("a member is called {path}: {why}", "成员 {path} 的名称不安全：{why}"),
    Text("do not unpack this archive", "请不要解压该归档文件"),
)  # fmt: skip
BOMB = Rule(
    "ARC105", "archive-member-too-large", "error",
    Text("{path} would unpack to {size} bytes out of {packed}", "{path} 解压后将达 {size} 字节（压缩后仅 {packed}）"),
    Text("do not unpack this archive", "请不要解压该归档文件"),
)  # fmt: skip
UNREADABLE = Rule(
    "ARC106", "archive-member-unreadable", "error",
    Text("{path} cannot be read: {why}", "无法读取 {path}：{why}"),
    Text("trust another copy of the archive", "请改用另一份归档文件核对"),
)  # fmt: skip
BAD_LIST = Rule(
    "ARC107", "archive-list-broken", "error",
    Text("{path} is no list of files with SHA-256, from line {line} on", "{path} 自第 {line} 行起不是有效的文件清单"),
    Text("trust another copy of the archive", "请改用另一份归档文件核对"),
)  # fmt: skip
FINGERPRINT = Rule(
    "ARC201", "archive-fingerprint-differs", "error",
    Text("{path} names another fingerprint than {found}, which MANIFEST.sha256 has",
         "{path} 所载归档校验码与 MANIFEST.sha256 的 {found} 不一致"),
    Text("compare with the fingerprint on the printed closure report", "请与纸质结项报告上的归档校验码核对"),
)  # fmt: skip
SIGNED = Rule(
    "ARC202", "archive-not-as-signed", "error",
    Text("{id} is not what {signoff} says was signed", "{id} 与 {signoff} 签认的内容不一致"),
    Text("compare it with the signed paper", "请与已签署的纸质文件核对"),
)  # fmt: skip
EVIDENCE = Rule(
    "ARC203", "archive-evidence-differs", "error",
    Text("{id}: {file} {problem}", "{id}：{file} {problem}"),
    Text("compare it with the original", "请与原件核对"),
)  # fmt: skip
BROKEN = Rule(
    "ARC204", "archive-records-broken", "error",
    Text("{path}: {what}", "{path}：{what}"),
    Text("", ""),
)  # fmt: skip
NO_CLOSURE = Rule(
    "ARC205", "archive-without-closing", "error",
    Text("the archive holds no record of the closing", "归档文件中没有结项记录"),
    Text("trust another copy of the archive", "请改用另一份归档文件核对"),
)  # fmt: skip
BUNDLE = Rule(
    "ARC301", "archive-history-unusable", "error",
    Text("the history does not open: {why}", "版本历史无法打开：{why}"),
    Text("trust another copy of the archive", "请改用另一份归档文件核对"),
)  # fmt: skip
REF = Rule(
    "ARC302", "archive-tag-missing", "error",
    Text("the history has no {ref} at {object}", "版本历史中没有位于 {object} 的 {ref}"),
    Text("compare `history.txt` with another copy", "请用另一份归档文件核对 `history.txt`"),
)  # fmt: skip
HISTORY = Rule(
    "ARC303", "archive-history-differs", "error",
    Text("{path} is not what the history holds of it", "{path} 与版本历史中的内容不一致"),
    Text("compare it with another copy of the archive", "请用另一份归档文件核对"),
)  # fmt: skip


@dataclass
class Verified:
    """What came of it: findings, what was looked at, and what could not be looked at here."""

    fingerprint: str = ""
    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    facts: list[Text] = field(default_factory=list)
    skipped: list[Text] = field(default_factory=list)


def verify(path: Path) -> Verified:
    """All that is wrong with an archive. Raises UsageError where nothing can be read, BadWorkspace for another zip."""
    try:
        with zipfile.ZipFile(path) as file:
            if archive.MANIFEST not in file.namelist():
                raise _no_archive(path)
            return _Checker(file).run()
    except FileNotFoundError:
        raise UsageError(Text(en="there is no {path}", zh="没有 {path}").format(path=path)) from None
    except (zipfile.BadZipFile, EOFError, ValueError):
        raise _no_archive(path) from None
    except OSError as error:
        raise UsageError(
            Text(en="cannot read {path}: {why}", zh="无法读取 {path}：{why}").format(path=path, why=reason(error))
        ) from None


def _no_archive(path: Path) -> BadWorkspace:
    return BadWorkspace(
        Text(en="{path} is no archive of a project", zh="{path} 不是项目归档文件").format(path=path),
        Text("name the zip that `pmkit close` made", "请指定 `pmkit close` 生成的 zip 文件"),
    )


class _Checker:
    """One look at one archive; each member is unpacked once, in pieces."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._done = Verified()
        self._hashes: dict[str, str] = {}
        self._kept: dict[str, bytes] = {}  # records and lists, which are looked into
        self._bundle: Path | None = None

    def run(self) -> Verified:
        with tempfile.TemporaryDirectory(prefix="pmkit-") as folder:
            for info in self._safe():
                self._read(info, Path(folder))
            listed = self._lists()
            self._closing()
            self._records()
            self._history(Path(folder), listed)
        self._done.files = len(self._hashes)
        self._done.fingerprint = self._hashes.get(archive.MANIFEST, "")
        count = Text(en="{n} files, fingerprint {mark}", zh="共 {n} 个文件，归档校验码 {mark}")
        self._done.facts.insert(0, count.format(n=self._done.files, mark=self._done.fingerprint))
        return self._done

    def _find(self, rule: Rule, path: str, /, **args: object) -> None:
        self._done.findings.append(rule.found(Place(path), None, **args))

    # --- members -----------------------------------------------------------------------------------------------------

    def _safe(self) -> Iterator[zipfile.ZipInfo]:
        """The members that may be unpacked; what is wrong with a name or a size is told and passed by."""
        seen: set[str] = set()
        total = 0
        for info in self._file.infolist():
            why = _unsafe(info, seen)
            seen.add(info.filename.casefold())
            total += info.file_size
            if why is not None:
                self._find(UNSAFE, _shown(info.filename), path=_shown(info.filename), why=why)
            elif total > LARGEST or (info.file_size > SMALL and info.file_size > RATIO * max(1, info.compress_size)):
                args = {"path": info.filename, "size": f"{info.file_size:,}", "packed": f"{info.compress_size:,}"}
                self._find(BOMB, info.filename, **args)
            else:
                yield info

    def _read(self, info: zipfile.ZipInfo, folder: Path) -> None:
        """Hash a member, and keep what is looked into. What does not unpack to the size that it says is told."""
        path = info.filename
        wanted = path in _NAMES or path.endswith(".yaml") or (path.startswith(archive.CLOSURE) and path.endswith(".md"))
        keep = wanted and info.file_size <= LARGEST_RECORD
        digest, pieces = hashlib.sha256(), []
        target = (folder / "history.bundle").open("wb") if path == archive.BUNDLE else None
        try:
            with self._file.open(info) as member:
                while piece := member.read(_PIECE):
                    digest.update(piece)
                    if keep:
                        pieces.append(piece)
                    if target is not None:
                        target.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            self._find(UNREADABLE, path, path=path, why=Text.same(str(error)))
            return
        finally:
            if target is not None:
                target.close()
                self._bundle = folder / "history.bundle"
        self._hashes[path] = digest.hexdigest()
        if keep:
            self._kept[path] = b"".join(pieces)

    # --- lists -------------------------------------------------------------------------------------------------------

    def _lists(self) -> dict[str, str]:
        """The hashes of the manifest, after both lists were held against what is there."""
        manifest = self._listing(archive.MANIFEST, lambda p: p.startswith(archive.LISTED))
        seal = self._listing(archive.SEAL, lambda p: p in _NAMES or p.startswith(archive.CLOSURE))
        if not seal and archive.SEAL not in self._hashes:
            self._find(MISSING, archive.SEAL, path=archive.SEAL, list="README.txt")
        for name, wanted in ((archive.MANIFEST, manifest), (archive.SEAL, seal)):
            for path, sha in wanted.items():
                if path not in self._hashes:
                    if path not in self._told:
                        self._find(MISSING, path, path=path, list=name)
                elif self._hashes[path] != sha:
                    self._find(ALTERED, path, path=path)
        for path in sorted(self._hashes.keys() - manifest.keys() - seal.keys() - {archive.SEAL}):
            self._find(EXTRA, path, path=path)
        return manifest

    @property
    def _told(self) -> set[str]:
        """The members that something was said of already."""
        return {f.place.path for f in self._done.findings if f.code in {"ARC104", "ARC105", "ARC106"}}

    def _listing(self, name: str, belongs: Callable[[str], bool]) -> dict[str, str]:
        try:
            found = parse_listing(self._kept.get(name, b""))
        except ValueError as error:
            self._find(BAD_LIST, name, path=name, line=str(error))
            return {}
        strange = next((n for n, path in enumerate(found, start=1) if not belongs(path)), None)
        if strange is not None:
            self._find(BAD_LIST, name, path=name, line=str(strange))
        return found

    # --- what it says ------------------------------------------------------------------------------------------------

    def _closing(self) -> None:
        """The record of the closing and every readable report name the manifest that is here."""
        self._closure = self._closure_record()
        if self._closure is None:
            self._find(NO_CLOSURE, archive.CLOSURE)
            return
        mark = self._hashes.get(archive.MANIFEST, "")
        texts = {p: d for p, d in self._kept.items() if p.startswith(archive.CLOSURE) and p.endswith((".md", ".yaml"))}
        for path, data in texts.items():
            if mark.encode() not in data:
                self._find(FINGERPRINT, path, path=path, found=mark[:12])
        for report in self._closure.reports:
            path = archive.CLOSURE + report.file.rsplit("/", 1)[-1]
            if path not in self._hashes:
                self._find(MISSING, path, path=path, list=self._closure.id)
            elif self._hashes[path] != report.sha256:
                self._find(ALTERED, path, path=path)
        on = self._closure.reached("closed")
        says = Text(en="{name}: closed on {on} ({id}, {program})", zh="{name}：{on} 结项（{id}，{program}）")
        self._done.facts.append(
            says.format(name=self._closure.title, on=on, id=self._closure.id, program=self._closure.program)
        )

    def _closure_record(self) -> Closure | None:
        for path, data in self._kept.items():
            if path.startswith(archive.CLOSURE) and kind_of_file(path) is Closure.kind:
                name = path.removeprefix(archive.CLOSURE)
                at = f"{Closure.kind.folder}/{name}"
                found = next((r for r in load_file(Files({at: data}), at)[0] if isinstance(r, Closure)), None)
                if found is not None:
                    return found
        return None

    def _records(self) -> None:
        """The records load, say what was signed, and the files that they name are the ones that were received."""
        inside = {
            p.removeprefix(archive.PROJECT): data for p, data in self._kept.items() if p.startswith(archive.PROJECT)
        }
        try:
            loaded = load(Files(inside))
        except BadWorkspace as error:
            self._find(BROKEN, archive.PROJECT, path=archive.PROJECT, what=error.says)
            return
        for finding in loaded.findings:
            if finding.severity == "error":
                path = archive.PROJECT + finding.at.path
                self._find(BROKEN, path, path=path, what=finding.says)
        ws = loaded.workspace
        for standing in standings(ws):
            if standing.state in {"differs", "gone"}:
                path = archive.PROJECT + standing.signoff.spot.path
                self._find(SIGNED, path, id=standing.record_id, signoff=standing.signoff.id)
        signoffs = [one for one in ws.of(SignOff) if one.status in {"prepared", "signed"}]
        self._named_files(ws, signoffs)
        says = Text(en="{n} records, {s} sign-offs as signed", zh="{n} 条记录，{s} 份签认与签署内容一致")
        if not any(f.code in {"ARC202", "ARC203"} for f in self._done.findings):
            self._done.facts.append(says.format(n=len(ws.records), s=len(signoffs)))

    def _named_files(self, ws: Workspace, signoffs: list[SignOff]) -> None:
        def sha256(file: str) -> str | None:
            return self._hashes.get(archive.PROJECT + file)

        told = set()
        for signoff in signoffs:
            for record_id, file, problem in broken_parts(signoff, sha256):
                told.add((record_id, file))
                self._find(EVIDENCE, archive.PROJECT + file, id=record_id, file=file, problem=problem)
        other = Text("is not the file that was recorded (SHA-256 differs)", "与记录时的文件不一致（SHA-256 不同）")
        for record in ws.records.values():
            for _, evidence in record.filed if isinstance(record, Tracked) else ():
                if sha256(evidence.file) != evidence.sha256 and (record.id, evidence.file) not in told:
                    self._find(
                        EVIDENCE, archive.PROJECT + evidence.file, id=record.id, file=evidence.file, problem=other
                    )

    # --- history -----------------------------------------------------------------------------------------------------

    def _history(self, folder: Path, listed: Mapping[str, str]) -> None:
        """The bundle opens, has every ref that stood then and the tag of the closing, and holds just these files."""
        if self._bundle is None:
            return
        wanted = archive.parse_history(self._kept.get(archive.HISTORY, b""))
        closed = next((target for name, target in wanted if name == "HEAD"), "")
        try:
            git, refs = read_bundle(self._bundle, folder / "history.git")
        except OutsideError as error:
            if _no_git(error):
                self._done.skipped.append(
                    Text("the history was not opened: git is not installed", "未打开版本历史：没有安装 git")
                )
            else:
                self._find(BUNDLE, archive.BUNDLE, why=error.says)
            return
        for name, target in wanted:
            if name != "HEAD" and refs.get(name) != target:
                self._find(REF, archive.BUNDLE, ref=name, object=target[:9])
        tag = f"refs/tags/{TAG}{self._closure.id}" if self._closure else ""
        if tag not in refs:
            self._find(REF, archive.BUNDLE, ref=tag or TAG, object="-")
            return
        try:
            self._same_as_history(git, tag, closed, listed)
        except PmkitError as error:
            self._find(BUNDLE, archive.BUNDLE, why=error.says)

    def _same_as_history(self, git: Git, tag: str, closed: str, listed: Mapping[str, str]) -> None:
        commit = git.resolve(tag)
        if closed not in git.ancestors(commit) or git.resolve(f"{commit}^") != closed:
            self._find(REF, archive.BUNDLE, ref="HEAD", object=closed[:9])
            return
        prefix = _prefix(git.tracked(commit), self._closure)
        git = git.below(prefix)
        there = git.sha256_at(closed, ["."] if not prefix else [""], pointed=True)
        here = {p.removeprefix(archive.PROJECT): s for p, s in listed.items() if p.startswith(archive.PROJECT)}
        for path in sorted(there.keys() | here.keys()):
            if there.get(path) != here.get(path):
                self._find(HISTORY, archive.PROJECT + path, path=archive.PROJECT + path)
        added = git.sha256_at(commit, ["."] if not prefix else [""], pointed=True)
        for path, sha in added.items():
            name = path.rsplit("/", 1)[-1]
            inside = name if name in _NAMES else archive.CLOSURE + name
            if path not in there and self._hashes.get(inside) != sha:
                self._find(HISTORY, inside, path=inside)
        says = Text(en="history opens: {tag} at {commit}", zh="版本历史可以打开：{tag} 位于 {commit}")
        self._done.facts.append(says.format(tag=tag.removeprefix("refs/tags/"), commit=commit[:9]))


def _prefix(files: Mapping[str, str], closure: Closure | None) -> str:
    """Where the project lies in its repository."""
    end = f"{Closure.kind.folder}/{closure.id}.yaml" if closure else ""
    return next((path.removesuffix(end) for path in files if end and path.endswith(end)), "")


def _unsafe(info: zipfile.ZipInfo, seen: set[str]) -> Text | None:
    """Why a member may not be unpacked; None for a plain file with a plain name."""
    name, mode = info.filename, info.external_attr >> 16
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or PureWindowsPath(name).drive or any(p in {"", ".", ".."} for p in parts):
        return Text("it leads out of the folder", "会写到目录之外")
    if not name.isprintable():
        return Text("it holds characters that nobody sees", "含有不可见字符")
    if name.casefold() in seen:
        return Text("there is another one of that name", "有重名的成员")
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return Text("it is a link or something else than a file", "是链接或其他特殊文件")
    if info.flag_bits & 1:
        return Text("it is encrypted", "已加密")
    return None


def _shown(name: str) -> str:
    return "".join(ch if ch.isprintable() else "?" for ch in name)[:200]


def _no_git(error: OutsideError) -> bool:
    return "not installed" in error.says.en
