-- One SQL text for SQLite and PostgreSQL: only TEXT, BIGINT and DOUBLE PRECISION. Times are unix
-- milliseconds. 0 and '' mean "none", so that no column is ever null.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE letters (
    id TEXT NOT NULL PRIMARY KEY,
    -- The order in which letters were stored, and go out.
    position BIGINT NOT NULL UNIQUE,
    round TEXT NOT NULL,
    genre TEXT NOT NULL,
    person TEXT NOT NULL,
    -- As it is written in people.toml, and as mail servers are told it.
    address TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    line TEXT NOT NULL,
    message_id TEXT NOT NULL,
    -- The final bytes. They are never made again: a second copy is the same as the first.
    bytes TEXT NOT NULL,
    state TEXT NOT NULL,
    -- How many times it was claimed.
    tries BIGINT NOT NULL,
    -- How many of these tries may have left a copy with the server, although it did not say so.
    begun BIGINT NOT NULL,
    first_try_at BIGINT NOT NULL,
    -- Not to be tried before; 0 in a state that does not go out by itself.
    next_at BIGINT NOT NULL,
    -- The run that has it in hand, and until when that can be believed.
    holder TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    -- What the server said last, and at which stage.
    stage TEXT NOT NULL,
    code BIGINT NOT NULL,
    words TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX letters_by_state ON letters (state, next_at);

-- What a letter tells. The key and the address make it unique, so two runs that plan the same
-- cannot both store it. A letter that was superseded gives its notices back.
CREATE TABLE notices (
    letter TEXT NOT NULL REFERENCES letters (id),
    position BIGINT NOT NULL,
    round TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL,
    number BIGINT NOT NULL,
    address TEXT NOT NULL,
    said TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (letter, position),
    UNIQUE (round, kind, subject, person, number, address)
);

-- Everything that ever happened to a letter. Rows are added and never changed.
CREATE TABLE events (
    letter TEXT NOT NULL REFERENCES letters (id),
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT NOT NULL,
    code BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (letter, position)
);
