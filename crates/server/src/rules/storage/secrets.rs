//! Secrets of the storage settings: shown as [`MASK`], and a mask that comes back stands for what
//! is stored, so that a page can save what it was shown.

use arno_store::external::{AwsBucket, AzureContainer, GoogleBucket, StorageSettings};

/// What is shown in place of a secret.
pub(super) const MASK: &str = "********";

/// Hides every secret.
pub(super) fn mask(settings: &mut StorageSettings) {
    each(settings, &StorageSettings::default(), &mut |secret, _| {
        if let Some(text) = secret.as_mut().filter(|text| !text.is_empty()) {
            *text = MASK.to_owned();
        }
    });
}

/// Puts the stored secrets where masks came back.
pub(super) fn restore(settings: &mut StorageSettings, stored: &StorageSettings) {
    each(settings, stored, &mut |secret, stored| {
        if secret.as_deref() == Some(MASK) {
            *secret = stored.cloned();
        }
    });
}

type Each<'a> = &'a mut dyn FnMut(&mut Option<String>, Option<&String>);

/// Calls `each` for every secret with the stored one of the same place.
fn each(settings: &mut StorageSettings, stored: &StorageSettings, each: Each<'_>) {
    if let Some(aws) = &mut settings.aws {
        let old = stored.aws.as_ref();
        each(&mut aws.secret, old.and_then(|old| old.secret.as_ref()));
        each(&mut aws.token, old.and_then(|old| old.token.as_ref()));
        let name = |own: &AwsBucket| (own.host.clone(), own.bucket.clone(), own.subdir.clone());
        for own in aws.buckets.iter_mut().flatten() {
            let old = old.and_then(|old| old.buckets.as_ref());
            let old = old.into_iter().flatten().find(|old| name(old) == name(own));
            each(&mut own.secret, old.and_then(|old| old.secret.as_ref()));
            each(&mut own.token, old.and_then(|old| old.token.as_ref()));
        }
    }
    if let Some(google) = &mut settings.google {
        let old = stored.google.as_ref();
        each(&mut google.credentials_json, old.and_then(|old| old.credentials_json.as_ref()));
        let name = |own: &GoogleBucket| (own.bucket.clone(), own.subdir.clone());
        for own in google.buckets.iter_mut().flatten() {
            let old = old.and_then(|old| old.buckets.as_ref());
            let old = old.into_iter().flatten().find(|old| name(old) == name(own));
            each(&mut own.credentials_json, old.and_then(|old| old.credentials_json.as_ref()));
        }
    }
    if let Some(azure) = &mut settings.azure {
        let old = stored.azure.as_ref().and_then(|old| old.containers.as_ref());
        let name = |own: &AzureContainer| (own.account_name.clone(), own.container_name.clone());
        for own in azure.containers.iter_mut().flatten() {
            let old = old.into_iter().flatten().find(|old| name(old) == name(own));
            each(&mut own.account_key, old.and_then(|old| old.account_key.as_ref()));
        }
    }
}
