//! Splitting output into lines as a terminal would show them: progress bars collapse to their last
//! state, backspaces and colour resets on a line of their own are dropped (agent.md §4.2).

use crate::clock::Millis;

/// A longer line is cut, so that binary output cannot grow without end.
const MAX_LINE: usize = 64 * 1024;
/// An unfinished line is told after this long.
const UNFINISHED: Millis = 800;
/// A progress bar is told this often while it moves.
const PROGRESS: Millis = 5_000;
/// How a terminal is told to stop colouring.
const RESET: &str = "\u{1b}[0m";

/// Output on its way to lines.
#[derive(Default)]
pub(crate) struct Lines {
    pending: Vec<u8>,
    /// When the pending text began, or was told last.
    since: Millis,
}

impl Lines {
    /// Takes bytes and returns the lines they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], now: Millis) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.pending.is_empty() {
                self.since = now;
            }
            self.pending.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                lines.extend(self.take());
            } else if self.pending.len() >= MAX_LINE {
                self.forget_overwritten();
                if self.pending.len() >= MAX_LINE {
                    lines.extend(self.take());
                }
            }
        }
        lines
    }

    /// What waits for its end for too long, as far as it goes.
    pub(crate) fn tick(&mut self, now: Millis) -> Option<String> {
        if self.pending.is_empty() {
            return None;
        }
        let is_progress = self.pending.contains(&b'\r');
        let patience = if is_progress { PROGRESS } else { UNFINISHED };
        if now - self.since < patience {
            return None;
        }
        self.since = now;
        if is_progress {
            self.forget_overwritten();
            return shown(&self.pending);
        }
        self.take()
    }

    /// What is left at the end.
    pub(crate) fn finish(&mut self) -> Option<String> {
        self.take()
    }

    fn take(&mut self) -> Option<String> {
        let bytes = std::mem::take(&mut self.pending);
        shown(&bytes)
    }

    /// Drops what a carriage return has overwritten already; the return stays, as the mark of a bar.
    fn forget_overwritten(&mut self) {
        let kept = last_state(&self.pending).to_vec();
        self.pending.clear();
        self.pending.push(b'\r');
        self.pending.extend_from_slice(&kept);
    }
}

/// What stands after the last carriage return that something follows.
fn last_state(bytes: &[u8]) -> &[u8] {
    let trimmed = bytes.trim_ascii_end();
    match trimmed.iter().rposition(|byte| *byte == b'\r') {
        Some(at) => &trimmed[at + 1..],
        None => trimmed,
    }
}

/// The bytes as a line; None for what shows nothing and was no empty line.
fn shown(bytes: &[u8]) -> Option<String> {
    let had_end = bytes.ends_with(b"\n");
    let text = String::from_utf8_lossy(last_state(bytes));
    let text: String = text.chars().filter(|c| is_shown(*c)).collect();
    let nothing = text.is_empty() && !had_end;
    (!nothing && text != RESET).then_some(text)
}

/// Control characters but tabs and colours mean nothing in a page.
fn is_shown(c: char) -> bool {
    c == '\t' || c == '\u{1b}' || !c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut told = lines.push(text, 0);
        told.extend(lines.finish());
        told
    }

    #[test]
    fn lines_are_what_a_terminal_shows_in_the_end() {
        let table: [(&[u8], &[&str]); 10] = [
            (b"one\ntwo", &["one", "two"]),
            (b"windows\r\nends\r\n", &["windows", "ends"]),
            (b"10%\r50%\r100%\n", &["100%"]),
            (b"50%\r100%\r\n", &["100%"]),
            (b"a\n\nb\n", &["a", "", "b"]),
            (b"ab\x08c\n", &["abc"]),
            (b"\x1b[0m\ncoloured\n", &["coloured"]),
            (b"\x1b[31mred\n", &["\u{1b}[31mred"]),
            (b"\xff\xfe\n", &["\u{fffd}\u{fffd}"]),
            (b"nul\0nul", &["nulnul"]),
        ];
        for (bytes, expected) in table {
            assert_eq!(all(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn pieces_do_not_change_the_lines() {
        let text = "α line\nprogress 1\rprogress 2\nend".as_bytes();
        for size in 1..text.len() {
            let mut lines = Lines::default();
            let mut told: Vec<String> =
                text.chunks(size).flat_map(|piece| lines.push(piece, 0)).collect();
            told.extend(lines.finish());
            assert_eq!(told, ["α line", "progress 2", "end"], "pieces of {size}");
        }
    }

    #[test]
    fn what_has_no_end_is_told_after_a_while() {
        let mut lines = Lines::default();
        assert!(lines.push(b"name? ", 0).is_empty());
        assert_eq!(lines.tick(UNFINISHED - 1), None);
        assert_eq!(lines.tick(UNFINISHED).as_deref(), Some("name?"));
        assert_eq!(lines.tick(UNFINISHED * 9), None);
    }

    #[test]
    fn a_progress_bar_is_told_now_and_then() {
        let mut lines = Lines::default();
        assert!(lines.push(b"1%\r2%", 0).is_empty());
        assert_eq!(lines.tick(UNFINISHED), None);
        assert_eq!(lines.tick(PROGRESS).as_deref(), Some("2%"));
        assert!(lines.push(b"\r3%", PROGRESS).is_empty());
        assert_eq!(lines.tick(2 * PROGRESS).as_deref(), Some("3%"));
        assert_eq!(lines.push(b"\rdone\n", 2 * PROGRESS), ["done"]);
    }

    #[test]
    fn endless_lines_are_cut() {
        let told = all(&vec![b'x'; 3 * MAX_LINE]);
        assert!(told.len() <= 3);
        assert_eq!(told.concat().len(), 3 * MAX_LINE);
    }
}
