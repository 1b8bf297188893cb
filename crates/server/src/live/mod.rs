//! Live changes: what this server committed and what others tell of theirs, passed on to everybody
//! who listens. Pages and agents learn from it when to ask again (design: messages are hints).

mod relay;

pub(crate) use relay::relay;

use arno_store::changes::Message;
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

/// Batches a listener may be behind before it is told to fetch everything.
const BEHIND: usize = 256;

/// What a listener gets.
#[derive(Clone, Debug)]
pub enum News {
    /// These changed.
    Changes(Arc<Vec<Message>>),
    /// Something may have been missed.
    Resync,
}

/// The place listeners come to.
pub struct Live {
    sender: Mutex<Option<broadcast::Sender<News>>>,
}

impl Default for Live {
    fn default() -> Live {
        Live { sender: Mutex::new(Some(broadcast::Sender::new(BEHIND))) }
    }
}

impl Live {
    /// Listens from now on; `None` when the server is stopping.
    pub(crate) fn listen(&self) -> Option<Listener> {
        let sender = self.sender.lock().unwrap_or_else(|broken| broken.into_inner());
        Some(Listener(sender.as_ref()?.subscribe()))
    }

    fn tell(&self, news: News) {
        let sender = self.sender.lock().unwrap_or_else(|broken| broken.into_inner());
        if let Some(sender) = sender.as_ref() {
            // Without listeners nobody is interested.
            let _ = sender.send(news);
        }
    }

    fn has_listeners(&self) -> bool {
        let sender = self.sender.lock().unwrap_or_else(|broken| broken.into_inner());
        sender.as_ref().is_some_and(|sender| sender.receiver_count() > 0)
    }

    /// Ends every listener's stream.
    pub(crate) fn close(&self) {
        self.sender.lock().unwrap_or_else(|broken| broken.into_inner()).take();
    }
}

/// One who listens.
pub(crate) struct Listener(broadcast::Receiver<News>);

impl Listener {
    /// The next news; `None` when the server is stopping.
    pub(crate) async fn next(&mut self) -> Option<News> {
        match self.0.recv().await {
            Ok(news) => Some(news),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(News::Resync),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn listeners_hear_until_the_end() {
        let live = Live::default();
        assert!(!live.has_listeners());
        let mut listener = live.listen().expect("a listener");
        assert!(live.has_listeners());
        live.tell(News::Resync);
        assert!(matches!(listener.next().await, Some(News::Resync)));
        live.close();
        assert!(listener.next().await.is_none());
        assert!(live.listen().is_none() && !live.has_listeners());
        live.tell(News::Resync);
    }

    #[tokio::test]
    async fn who_falls_behind_is_told_to_fetch_everything() {
        let live = Live::default();
        let mut listener = live.listen().expect("a listener");
        for _ in 0..=BEHIND {
            live.tell(News::Changes(Arc::default()));
        }
        assert!(matches!(listener.next().await, Some(News::Resync)));
        assert!(matches!(listener.next().await, Some(News::Changes(_))));
    }
}
