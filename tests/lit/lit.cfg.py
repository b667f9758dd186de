"""How lit runs the cases of this folder.

A case is a .sql or .test file with RUN lines. Beyond lit's own substitutions:

  %sql    a copy of the case without its test comments (RUN, UPDATE and FileCheck lines), under the
          same file name and with the same line numbers. What passes through the compiler byte for
          byte would otherwise carry the expectations into the output, where they match themselves.

`tricklec`, `FileCheck`, `not`, `split-file`, `verify-diagnostics` and `pg-server` are in PATH.
"""

import os
import sys

sys.path[:0] = [os.path.dirname(__file__), os.path.join(config.source_dir, "tools")]
import lit_case
import sql_test

config.name = "tricklec"
config.suffixes = [".sql", ".test"]
config.excludes = ["Inputs"]
config.test_format = sql_test.SqlTest(execute_external=True)
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.binary_dir, "tests", "lit")
config.environment.update(lit_case.environment(config.source_dir, config.program))
