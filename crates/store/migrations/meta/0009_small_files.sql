-- A small content lies in the row of its file. To find its equal would cost two writes at random
-- places of the database for each file stored, more than the space that it saves.
ALTER TABLE blobs ADD COLUMN content {blob};
UPDATE blobs SET content =
    (SELECT o.content FROM objects o WHERE o.hash = blobs.object AND o.location IS NULL);
DROP INDEX blobs_object;
CREATE INDEX blobs_object ON blobs(object) WHERE content IS NULL;

-- Contents that lie elsewhere.
CREATE TABLE stored_objects (
    hash {text} PRIMARY KEY,
    location {text} NOT NULL
);
INSERT INTO stored_objects SELECT hash, location FROM objects WHERE location IS NOT NULL;
DROP TABLE objects;
ALTER TABLE stored_objects RENAME TO objects;
