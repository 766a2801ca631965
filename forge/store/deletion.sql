-- What a step works on, from the moment it starts: its half-done work under this key is pursued.
ALTER TABLE step ADD COLUMN key TEXT NOT NULL DEFAULT '';

CREATE TRIGGER job_deleted AFTER DELETE ON job
BEGIN
    INSERT INTO event (type, subject, detail, at)
    VALUES ('JOB_DELETED', OLD.id, OLD.project_id, OLD.updated_at);
END;
