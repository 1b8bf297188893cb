//! What the rows of each kind hold.

use super::{Stored, text};
use crate::db::{Row, Value};
use crate::error::{Error, Result};
use crate::events::batch::{Head, PlotEvent, SampleEvent, VectorEvent};

const NUMBER_BYTES: usize = 8;

impl Stored for PlotEvent {
    const TABLE: &'static str = "ev.plot";
    const KEY: &'static str = "owner, metric_id, iter";
    const OWN: &'static [&'static str] = &["valid", "source_urls", "data"];

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn own_values(&self) -> Result<Vec<Value>> {
        let urls = (!self.source_urls.is_empty()).then(|| serde_json::to_string(&self.source_urls));
        let urls = urls.transpose().map_err(|error| Error::corrupt("a plot's URLs", error))?;
        Ok(vec![self.valid.into(), urls.into(), text::pack(&self.plot_str)?.into()])
    }

    fn read(head: Head, row: &Row<'_>, at: usize) -> Result<Self> {
        let urls = row.str(at + 1)?.map_or(Ok(Vec::new()), serde_json::from_str);
        Ok(Self {
            head,
            valid: row.opt_int(at)?.map(|valid| valid != 0),
            source_urls: urls.map_err(|error| Error::corrupt("a plot's URLs", error))?,
            plot_str: text::unpack(row.bytes(at + 2)?.unwrap_or_default())?,
        })
    }
}

impl Stored for SampleEvent {
    const TABLE: &'static str = "ev.sample";
    const KEY: &'static str = "owner, metric_id, iter, name";
    const OWN: &'static [&'static str] = &["name", "url"];

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn sub_key(&self) -> &str {
        &self.key
    }

    fn own_values(&self) -> Result<Vec<Value>> {
        Ok(vec![(&self.key).into(), self.url.as_deref().into()])
    }

    fn read(head: Head, row: &Row<'_>, at: usize) -> Result<Self> {
        Ok(Self { head, key: row.text(at)?, url: row.opt_text(at + 1)? })
    }
}

impl Stored for VectorEvent {
    const TABLE: &'static str = "ev.vector";
    const KEY: &'static str = "owner, metric_id, iter";
    const OWN: &'static [&'static str] = &["data"];

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn own_values(&self) -> Result<Vec<Value>> {
        let bytes: Vec<u8> = self.values.iter().flat_map(|number| number.to_le_bytes()).collect();
        Ok(vec![bytes.into()])
    }

    fn read(head: Head, row: &Row<'_>, at: usize) -> Result<Self> {
        let (numbers, _) = row.bytes(at)?.unwrap_or_default().as_chunks::<NUMBER_BYTES>();
        Ok(Self { head, values: numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect() })
    }
}
