"""The test format of the cases. A module, because lit passes it to its workers by name."""

import lit.formats

import lit_case


class SqlTest(lit.formats.ShTest):
    """A shell test whose %sql is written before it runs."""

    def execute(self, test, lit_config):
        copy = lit_case.stripped_copy_path(test.getExecPath())
        lit_case.write_stripped_copy(test.getSourcePath(), copy)
        # The configuration is shared by all cases that a worker runs.
        shared = test.config.substitutions
        test.config.substitutions = [("%sql", copy)] + shared
        try:
            return super().execute(test, lit_config)
        finally:
            test.config.substitutions = shared
