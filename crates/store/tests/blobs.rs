//! Files, on every engine: equal contents shared, nothing lost while many change the same paths,
//! and nothing left over.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use arno_store::Scope;
use arno_store::blobs::{Blob, Blobs, FilesLocation, INLINE};
use bytes::Bytes;
use common::Store;
use futures_util::TryStreamExt;
use std::collections::HashSet;
use std::path::Path;

struct Fixture {
    store: Store,
    blobs: Blobs,
    folder: tempfile::TempDir,
}

fn fixtures() -> impl Iterator<Item = Fixture> {
    common::stores().into_iter().map(|store| {
        let folder = tempfile::tempdir().unwrap();
        let location = FilesLocation::Folder(folder.path().to_owned());
        let blobs = Blobs::open(store.db.clone(), &location).unwrap();
        Fixture { store, blobs, folder }
    })
}

fn scope() -> Scope {
    Scope::system("c")
}

async fn put(blobs: &Blobs, path: &str, content: &[u8]) -> Blob {
    let mut upload = blobs.upload();
    for chunk in content.chunks(100_000) {
        upload.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    upload.finish(scope(), path).await.unwrap()
}

async fn read(blobs: &Blobs, blob: &Blob) -> Vec<u8> {
    let stream = blobs.read(blob, 0..blob.size).await.unwrap();
    stream.try_collect::<Vec<Bytes>>().await.unwrap().concat()
}

/// Contents on both sides of every threshold.
fn content(number: usize) -> Vec<u8> {
    let sizes = [0, 1, INLINE, INLINE + 1, 300_000, 1_000_000];
    (0..sizes[number % sizes.len()]).map(|at| (at * (number + 7)) as u8).collect()
}

/// The files in the folder, by their path in it.
fn stored(folder: &Path) -> HashSet<String> {
    let shelves = std::fs::read_dir(folder).unwrap().map(|shelf| shelf.unwrap().path());
    let files = shelves.flat_map(|shelf| std::fs::read_dir(shelf).unwrap());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    files.map(|file| name(&file.unwrap().path())).collect()
}

#[test]
fn many_at_once_lose_nothing_and_leave_nothing() {
    for fixture in fixtures() {
        let blobs = fixture.blobs.clone();
        let work = (0..8usize).map(|worker| {
            let blobs = blobs.clone();
            async move {
                for step in 0..12 {
                    let path = format!("p/{}", (worker + step * 5) % 6);
                    match (worker * 31 + step * 17) % 4 {
                        0 => drop(blobs.delete(scope(), &path).await.unwrap()),
                        // The same few contents from everybody, so that they meet.
                        choice => drop(put(&blobs, &path, &content(choice + 2)).await),
                    }
                }
            }
        });
        fixture.store.run(futures_util::future::join_all(work));
        fixture.store.run(async {
            blobs.remove_dead().await.unwrap();
            let mut large = HashSet::new();
            for number in 0..6 {
                let Some(blob) = blobs.find(scope(), &format!("p/{number}")).await.unwrap() else {
                    continue;
                };
                let content = read(&blobs, &blob).await;
                let hash = blake3::hash(&content).to_string();
                assert_eq!(hash, blob.object);
                if content.len() > INLINE {
                    large.insert(hash);
                }
            }
            assert_eq!(stored(fixture.folder.path()).len(), large.len());
            assert!(blobs.delete_folder(scope(), "p").await.unwrap() > 0);
            blobs.remove_dead().await.unwrap();
            assert_eq!(stored(fixture.folder.path()), HashSet::new());
        });
    }
}

#[test]
fn every_size_comes_back_whole_and_in_part() {
    for fixture in fixtures() {
        fixture.store.run(async {
            for number in 0..6 {
                let content = content(number);
                let blob = put(&fixture.blobs, "a", &content).await;
                assert_eq!(blob.size, content.len() as u64);
                let found = fixture.blobs.find(scope(), "a").await.unwrap().unwrap();
                assert_eq!(read(&fixture.blobs, &found).await, content);
                let (start, end) = (content.len() / 3, content.len() / 2);
                let part = fixture.blobs.read(&found, start as u64..end as u64).await.unwrap();
                let part = part.try_collect::<Vec<Bytes>>().await.unwrap().concat();
                assert_eq!(part, content[start..end]);
            }
        });
    }
}

#[test]
fn another_company_s_files_do_not_exist() {
    for fixture in fixtures() {
        fixture.store.run(async {
            let (blobs, other) = (&fixture.blobs, Scope::system("other"));
            put(blobs, "a", b"x").await;
            assert!(blobs.find(other.clone(), "a").await.unwrap().is_none());
            assert!(!blobs.delete(other, "a").await.unwrap());
            assert!(blobs.find(scope(), "a").await.unwrap().is_some());
        });
    }
}

#[test]
fn leftovers_go_and_uploads_under_way_stay() {
    for fixture in fixtures() {
        let folder = fixture.folder.path();
        fixture.store.run(async {
            let blobs = &fixture.blobs;
            let kept = put(blobs, "kept", &content(4)).await;
            let mut under_way = blobs.upload();
            under_way.write(content(5).into()).await.unwrap();
            under_way.write(content(5).into()).await.unwrap();
            std::fs::write(folder.join("tmp/crashed"), "half").unwrap();
            let orphan = format!("{}/{}-00000000", &kept.object[..2], kept.object);
            std::fs::write(folder.join(&orphan), "without a row").unwrap();

            blobs.remove_leftovers().await.unwrap();
            let left = stored(folder);
            assert!(!left.contains("tmp/crashed") && !left.contains(&orphan), "{left:?}");
            assert_eq!(left.len(), 2, "the kept one and the one under way: {left:?}");
            let blob = under_way.finish(scope(), "late").await.unwrap();
            assert_eq!(read(blobs, &blob).await, [content(5), content(5)].concat());
            assert_eq!(read(blobs, &kept).await, content(4));
        });
    }
}

#[test]
fn a_deletion_is_finished_after_a_crash() {
    for fixture in fixtures() {
        fixture.store.run(async {
            put(&fixture.blobs, "a", &content(4)).await;
            assert!(fixture.blobs.delete(scope(), "a").await.unwrap());
            assert_eq!(stored(fixture.folder.path()).len(), 1);
            let location = FilesLocation::Folder(fixture.folder.path().to_owned());
            let again = Blobs::open(fixture.store.db.clone(), &location).unwrap();
            assert_eq!(again.remove_dead().await.unwrap(), 1);
            assert_eq!(again.remove_dead().await.unwrap(), 0);
            assert_eq!(stored(fixture.folder.path()), HashSet::new());
        });
    }
}
