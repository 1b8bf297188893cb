//! Clean-up: contents no path refers to any more, and what a crash left half-way. A file that an
//! upload (of any server sharing the folder) still works on is locked, so nothing has to be
//! guessed from ages.

use super::folder::Folder;
use super::objects::{Objects, blocking};
use super::{Blobs, rows};
use crate::error::Result;
use crate::scope::Scope;

impl Blobs {
    /// Removes what earlier runs left behind, then every content as its last path goes. Runs
    /// until it is dropped; what it has not done is done after the next start.
    pub async fn keep_clean(&self) {
        if let Err(error) = self.remove_leftovers().await {
            tracing::warn!(%error, "leftover files could not be removed");
        }
        loop {
            if let Err(error) = self.remove_dead().await {
                tracing::warn!(%error, "deleted files still use space; trying again later");
            }
            self.dead.notified().await;
        }
    }

    /// Removes the contents of deleted files; how many there were.
    pub async fn remove_dead(&self) -> Result<usize> {
        let mut removed = 0;
        loop {
            let locations = self.db.read(Scope::system(""), rows::dead).await?;
            if locations.is_empty() {
                return Ok(removed);
            }
            for location in &locations {
                self.objects.remove(location).await?;
            }
            removed += locations.len();
            self.db.write(Scope::system(""), move |tx| rows::forget(tx, &locations)).await?;
        }
    }

    /// Removes temporaries of uploads that a crash cut off, and contents it left without a row.
    pub async fn remove_leftovers(&self) -> Result<()> {
        let Objects::Folder(folder) = &self.objects else { return Ok(()) };
        let own = folder.clone();
        blocking(move || own.remove_abandoned_temporaries()).await?;
        let own = folder.clone();
        for shelf in blocking(move || own.shelves()).await? {
            self.tidy(folder, shelf).await?;
        }
        Ok(())
    }

    async fn tidy(&self, folder: &Folder, shelf: String) -> Result<()> {
        let own = folder.clone();
        let locations = blocking(move || own.locations(&shelf)).await?;
        for location in self.without_row(locations).await? {
            let (own, asked) = (folder.clone(), location.clone());
            let Some(_lock) = blocking(move || own.try_lock(&asked)).await? else { continue };
            // Only now is it sure that no upload is about to write the row.
            if !self.without_row(vec![location.clone()]).await?.is_empty() {
                tracing::info!(location, "removing a content that an interrupted upload left");
                self.objects.remove(&location).await?;
            }
        }
        Ok(())
    }

    async fn without_row(&self, locations: Vec<String>) -> Result<Vec<String>> {
        let unused = move |tx: &crate::Tx<'_>| {
            let mut unused = Vec::new();
            for location in &locations {
                if !rows::is_used(tx, location)? {
                    unused.push(location.clone());
                }
            }
            Ok(unused)
        };
        self.db.read(Scope::system(""), unused).await
    }
}
