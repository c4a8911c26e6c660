-- A server samples every column for its planner and keeps the samples where erasing a row does not
-- reach them. Of what will be sealed or forgotten it takes none.

ALTER TABLE surveys ALTER COLUMN respondent_key SET STATISTICS 0;
ALTER TABLE replies ALTER COLUMN respondent SET STATISTICS 0;
ALTER TABLE answers ALTER COLUMN respondent SET STATISTICS 0;

ALTER TABLE letters ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE letters ALTER COLUMN recipient SET STATISTICS 0;
ALTER TABLE letters ALTER COLUMN message_id SET STATISTICS 0;
ALTER TABLE letters ALTER COLUMN bytes SET STATISTICS 0;
ALTER TABLE letters ALTER COLUMN words SET STATISTICS 0;
ALTER TABLE notices ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE notices ALTER COLUMN why SET STATISTICS 0;
ALTER TABLE events ALTER COLUMN words SET STATISTICS 0;
