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

CREATE OR REPLACE TABLE account AS
SELECT
    row_number() OVER () AS account_id,
    name_key,
    email_key,
    sms_key,
    min(first_name) AS first_name,
    min(last_name) AS last_name
FROM feed
GROUP BY name_key, email_key, sms_key;

CREATE OR REPLACE TABLE role AS
SELECT DISTINCT guardian_sis_id, account_id
FROM feed
JOIN account USING (name_key, email_key, sms_key);

CREATE OR REPLACE TABLE tie AS
SELECT DISTINCT student_sis_id, guardian_sis_id
FROM feed;
