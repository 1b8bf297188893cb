//! What both engines must do alike before anything is built on them.

mod common;

use arno_store::Scope;
use common::stores;

#[test]
fn an_integer_is_read_whatever_its_width() {
    for store in stores() {
        let read = store.read(&Scope::system(""), |tx| {
            let sql = "SELECT 1, CAST(2 AS SMALLINT), CAST($1 AS BIGINT), count(*) FROM tasks";
            let row = |row: &arno_store::db::Row<'_>| {
                Ok([row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?])
            };
            tx.first(sql, &[i64::MAX.into()], row)
        });
        assert_eq!(read.unwrap(), Some([1, 2, i64::MAX, 0]));
    }
}
