//! Finds the credentials for a URL and opens the object store with them.

use super::settings::{Aws, AwsBucket, StorageSettings};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use std::time::Duration;

/// How long an object store may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

type Opened = (Box<dyn ObjectStore>, Path);

/// The store of a URL and the file's path in it.
pub(super) fn open(settings: &StorageSettings, url: &str) -> Result<Opened, String> {
    let unknown = || "the storage settings have no credentials for it".to_owned();
    let (scheme, rest) = url.split_once("://").ok_or_else(unknown)?;
    let (host, path) = rest.split_once('/').ok_or("the URL names no file")?;
    match scheme {
        "s3" => s3(settings.aws.as_ref().ok_or_else(unknown)?, host, path),
        "gs" => {
            let google = settings.google.as_ref().ok_or_else(unknown)?;
            let own = google.buckets.iter().flatten().find(|bucket| {
                bucket.bucket.as_deref() == Some(host) && is_below(path, &bucket.subdir)
            });
            let key = own.and_then(|bucket| bucket.credentials_json.as_deref());
            let key = key.or(google.credentials_json.as_deref()).ok_or_else(unknown)?;
            let store = GoogleCloudStorageBuilder::new()
                .with_bucket_name(host)
                .with_service_account_key(key)
                .with_client_options(client())
                .with_retry(retry())
                .build();
            opened(store.map_err(words)?, path)
        }
        "azure" => {
            let account = host.split('.').next().unwrap_or_default();
            let (container, path) = path.split_once('/').ok_or("the URL names no file")?;
            let containers = settings.azure.as_ref().and_then(|azure| azure.containers.as_ref());
            let own = containers.into_iter().flatten().find(|own| {
                own.account_name.as_deref() == Some(account)
                    && own
                        .container_name
                        .as_deref()
                        .is_none_or(|name| name.is_empty() || name == container)
            });
            let key = own.and_then(|own| own.account_key.as_deref()).ok_or_else(unknown)?;
            let store = MicrosoftAzureBuilder::new()
                .with_account(account)
                .with_container_name(container)
                .with_access_key(key)
                .with_client_options(client())
                .with_retry(retry())
                .build();
            opened(store.map_err(words)?, path)
        }
        _ => Err(unknown()),
    }
}

/// S3: `s3://bucket/path` at Amazon, `s3://host:port/bucket/path` elsewhere.
fn s3(aws: &Aws, host: &str, path: &str) -> Result<Opened, String> {
    let elsewhere = host.contains(':')
        || aws.buckets.iter().flatten().any(|own| own.host.as_deref() == Some(host));
    let (bucket, path) = match elsewhere {
        true => path.split_once('/').ok_or("the URL names no file")?,
        false => (host, path),
    };
    let own = own_bucket(aws, elsewhere.then_some(host), bucket, path);
    if elsewhere && own.is_none() {
        return Err(format!("the storage settings name no host {host}"));
    }
    let own = own.cloned().unwrap_or_default();
    let or_general = |own: Option<String>, general: &Option<String>| {
        own.filter(|text| !text.is_empty()).or_else(|| general.clone().filter(|t| !t.is_empty()))
    };
    let (key, secret) = match elsewhere {
        // Amazon's keys are not shown to others.
        true => (own.key, own.secret),
        false => (or_general(own.key, &aws.key), or_general(own.secret, &aws.secret)),
    };
    let region = or_general(own.region, &aws.region).unwrap_or_else(|| "us-east-1".to_owned());
    let mut builder =
        AmazonS3Builder::new().with_bucket_name(bucket).with_region(region).with_retry(retry());
    let chain = own.use_credentials_chain.or(aws.use_credentials_chain).unwrap_or(false);
    match (key, secret) {
        (Some(key), Some(secret)) => {
            builder = builder.with_access_key_id(key).with_secret_access_key(secret);
        }
        _ if chain => {}
        _ => return Err("the storage settings have no credentials for it".to_owned()),
    }
    let token = if elsewhere { own.token } else { or_general(own.token, &aws.token) };
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        builder = builder.with_token(token);
    }
    let mut options = client();
    if elsewhere {
        let secure = own.secure.unwrap_or(true);
        let scheme = if secure { "https" } else { "http" };
        builder = builder.with_endpoint(format!("{scheme}://{host}"));
        options = options
            .with_allow_http(!secure)
            .with_allow_invalid_certificates(!own.verify.unwrap_or(true));
    }
    opened(builder.with_client_options(options).build().map_err(words)?, path)
}

/// The settings that fit best: of this bucket before those of the whole host, of the deepest folder.
fn own_bucket<'a>(
    aws: &'a Aws,
    host: Option<&str>,
    bucket: &str,
    path: &str,
) -> Option<&'a AwsBucket> {
    let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    aws.buckets
        .iter()
        .flatten()
        .filter(|own| named(&own.host).as_deref() == host)
        .filter(|own| match named(&own.bucket) {
            Some(name) => name == bucket,
            None => host.is_some(),
        })
        .filter(|own| is_below(path, &own.subdir))
        .max_by_key(|own| {
            (named(&own.bucket).is_some(), own.subdir.as_ref().map_or(0, String::len))
        })
}

fn is_below(path: &str, folder: &Option<String>) -> bool {
    let folder = folder.as_deref().unwrap_or_default().trim_matches('/');
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The store with the path as it is, not encoded once more.
fn opened(store: impl ObjectStore, path: &str) -> Result<Opened, String> {
    let path = Path::parse(path).map_err(|error| error.to_string())?;
    Ok((Box::new(store) as Box<dyn ObjectStore>, path))
}

fn client() -> ClientOptions {
    ClientOptions::new().with_timeout(PATIENCE)
}

/// The job itself is tried again.
fn retry() -> RetryConfig {
    RetryConfig { max_retries: 1, retry_timeout: PATIENCE, ..RetryConfig::default() }
}

fn words(error: object_store::Error) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(host: &str, bucket: &str, subdir: &str, key: &str) -> AwsBucket {
        let text = |text: &str| Some(text.to_owned());
        AwsBucket {
            host: text(host),
            bucket: text(bucket),
            subdir: text(subdir),
            key: text(key),
            secret: text("s"),
            ..AwsBucket::default()
        }
    }

    #[test]
    fn the_closest_bucket_is_taken_and_no_stranger_asked() {
        let aws = Aws {
            key: Some("general".to_owned()),
            secret: Some("s".to_owned()),
            buckets: Some(vec![
                bucket("", "b", "", "whole"),
                bucket("", "b", "deep/er", "deep"),
                bucket("minio:9000", "", "", "host"),
                bucket("minio:9000", "b", "", "bucket"),
            ]),
            ..Aws::default()
        };
        let key = |host: Option<&str>, bucket: &str, path: &str| {
            own_bucket(&aws, host, bucket, path).and_then(|own| own.key.clone())
        };
        for (host, bucket, path, expected) in [
            (None, "b", "x", Some("whole")),
            (None, "b", "deep/er/x", Some("deep")),
            (None, "b", "deep/error/x", Some("whole")),
            (None, "c", "x", None),
            (Some("minio:9000"), "c", "x", Some("host")),
            (Some("minio:9000"), "b", "x", Some("bucket")),
            (Some("other:9000"), "b", "x", None),
        ] {
            assert_eq!(key(host, bucket, path).as_deref(), expected, "{host:?} {bucket} {path}");
        }
        let settings = StorageSettings { aws: Some(aws), ..StorageSettings::default() };
        for (url, works) in [
            ("s3://c/x", true),
            ("s3://minio:9000/c/x", true),
            ("s3://169.254.169.254:80/latest/meta-data", false),
            ("s3://c", false),
            ("gs://c/x", false),
            ("azure://account.blob.core.windows.net/c/x", false),
            ("s3://c/a/../b", false),
        ] {
            assert_eq!(open(&settings, url).is_ok(), works, "{url}");
        }
    }
}
