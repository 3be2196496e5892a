"""The main job from an empty folder: a change requested and approved, drift caught, the weekly report written.

    python examples/demo.py FOLDER

Runs the installed `pmkit` line by line, each on its own day, and stops where an exit code is not the expected one.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

# day | expected exit code | command
SCRIPT = """
2026-03-02 | 0 | pmkit init park --name "智慧园区系统集成项目" --code ZHYQ --customer "滨海集团" --lang zh --currency CNY --start 2026-03-02
2026-03-02 | 0 | pmkit person add li.wei --name 李伟 --side supplier --role pm --email li.wei@supplier.example
2026-03-02 | 0 | pmkit person add wang.fang --name 王芳 --side customer --role sponsor --email wang.fang@customer.example
2026-03-03 | 0 | pmkit requirement add --title "统一身份认证" --statement "门户、门禁和停车系统使用同一账号登录。" --priority must --category functional --source "访谈 2026-03-03" --accept "三个系统用同一账号登录成功" --owner li.wei
2026-03-03 | 0 | pmkit plan phase add PH1 --name "需求与设计"
2026-03-03 | 0 | pmkit plan task add --phase PH1 --name "需求调研" --duration 5d --owner li.wei
2026-03-03 | 0 | pmkit plan task add --phase PH1 --name "方案设计" --duration 10d --after T-001
2026-03-03 | 0 | pmkit plan milestone add --phase PH1 --name "设计评审通过" --after T-002
2026-03-03 | 0 | pmkit plan show
2026-03-03 | 0 | pmkit plan baseline --name "合同基线"
2026-03-04 | 0 | pmkit change request --title "增加访客预约" --reason "客户新增要求" --affects REQ-001 --requested-by wang.fang --propose 'REQ-001.statement=门户、门禁、停车和访客预约系统使用同一账号登录。'
2026-03-04 | 0 | pmkit change submit CR-001
2026-03-04 | 0 | pmkit change assess CR-001 --schedule 3d --milestone M-001 --price 20000 --cost 12000 --scope "新增访客预约接口" --risk "接口文档未到"
2026-03-05 | 0 | pmkit change approve CR-001 --as li.wei --comment "同意"
2026-03-05 | 0 | pmkit change approve CR-001 --as wang.fang --evidence reply.eml
2026-03-05 | 0 | pmkit change apply CR-001
2026-03-06 | 0 | pmkit plan progress T-001 --percent 40 --remaining 8d --status-date 2026-03-06
2026-03-06 | 1 | pmkit plan drift --fail-over 2d
2026-03-06 | 0 | pmkit plan drift --fail-over 6d
2026-03-06 | 0 | pmkit report weekly --as-of 2026-03-06 --lang zh
2026-03-06 | 0 | pmkit report weekly --as-of 2026-03-06 --lang zh --format html
2026-03-06 | 0 | pmkit report weekly --as-of 2026-03-06 --lang en --format html --out weekly.html
2026-03-06 | 0 | pmkit check --format github
2026-03-06 | 0 | pmkit log CR-001
2026-03-06 | 0 | pmkit status
"""

REPLY = """\
From: =?utf-8?B?546L6Iqz?= <wang.fang@customer.example>
To: li.wei@supplier.example
Subject: =?utf-8?B?UmU6IENSLTAwMSDlop7liqDorr/lrqLpooTnuqY=?=
Date: Thu, 05 Mar 2026 10:12:00 +0800
Message-ID: <20260305101200.1@customer.example>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

同意 CR-001 增加访客预约，进度顺延 3 个工作日，费用 20000 元。
王芳
"""


def main(folder: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = {
        **os.environ,
        **_identity(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    environment.setdefault("COLUMNS", "110")
    where = folder
    for line in SCRIPT.strip().splitlines():
        day, expected, command = (part.strip() for part in line.split("|", 2))
        print(f"\n\033[1m{day} $ {command}\033[0m" if sys.stdout.isatty() else f"\n{day} $ {command}", flush=True)
        code = subprocess.run(
            shlex.split(command), cwd=where, env={**environment, "PMKIT_TODAY": day}, check=False
        ).returncode
        if code != int(expected):
            print(f"the demo expected exit code {expected}, not {code}")
            return 1
        if code:
            print(f"(exit code {code}, as it should be: CI would stop here)")
        if command.startswith("pmkit init"):
            where = folder / "park"
            (where / "reply.eml").write_text(REPLY, encoding="utf-8", newline="\r\n")
    print("\nto look at:")
    for report in sorted([*where.glob("reports/*"), where / "weekly.html"]):
        print(f"  {report}")
    return 0


def _identity() -> dict[str, str]:
    """A git identity for the demo, where this machine has none."""
    known = subprocess.run(["git", "config", "user.email"], capture_output=True, check=False).stdout
    if known.strip():
        return {}
    given = {"user.name": "李伟", "user.email": "li.wei@supplier.example"}
    pairs = [(f"GIT_CONFIG_KEY_{i}", k, f"GIT_CONFIG_VALUE_{i}", v) for i, (k, v) in enumerate(given.items())]
    return {"GIT_CONFIG_COUNT": str(len(given))} | {k: v for a, b, c, d in pairs for k, v in ((a, b), (c, d))}


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
