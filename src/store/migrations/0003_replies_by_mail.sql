-- Which of two answers is the later one, where the other came by mail: the day in the round's zone
-- ('' where it was not noted), and whether it came by mail. Both go when the survey closes.

ALTER TABLE replies ADD COLUMN changed_on TEXT NOT NULL DEFAULT '';
ALTER TABLE replies ADD COLUMN by_mail BIGINT NOT NULL DEFAULT 0;
