-- From version 2 to version 3: files that need not be read again.

-- What the last run whose file changed nothing found in it: the same file need not be read again. findings: as run_change.
CREATE TABLE settled (
    scope_key BIGINT NOT NULL REFERENCES scope,
    run_key BIGINT NOT NULL REFERENCES run,
    basis TEXT NOT NULL,
    version BIGINT NOT NULL,
    rows_used BIGINT NOT NULL,
    rows_skipped BIGINT NOT NULL,
    findings BYTEA NOT NULL,
    PRIMARY KEY (scope_key)
);
