//! Word between servers of one database, through PostgreSQL's `LISTEN` and `NOTIFY`.

use super::postgres::Postgres;
use super::tx::Tx;
use crate::error::Result;
use postgres::fallible_iterator::FallibleIterator;
use std::sync::mpsc as wait;
use std::time::Duration;
use tokio::sync::mpsc;

/// The channel's name.
const CHANNEL: &str = "arno_changes";
/// PostgreSQL takes payloads below 8,000 bytes.
pub const MAX_TEXT: usize = 7_900;
/// How long a listener waits for news before it looks whether it is still wanted, and before it
/// tries to connect again.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// News that may wait to be read; more are lost, and the reader is told so.
const MAX_WAITING: usize = 1_000;

/// What is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A text another server sent, or this one.
    Text(String),
    /// Something may have been missed.
    Gap,
}

/// Sends a text to all that listen, this server too.
pub(super) fn send(tx: &Tx<'_>, text: &str) -> Result<()> {
    tx.first(
        "SELECT 1::bigint FROM pg_notify($1, $2)",
        &[CHANNEL.into(), text.into()],
        |_| Ok(()),
    )?;
    Ok(())
}

/// What comes from other servers; listening ends when it is dropped.
pub struct Heard {
    news: Option<mpsc::Receiver<News>>,
    /// Says by its end that nobody listens any more.
    _wanted: wait::Sender<()>,
}

impl Heard {
    /// A silence without end.
    pub(super) fn nothing() -> Heard {
        Heard { news: None, _wanted: wait::channel().0 }
    }

    /// Listens on a connection and a thread of its own.
    pub(super) fn listen(pg: Postgres) -> Heard {
        let (sender, news) = mpsc::channel(MAX_WAITING);
        let (wanted, still_wanted) = wait::channel();
        let listener = Listener { pg, sender, still_wanted };
        let spawned = std::thread::Builder::new()
            .name("arno-listen".to_owned())
            .spawn(move || listener.run());
        if let Err(error) = spawned {
            tracing::error!(%error, "changes of other servers are not heard of");
        }
        Heard { news: Some(news), _wanted: wanted }
    }

    /// The next news; waits for ever when there can be none.
    pub async fn next(&mut self) -> News {
        if let Some(news) = &mut self.news
            && let Some(news) = news.recv().await
        {
            return news;
        }
        std::future::pending().await
    }
}

struct Listener {
    pg: Postgres,
    sender: mpsc::Sender<News>,
    still_wanted: wait::Receiver<()>,
}

impl Listener {
    fn run(self) {
        loop {
            if let Err(error) = self.hear() {
                tracing::warn!(%error, "the connection that hears of other servers' changes broke");
            }
            if self.still_wanted.recv_timeout(LOOK_EVERY) != Err(wait::RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    fn is_wanted(&self) -> bool {
        self.still_wanted.try_recv() == Err(wait::TryRecvError::Empty)
    }

    fn hear(&self) -> std::result::Result<(), postgres::Error> {
        let mut client = self.pg.connect()?;
        client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
        self.pass_on(News::Gap);
        while self.is_wanted() {
            {
                let mut notifications = client.notifications();
                let mut coming = notifications.timeout_iter(LOOK_EVERY);
                while let Some(notification) = coming.next()? {
                    self.pass_on(News::Text(notification.payload().to_owned()));
                }
            }
            if client.is_closed() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A reader that is behind is told that it missed something once it can take news again.
    fn pass_on(&self, news: News) {
        if self.sender.try_send(news).is_err() && self.is_wanted() {
            // Blocks this thread only.
            let _ = self.sender.blocking_send(News::Gap);
        }
    }
}
