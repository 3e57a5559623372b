-- The script of with_duckdb.sql, with the keys and the uniqueness that guardiansync's tables have: numbers for accounts, roles
-- and students, one role for each guardian id, one tie for each pair. Like those, role and tie declare no foreign keys.
-- What one would write instead of guardiansync: read the evening's file, normalise, three tables. It replaces what was
-- there: no findings, no holds, no threshold, no journal, no undo; and accounts lose their ids with every changed email.
-- The variable csv is the file's path.

CREATE OR REPLACE TEMP TABLE feed AS
WITH cells AS (
    SELECT
        studentSisId AS student_sis_id,
        guardianSisId AS guardian_sis_id,
        firstName AS first_name,
        lastName AS last_name,
        coalesce(email, '') AS email,
        regexp_replace(coalesce(sms, ''), '[^0-9]', '', 'g') AS digits
    FROM read_csv(getvariable('csv'), all_varchar = true, header = true)
)
SELECT
    student_sis_id,
    guardian_sis_id,
    first_name,
    last_name,
    lower(trim(regexp_replace(first_name || ' ' || last_name, '\s+', ' ', 'g'))) AS name_key,
    lower(trim(email)) AS email_key,
    CASE
        WHEN length(digits) = 10 THEN '+1' || digits
        WHEN digits = '' THEN ''
        ELSE '+' || digits
    END AS sms_key
FROM cells;

CREATE OR REPLACE TABLE account (
    account_id BIGINT PRIMARY KEY,
    name_key TEXT NOT NULL,
    email_key TEXT NOT NULL,
    sms_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL
);

INSERT INTO account
SELECT
    row_number() OVER (),
    name_key,
    email_key,
    sms_key,
    min(first_name),
    min(last_name)
FROM feed
GROUP BY name_key, email_key, sms_key;

CREATE OR REPLACE TABLE role (
    role_id BIGINT PRIMARY KEY,
    guardian_sis_id TEXT NOT NULL UNIQUE,
    account_id BIGINT NOT NULL
);

INSERT INTO role
SELECT row_number() OVER (), guardian_sis_id, account_id
FROM (SELECT DISTINCT guardian_sis_id, account_id FROM feed JOIN account USING (name_key, email_key, sms_key));

CREATE OR REPLACE TABLE student (
    student_id BIGINT PRIMARY KEY,
    student_sis_id TEXT NOT NULL UNIQUE
);

INSERT INTO student
SELECT row_number() OVER (), student_sis_id
FROM (SELECT DISTINCT student_sis_id FROM feed);

CREATE OR REPLACE TABLE tie (
    role_id BIGINT NOT NULL,
    student_id BIGINT NOT NULL,
    PRIMARY KEY (role_id, student_id)
);

INSERT INTO tie
SELECT DISTINCT role_id, student_id
FROM feed
JOIN role USING (guardian_sis_id)
JOIN student USING (student_sis_id);
