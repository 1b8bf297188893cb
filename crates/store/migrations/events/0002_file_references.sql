-- Files outside an owner's own folder that samples and plots of it show (src/references.rs).
CREATE TABLE ev.foreign_file (
    owner {int} NOT NULL,
    file {blob} NOT NULL,
    PRIMARY KEY (owner, file)
);
CREATE INDEX {index_ev}foreign_file_file ON {table_ev}foreign_file(file);
