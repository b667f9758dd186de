"""What lit.cfg.py and update-goldens both know about a lit case."""

import os
import re

LLVM_BIN = "/usr/lib/llvm-14/bin"

# The directives of FileCheck that follow a prefix.
SUFFIXES = "NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT-[0-9]+"
COMMENT = r"\s*(?:--|//|#)\s*"


def run_lines(text):
    """The commands of the RUN lines in order, continuation lines joined."""
    commands = []
    continued = False
    for line in text.splitlines():
        match = re.match(COMMENT + r"RUN:\s*(.*?)\s*$", line)
        if not match:
            continue
        part = match.group(1)
        if continued:
            commands[-1] += " " + part.rstrip("\\").rstrip()
        else:
            commands.append(part.rstrip("\\").rstrip())
        continued = part.endswith("\\")
    return commands


def prefixes_of(command):
    """The check prefixes of all FileCheck calls in a command."""
    prefixes = []
    for call in re.split(r"\bFileCheck\b", command)[1:]:
        arguments = re.split(r"[|;&]", call)[0]
        named = re.findall(r"--?check-prefix(?:es)?[= ]([\w,-]+)", arguments)
        for names in named or ["CHECK"]:
            prefixes.extend(names.split(","))
    return prefixes


def all_prefixes(text):
    prefixes = []
    for command in run_lines(text):
        for prefix in prefixes_of(command):
            if prefix not in prefixes:
                prefixes.append(prefix)
    return prefixes


def check_line(prefixes):
    """A pattern for the expectation lines of these prefixes."""
    names = "|".join(re.escape(prefix) for prefix in prefixes) or "(?!)"
    return re.compile(COMMENT + rf"(?:{names})(?:-(?:{SUFFIXES}))?(?:\{{LITERAL\}})?:")


def stripped(text):
    """The text with test comments replaced by empty lines; those at the end are dropped."""
    checks = check_line(all_prefixes(text))
    directive = re.compile(COMMENT + r"(?:RUN|UPDATE|REQUIRES|UNSUPPORTED|XFAIL):")
    lines = [
        "" if checks.match(line) or directive.match(line) else line for line in text.split("\n")
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def stripped_copy_path(exec_path):
    """Where lit puts the %sql of the case whose path below the execution root is given."""
    return os.path.join(
        os.path.dirname(exec_path), "Output", os.path.basename(exec_path) + ".sql.tmp",
        os.path.basename(exec_path))


def write_stripped_copy(source, copy):
    with open(source, encoding="utf-8", newline="") as file:
        text = file.read()
    os.makedirs(os.path.dirname(copy), exist_ok=True)
    with open(copy, "w", encoding="utf-8", newline="") as file:
        file.write(stripped(text))


def environment(source_dir, program):
    """What differs from the caller's environment: the tools of the cases and a fixed surrounding."""
    path = [os.path.dirname(program), os.path.join(source_dir, "tools"), LLVM_BIN]
    return {
        "PATH": os.pathsep.join(path + [os.environ.get("PATH", "/usr/bin:/bin")]),
        "FILECHECK_OPTS": "--enable-var-scope --dump-input-context=8",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
