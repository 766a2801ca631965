CREATE TABLE project (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    created_at REAL NOT NULL
) STRICT;

CREATE TABLE vod (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    fingerprint TEXT NOT NULL,
    has_chat INTEGER NOT NULL CHECK (has_chat IN (0, 1)),
    probe TEXT CHECK (probe IS NULL OR json_valid(probe)),
    created_at REAL NOT NULL
) STRICT;
CREATE INDEX vod_by_project ON vod (project_id, created_at);
CREATE INDEX vod_by_fingerprint ON vod (fingerprint);

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    vod_id TEXT NOT NULL REFERENCES vod (id) ON DELETE CASCADE,
    type TEXT NOT NULL CHECK (type IN ('ingest', 'transcribe', 'analyze', 'export')),
    status TEXT NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    step TEXT,
    progress REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    worker_id TEXT,
    lease_until REAL,
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
    run_after REAL NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    CHECK ((status = 'processing') = (worker_id IS NOT NULL)),
    CHECK ((status = 'processing') = (lease_until IS NOT NULL)),
    CHECK ((status = 'completed') = (result IS NOT NULL)),
    CHECK (status != 'failed' OR error IS NOT NULL)
) STRICT;
CREATE INDEX job_to_run ON job (status, run_after, created_at);
CREATE INDEX job_by_project ON job (project_id, created_at);
CREATE INDEX job_by_vod ON job (vod_id, created_at);

CREATE TABLE step (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (
        status IN ('pending', 'processing', 'completed', 'failed', 'skipped', 'cancelled')
    ),
    attempt INTEGER NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    speed REAL,
    seconds REAL,
    reused INTEGER NOT NULL DEFAULT 0 CHECK (reused IN (0, 1)),
    reason TEXT,
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    artifacts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(artifacts)),
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    PRIMARY KEY (job_id, name)
) STRICT, WITHOUT ROWID;

-- What a step left behind for a recording: files under a key, or the reason for none.
CREATE TABLE outcome (
    vod_id TEXT NOT NULL REFERENCES vod (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    key TEXT NOT NULL,
    files TEXT NOT NULL CHECK (json_valid(files)),
    skipped TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    PRIMARY KEY (vod_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE clip (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    vod_id TEXT NOT NULL REFERENCES vod (id) ON DELETE CASCADE,
    rev INTEGER NOT NULL DEFAULT 1 CHECK (rev > 0),
    start_s REAL NOT NULL CHECK (start_s >= 0),
    end_s REAL NOT NULL,
    title TEXT NOT NULL,
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 100),
    reasons TEXT NOT NULL CHECK (json_valid(reasons)),
    parts TEXT NOT NULL CHECK (json_valid(parts)),
    zones TEXT NOT NULL CHECK (json_valid(zones)),
    layout TEXT NOT NULL,
    captions TEXT NOT NULL CHECK (json_valid(captions)),
    cuts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(cuts)),
    state TEXT NOT NULL DEFAULT 'suggested' CHECK (state IN ('suggested', 'kept', 'skipped')),
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    CHECK (end_s > start_s)
) STRICT;
CREATE INDEX clip_by_project ON clip (project_id, score DESC);

-- The log that clients replay. Triggers fill it, so that no code path can forget an event;
-- it names its subject only, and the reader adds the subject's present state.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL
) STRICT;

CREATE TRIGGER job_transition BEFORE UPDATE OF status ON job
WHEN OLD.status != NEW.status AND OLD.status || '>' || NEW.status NOT IN (
    'pending>processing', 'pending>cancelled', 'processing>completed', 'processing>pending',
    'processing>failed', 'processing>cancelled', 'failed>pending', 'cancelled>pending'
)
BEGIN
    SELECT RAISE(ABORT, 'illegal job transition');
END;

CREATE TRIGGER job_created AFTER INSERT ON job
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('JOB_CREATED', NEW.id, NEW.updated_at);
END;

-- One trigger for both events: the order in which several triggers fire is undefined.
CREATE TRIGGER job_changed AFTER UPDATE OF status ON job WHEN OLD.status != NEW.status
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('JOB_CHANGED', NEW.id, NEW.updated_at);
    INSERT INTO event (type, subject, at)
    SELECT 'JOB_' || upper(NEW.status), NEW.id, NEW.updated_at
    WHERE NEW.status IN ('completed', 'failed', 'cancelled');
END;

CREATE TRIGGER step_changed AFTER UPDATE OF status ON step WHEN OLD.status != NEW.status
BEGIN
    INSERT INTO event (type, subject, detail, at)
    SELECT 'STEP_CHANGED', NEW.job_id, NEW.name, job.updated_at FROM job WHERE id = NEW.job_id;
END;

CREATE TRIGGER clip_created AFTER INSERT ON clip
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('CLIP_CHANGED', NEW.id, NEW.updated_at);
END;

CREATE TRIGGER clip_changed AFTER UPDATE OF rev ON clip
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('CLIP_CHANGED', NEW.id, NEW.updated_at);
END;

CREATE TRIGGER clip_deleted AFTER DELETE ON clip
BEGIN
    INSERT INTO event (type, subject, detail, at)
    VALUES ('CLIP_DELETED', OLD.id, OLD.project_id, OLD.updated_at);
END;

CREATE TRIGGER project_created AFTER INSERT ON project
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('PROJECT_CHANGED', NEW.id, NEW.created_at);
END;

CREATE TRIGGER vod_probed AFTER UPDATE OF probe ON vod
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('PROJECT_CHANGED', NEW.project_id, NEW.created_at);
END;

CREATE TRIGGER project_deleted AFTER DELETE ON project
BEGIN
    INSERT INTO event (type, subject, at) VALUES ('PROJECT_DELETED', OLD.id, OLD.created_at);
END;
