-- The roster database. Written for SQLite; PostgreSQL has other words for INTEGER PRIMARY KEY, WITHOUT ROWID and TEXT.
--
-- Account keys hold their district in the bits above 32, role and student keys their scope: so one district's accounts, and
-- one scope's roles, students and ties, lie together, and a range of keys reads them without an index.
-- Times are microseconds since 1970 in UTC. Nothing is null: what is not known is ''. 0 is no, 1 is yes.
--
-- role and guardianship declare no foreign keys on purpose: the library takes every key from these tables under the
-- lock it writes with, and looking a million of them up again doubles the time of a first sync.

CREATE TABLE district (
    district_key INTEGER PRIMARY KEY,
    district_id TEXT NOT NULL UNIQUE,
    version BIGINT NOT NULL
);

CREATE TABLE scope (
    scope_key INTEGER PRIMARY KEY,
    district_key BIGINT NOT NULL REFERENCES district,
    scope TEXT NOT NULL UNIQUE
);

CREATE TABLE account (
    account_key INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_verified SMALLINT NOT NULL,
    sms TEXT NOT NULL,
    sms_verified SMALLINT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    managed SMALLINT NOT NULL
);

CREATE TABLE role (
    role_key INTEGER PRIMARY KEY,
    scope_key BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sis_id TEXT NOT NULL,
    account_key BIGINT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    sms TEXT NOT NULL,
    state TEXT NOT NULL,
    managed SMALLINT NOT NULL,
    UNIQUE (scope_key, kind, sis_id)
);

CREATE TABLE student (
    student_key INTEGER PRIMARY KEY,
    scope_key BIGINT NOT NULL,
    student_sis_id TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    school TEXT NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (scope_key, student_sis_id)
);

CREATE TABLE guardianship (
    role_key BIGINT NOT NULL,
    student_key BIGINT NOT NULL,
    state TEXT NOT NULL,
    managed SMALLINT NOT NULL,
    PRIMARY KEY (role_key, student_key)
) WITHOUT ROWID;

CREATE TABLE run (
    run_key INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    scope_key BIGINT NOT NULL REFERENCES scope,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    reasons TEXT NOT NULL,
    message TEXT NOT NULL,
    actor TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    duration_s DOUBLE PRECISION NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    version_before BIGINT NOT NULL,
    version_after BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    undoes TEXT NOT NULL
);

-- What a run made, one row for each kind of change: a Parquet file, compressed with zstd.
CREATE TABLE run_change (
    run_key BIGINT NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    frame BYTEA NOT NULL,
    PRIMARY KEY (run_key, name)
);

CREATE TABLE hold (
    run_key BIGINT NOT NULL REFERENCES run,
    hold_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    rule TEXT NOT NULL,
    message TEXT NOT NULL,
    remedy TEXT NOT NULL,
    members BYTEA NOT NULL,
    PRIMARY KEY (hold_id, run_key)
);

-- run_key: the last run that journalled the hold when it was released; its members are those that were let go.
CREATE TABLE released_hold (
    scope_key BIGINT NOT NULL REFERENCES scope,
    hold_id TEXT NOT NULL,
    run_key BIGINT NOT NULL REFERENCES run,
    actor TEXT NOT NULL,
    released_at BIGINT NOT NULL,
    PRIMARY KEY (scope_key, hold_id)
);

-- What a run that goes over several scopes of a district made in the others.
CREATE TABLE run_change_elsewhere (
    scope_key BIGINT NOT NULL REFERENCES scope,
    run_key BIGINT NOT NULL REFERENCES run,
    name TEXT NOT NULL,
    frame BYTEA NOT NULL,
    PRIMARY KEY (scope_key, run_key, name)
);

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
