//! Small helpers for what commands print.

/// Left-aligned columns under their headings, two spaces apart, ending with a line break.
pub fn columns<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let headings = headings.map(str::to_owned);
    let all = || std::iter::once(&headings).chain(rows);
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  "));
        format!("{}\n", cells.collect::<String>().trim_end())
    };
    all().map(line).collect()
}

/// How long ago something was, roughly; the argument is in milliseconds.
pub fn ago(milliseconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400_000, "days"), (3_600_000, "h"), (60_000, "min")];
    match UNITS.iter().find(|(length, _)| milliseconds >= *length) {
        Some((length, unit)) => format!("{} {unit} ago", milliseconds / length),
        None => "just now".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["1".to_owned(), "α".to_owned()], ["22".to_owned(), "longer".to_owned()]];
        assert_eq!(columns(["ID", "NAME"], &rows), "ID  NAME\n1   α\n22  longer\n");
    }

    #[test]
    fn times_are_told_in_their_largest_unit() {
        let told = [0, 59_999, 60_000, 7_200_000, 86_400_000 * 3 + 1].map(ago);
        assert_eq!(told, ["just now", "just now", "1 min ago", "2 h ago", "3 days ago"]);
    }
}
