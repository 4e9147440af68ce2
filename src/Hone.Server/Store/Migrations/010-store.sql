-- Keys. hash: SHA-256 of the bearer token. Times are Unix milliseconds.
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    hash {bytes} NOT NULL,
    scopes BIGINT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    revoked BIGINT,
    last_used BIGINT
);
CREATE INDEX keys_account ON keys (account, created);

CREATE TABLE audit (
    number {number},
    at BIGINT NOT NULL,
    account TEXT NOT NULL,
    key_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT,
    address TEXT
);
CREATE INDEX audit_account ON audit (account, number);

-- Uploaded files. The content is the file of this id in the folder "files".
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    state TEXT NOT NULL,
    state_details TEXT,
    encrypted BIGINT NOT NULL
);
CREATE INDEX files_account ON files (account, created, id);
CREATE INDEX files_expires ON files (expires);
