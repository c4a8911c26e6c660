-- Who was asked, and what was answered, in tables that share no column: `respondent` is a keyed
-- hash of round and person, and the key is destroyed when the survey closes. Nothing here is finer
-- than a day, and `place`, which is the order of rows in the file, is random.

CREATE TABLE surveys (
    round TEXT NOT NULL PRIMARY KEY,
    -- What makes `respondent` of a person, in hexadecimal; '' once it is destroyed.
    respondent_key TEXT NOT NULL,
    -- The day on which it was; '' before.
    sealed_on TEXT NOT NULL
);

CREATE TABLE invited (
    round TEXT NOT NULL,
    person TEXT NOT NULL,
    side TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    answered BIGINT NOT NULL,
    unremind BIGINT NOT NULL,
    PRIMARY KEY (round, person)
);

CREATE TABLE replies (
    place INTEGER PRIMARY KEY,
    round TEXT NOT NULL,
    respondent TEXT NOT NULL,
    revision BIGINT NOT NULL,
    -- Several different ones came so fast that a program may have sent them.
    unsure BIGINT NOT NULL,
    UNIQUE (round, respondent)
);

CREATE TABLE answers (
    place INTEGER PRIMARY KEY,
    round TEXT NOT NULL,
    respondent TEXT NOT NULL,
    question TEXT NOT NULL,
    side TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (round, respondent, question)
);

-- Mails that were read as answers, by a hash of their Message-ID: none counts twice.
CREATE TABLE answering_mails (
    hash TEXT NOT NULL PRIMARY KEY
);
