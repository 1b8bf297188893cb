//! Contents in S3, GCS or Azure. A content is written under a random key, which stays its
//! location: object stores cannot rename, and copying stops at 5 GB.

use super::objects::ByteStream;
use crate::error::{Error, Result};
use crate::trust::Trust;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreExt, WriteMultipart};
use std::ops::Range;
use std::sync::Arc;

/// Bytes of one part of an upload. S3 takes 10,000 parts of at least 5 MiB.
const PART: usize = 16 * 1024 * 1024;
/// Parts on their way at once.
const PARTS: usize = 2;

#[derive(Clone)]
pub(super) struct Remote {
    store: Arc<dyn ObjectStore>,
    prefix: String,
}

impl Remote {
    pub(super) fn open(url: &str, options: &[(String, String)], trust: &Trust) -> Result<Remote> {
        let unknown = || {
            Error::Config(format!(
                "the files URL {url} is not understood; it is a folder, or s3://bucket/prefix, \
                 gs://bucket/prefix or az://container/prefix"
            ))
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(unknown)?;
        let prefix = rest.split_once('/').map_or("", |(_, prefix)| prefix);
        let client = client(trust)?;
        macro_rules! build {
            ($builder:ty) => {{
                let builder = <$builder>::new().with_url(url).with_client_options(client);
                let builder = options.iter().fold(builder, |builder, (name, value)| {
                    match name.to_ascii_lowercase().parse() {
                        Ok(key) => builder.with_config(key, value),
                        Err(_) => builder,
                    }
                });
                Arc::new(builder.build()?) as Arc<dyn ObjectStore>
            }};
        }
        let store = match scheme {
            "s3" | "s3a" => build!(AmazonS3Builder),
            "gs" => build!(GoogleCloudStorageBuilder),
            "az" | "azure" | "abfs" | "abfss" => build!(MicrosoftAzureBuilder),
            _ => return Err(unknown()),
        };
        Ok(Remote { store, prefix: prefix.trim_end_matches('/').to_owned() })
    }

    /// Whether the bucket is there and lets us in.
    pub(super) async fn check(&self) -> Result<()> {
        let prefix = Path::from(self.prefix.as_str());
        match self.store.list(Some(&prefix)).next().await {
            Some(Err(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub(super) async fn begin(&self) -> Result<Part> {
        let location = uuid::Uuid::new_v4().simple().to_string();
        let upload = self.store.put_multipart(&self.key(&location)).await?;
        let upload = WriteMultipart::new_with_chunk_size(upload, PART);
        Ok(Part { upload: Some(upload), location })
    }

    pub(super) async fn read(&self, location: &str, range: Range<u64>) -> Result<ByteStream> {
        let options = object_store::GetOptions {
            range: Some(object_store::GetRange::Bounded(range)),
            ..Default::default()
        };
        let answer = self.store.get_opts(&self.key(location), options).await?;
        Ok(answer.into_stream().map_err(Error::from).boxed())
    }

    pub(super) async fn remove(&self, location: &str) -> Result<()> {
        match self.store.delete(&self.key(location)).await {
            Err(error) if !matches!(error, object_store::Error::NotFound { .. }) => {
                Err(error.into())
            }
            _ => Ok(()),
        }
    }

    fn key(&self, location: &str) -> Path {
        Path::from(format!("{}/{location}", self.prefix))
    }
}

/// How the store is reached; the options come on top of it.
fn client(trust: &Trust) -> Result<ClientOptions> {
    let authorities = Certificate::from_pem_bundle(trust.pem())?;
    let client = ClientOptions::new();
    Ok(authorities.into_iter().fold(client, ClientOptions::with_root_certificate))
}

/// An upload in parts. Dropping it tells the store to forget the parts.
pub(super) struct Part {
    upload: Option<WriteMultipart>,
    location: String,
}

impl Part {
    pub(super) async fn append(&mut self, bytes: Bytes) -> Result<()> {
        if let Some(upload) = &mut self.upload {
            upload.wait_for_capacity(PARTS).await?;
            upload.put(bytes);
        }
        Ok(())
    }

    /// Keeps the content for good and returns its location.
    pub(super) async fn keep(mut self) -> Result<String> {
        if let Some(upload) = self.upload.take() {
            upload.finish().await?;
        }
        Ok(std::mem::take(&mut self.location))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let (Some(upload), Ok(runtime)) =
            (self.upload.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        runtime.spawn(async move {
            if let Err(error) = upload.abort().await {
                tracing::warn!(%error, "an abandoned upload could not be taken back");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    fn remote() -> Remote {
        Remote { store: Arc::new(InMemory::new()), prefix: "some/prefix".to_owned() }
    }

    async fn content(remote: &Remote, location: &str, range: Range<u64>) -> Vec<u8> {
        let stream = remote.read(location, range).await.expect("a stream");
        let parts: Vec<Bytes> = stream.try_collect().await.expect("bytes");
        parts.concat()
    }

    #[tokio::test]
    async fn a_content_of_several_parts_comes_back() {
        let remote = remote();
        let mut part = remote.begin().await.expect("an upload");
        let chunk = Bytes::from(vec![7; 1024 * 1024]);
        for _ in 0..PART / chunk.len() + 3 {
            part.append(chunk.clone()).await.expect("written");
        }
        part.append(Bytes::from_static(b"end")).await.expect("written");
        let location = part.keep().await.expect("kept");
        let size = (PART + 3 * chunk.len() + 3) as u64;
        assert_eq!(content(&remote, &location, size - 5..size).await, [7, 7, b'e', b'n', b'd']);
        assert_eq!(content(&remote, &location, 0..size).await.len() as u64, size);
        remote.remove(&location).await.expect("removed");
        remote.remove(&location).await.expect("one that is gone is fine");
        assert!(remote.read(&location, 0..1).await.is_err());
    }

    #[tokio::test]
    async fn what_is_not_kept_does_not_exist() {
        let remote = remote();
        let mut part = remote.begin().await.expect("an upload");
        part.append(Bytes::from_static(b"half")).await.expect("written");
        drop(part);
        let all: Vec<_> = remote.store.list(None).try_collect().await.expect("a list");
        assert!(all.is_empty(), "{all:?}");
    }

    #[test]
    fn urls_are_checked() {
        for wrong in ["ftp://bucket", "bucket", "s3:/bucket"] {
            let error =
                Remote::open(wrong, &[], &Trust::default()).err().expect("refused").to_string();
            assert!(error.contains(wrong) && error.contains("s3://bucket/prefix"), "{error}");
        }
        let region = ("AWS_REGION".to_owned(), "eu-west-1".to_owned());
        let remote =
            Remote::open("s3://bucket/a/b/", &[region], &Trust::default()).expect("a store");
        assert_eq!(remote.key("x").as_ref(), "a/b/x");
    }
}
