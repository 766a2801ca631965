-- Picture in picture, layouts that change within a clip, and names for speakers.
ALTER TABLE clip ADD COLUMN pip TEXT CHECK (pip IS NULL OR json_valid(pip));
ALTER TABLE clip ADD COLUMN keyframes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(keyframes));
ALTER TABLE vod ADD COLUMN speakers TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(speakers));

-- What was called full fills the output with one zone; now full is the whole zone, fitted.
UPDATE clip SET layout = 'single' WHERE layout = 'full';
UPDATE job SET payload = json_set(payload, '$.params.render.clip.layout', 'single')
WHERE type = 'export' AND json_extract(payload, '$.params.render.clip.layout') = 'full';

CREATE TRIGGER vod_speakers AFTER UPDATE OF speakers ON vod WHEN OLD.speakers != NEW.speakers
BEGIN
    INSERT INTO event (type, subject, at)
    VALUES ('PROJECT_CHANGED', NEW.project_id, NEW.created_at);
END;
