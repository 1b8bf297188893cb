-- Contents are found by their BLAKE3; what was stored before keeps its name, a hash of the same length.
ALTER TABLE objects RENAME COLUMN sha256 TO hash;
