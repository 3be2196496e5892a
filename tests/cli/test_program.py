"""The process `pmkit`: it ends at once, and yet says all that it had to say and how it went."""

import json
import os
import subprocess
import sys


def program(folder, *arguments):
    code = f"import sys; from pmkit.cli.run import program; sys.argv = ['pmkit', *{list(arguments)!r}]; program()"
    environment = os.environ | {"PMKIT_LANG": "en"}
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, env=environment, check=False)


def test_nothing_of_the_output_is_lost(park):
    long = program(park.folder, "schema", "--help")
    assert "--help" in long.stdout.decode().splitlines()[-1]
    assert program(park.folder, "list", "requirement").stdout.decode().count("REQ-001") == 1


def test_exit_codes_come_through(park):
    assert program(park.folder, "show", "REQ-001").returncode == 0
    wrong = program(park.folder, "show", "REQ-999")
    assert (wrong.returncode, b"REQ-999" in wrong.stderr) == (2, True)
    park.write("risks/RSK-001.yaml", "title: [\n")
    assert program(park.folder, "check").returncode == 3


def test_long_json_is_laid_out_like_short_json(capsys):
    from pmkit.cli.session import print_json

    rows = [
        {
            "id": f"T-{n:03d}",
            "名称": 'a "b" \\ \n\t\x7f<é>😀',
            "n": n,
            "f": n / 4,
            "none": None,
            "l": [],
            "d": {},
            "b": True,
        }
        for n in range(2000)
    ]
    print_json(rows)
    assert capsys.readouterr().out == json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
