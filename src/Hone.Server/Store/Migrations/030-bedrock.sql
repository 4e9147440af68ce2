-- Signatures that requests were made with which changed something; a row goes once its signature has expired.
CREATE TABLE used_signatures (signature TEXT PRIMARY KEY, expires BIGINT NOT NULL);
CREATE INDEX used_signatures_by_end ON used_signatures (expires);

-- Tags of jobs, custom models and deployments, by ARN. A model is in tagged_models once its job's tags for it have been taken over.
CREATE TABLE tags (account TEXT NOT NULL, resource TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (account, resource, name));
CREATE TABLE tagged_models (account TEXT NOT NULL, resource TEXT NOT NULL, PRIMARY KEY (account, resource));

-- Where an account's calls are logged: Bedrock's loggingConfig as JSON.
CREATE TABLE invocation_logging (account TEXT PRIMARY KEY, config TEXT NOT NULL);

-- Buckets that were made through the server, and whose they are. A bucket without a row belongs to the machine's owner, and all accounts may use it.
CREATE TABLE buckets (name TEXT PRIMARY KEY, account TEXT NOT NULL, created BIGINT NOT NULL);
