-- From version 1 to version 2: what people said, and runs over several scopes.

-- What a run that goes over several scopes of a district made in the others.
CREATE TABLE run_change_elsewhere (
    scope_key BIGINT NOT NULL REFERENCES scope,
    run_key BIGINT NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    frame BYTEA NOT NULL,
    PRIMARY KEY (scope_key, run_key, name)
);

-- What people said of two roles, the smaller first; a blank verdict was taken back.
CREATE TABLE pin (
    district_key BIGINT NOT NULL REFERENCES district,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    sis_id TEXT NOT NULL,
    other_scope TEXT NOT NULL,
    other_kind TEXT NOT NULL,
    other_sis_id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    PRIMARY KEY (district_key, scope, kind, sis_id, other_scope, other_kind, other_sis_id)
);

-- Whom people denied access to a student; a blank reason was taken back.
CREATE TABLE denial (
    district_key BIGINT NOT NULL REFERENCES district,
    guardian_sis_id TEXT NOT NULL,
    student_sis_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (district_key, guardian_sis_id, student_sis_id, scope)
);

CREATE INDEX hold_of_run ON hold (run_key);

-- The few runs that take back another, for every roster that is read.
CREATE INDEX undoing_run ON run (scope_key, run_key) WHERE undoes <> '';
