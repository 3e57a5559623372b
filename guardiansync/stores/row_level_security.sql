-- Row-level security for a roster in PostgreSQL: a role that does not own the tables reads and writes one district, the one
-- it names by SET guardiansync.district = 'd-42'. Without that it sees nothing. The owner of the tables sees all, as before.
--
-- To be run in the roster's schema (search_path), by the owner of its tables. It may be run again: after each update.

ALTER TABLE district ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON district;
CREATE POLICY one_district ON district USING (district_id = current_setting('guardiansync.district', true));

-- The policies below read district and scope as the same role does: only its own are there.

ALTER TABLE scope ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON scope;
CREATE POLICY one_district ON scope USING (district_key = (SELECT district.district_key FROM district));

ALTER TABLE account ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON account;
CREATE POLICY one_district ON account USING (
    account_key BETWEEN (SELECT district.district_key * 4294967296 FROM district)
    AND (SELECT district.district_key * 4294967296 + 4294967295 FROM district)
);

ALTER TABLE role ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON role;
CREATE POLICY one_district ON role USING (
    scope_key IN (SELECT scope.scope_key FROM scope)
    AND account_key BETWEEN (SELECT district.district_key * 4294967296 FROM district)
    AND (SELECT district.district_key * 4294967296 + 4294967295 FROM district)
);

ALTER TABLE student ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON student;
CREATE POLICY one_district ON student USING (scope_key IN (SELECT scope.scope_key FROM scope));

ALTER TABLE guardianship ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON guardianship;
CREATE POLICY one_district ON guardianship USING (
    role_key / 4294967296 IN (SELECT scope.scope_key FROM scope)
    AND student_key / 4294967296 IN (SELECT scope.scope_key FROM scope)
);

ALTER TABLE run ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON run;
CREATE POLICY one_district ON run USING (scope_key IN (SELECT scope.scope_key FROM scope));

ALTER TABLE run_change ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON run_change;
CREATE POLICY one_district ON run_change USING (run_key IN (SELECT run.run_key FROM run));

ALTER TABLE run_change_elsewhere ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON run_change_elsewhere;
CREATE POLICY one_district ON run_change_elsewhere USING (
    scope_key IN (SELECT scope.scope_key FROM scope) AND run_key IN (SELECT run.run_key FROM run)
);

ALTER TABLE hold ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON hold;
CREATE POLICY one_district ON hold USING (run_key IN (SELECT run.run_key FROM run));

ALTER TABLE released_hold ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON released_hold;
CREATE POLICY one_district ON released_hold USING (
    scope_key IN (SELECT scope.scope_key FROM scope) AND run_key IN (SELECT run.run_key FROM run)
);

ALTER TABLE settled ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON settled;
CREATE POLICY one_district ON settled USING (
    scope_key IN (SELECT scope.scope_key FROM scope) AND run_key IN (SELECT run.run_key FROM run)
);

ALTER TABLE pin ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON pin;
CREATE POLICY one_district ON pin USING (district_key = (SELECT district.district_key FROM district));

ALTER TABLE denial ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS one_district ON denial;
CREATE POLICY one_district ON denial USING (district_key = (SELECT district.district_key FROM district));
