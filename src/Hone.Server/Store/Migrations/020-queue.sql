-- What does not change about a job is in its document; what does is in columns.
CREATE TABLE jobs (
    number {number},
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    token TEXT,
    api TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    priority BIGINT NOT NULL,
    status TEXT NOT NULL,
    phases TEXT NOT NULL,
    failure TEXT,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    started BIGINT,
    ended BIGINT,
    output_model TEXT,
    trained_tokens BIGINT NOT NULL DEFAULT 0,
    step BIGINT NOT NULL DEFAULT 0,
    steps BIGINT,
    -- Who works on it, and until when nobody else may.
    node TEXT,
    lease BIGINT,
    -- Not claimed before this time.
    not_before BIGINT NOT NULL DEFAULT 0,
    -- Times that the engine died since the run last got further.
    crashes BIGINT NOT NULL DEFAULT 0,
    -- The instruction-set tier that the run began with, whether another will do, and the last one that was refused.
    tier TEXT,
    any_tier BIGINT NOT NULL DEFAULT 0,
    refused_tier TEXT,
    last_event BIGINT NOT NULL DEFAULT 0,
    -- Of the run folder's events, how many are among the job's.
    run_events BIGINT NOT NULL DEFAULT 0,
    UNIQUE (account, token)
);
CREATE UNIQUE INDEX jobs_bedrock_names ON jobs (account, name) WHERE api = 'Bedrock';
CREATE INDEX jobs_of_account ON jobs (account, number);
CREATE INDEX jobs_by_status ON jobs (status, priority);

CREATE TABLE job_metadata (job TEXT NOT NULL REFERENCES jobs (id), name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (job, name));

CREATE TABLE job_events (
    job TEXT NOT NULL REFERENCES jobs (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    level TEXT NOT NULL,
    type TEXT NOT NULL,
    message TEXT NOT NULL,
    data TEXT,
    PRIMARY KEY (job, number)
);

CREATE TABLE models (
    number {number},
    id TEXT NOT NULL UNIQUE,
    -- The twelve characters that ARNs end with; a checkpoint has those of its job's model.
    code TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    base TEXT NOT NULL,
    -- The adapter's folder below data/models.
    folder TEXT NOT NULL,
    template TEXT,
    end_tokens TEXT NOT NULL,
    job TEXT,
    step BIGINT,
    metrics TEXT,
    created BIGINT NOT NULL,
    status TEXT NOT NULL,
    failure TEXT,
    -- For one that is brought along: from where, and until when a node works on it.
    source TEXT,
    token TEXT,
    lease BIGINT NOT NULL DEFAULT 0,
    UNIQUE (account, token)
);
CREATE INDEX models_of_account ON models (account, number);
CREATE INDEX models_of_job ON models (job, step);

CREATE TABLE deployments (
    number {number},
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    model TEXT NOT NULL,
    exchanged_to TEXT,
    created BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    token TEXT,
    UNIQUE (account, name),
    UNIQUE (account, token)
);

CREATE TABLE webhooks (
    number {number},
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    created BIGINT NOT NULL
);

-- What is to be told. A delivery that succeeded or was given up has no next time.
CREATE TABLE webhook_deliveries (
    number {number},
    id TEXT NOT NULL UNIQUE,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    created BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next BIGINT,
    lease BIGINT NOT NULL DEFAULT 0,
    outcome TEXT
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next);
