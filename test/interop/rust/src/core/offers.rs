//! spec/offers.md §1 to §5

use super::{
    Reason,
    record::{Limits, Record},
    refuse,
    space::is_space,
    wire::{StrictReader, Writer},
};

pub const MAX_BODY_BYTES: usize = 16_384;
/// An `Offer` beside its body.
const BESIDE_BODY_BYTES: usize = 108;
const MAX_CONTENT_TYPE_BYTES: usize = 100;
const MAX_LEASE_MS: u64 = 600_000;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub while_online: bool,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Offer {
    /// The reasons are those of the vectors.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let mut reader = StrictReader::new(bytes);
        let while_online = reader.is(0x08);
        if while_online && reader.number(0x08, "").map_err(|_| "while_online")? != 1 {
            return refuse("while_online");
        }
        let content_type = reader.filled(0x12, "").map_err(|_| "content_type")?;
        if content_type.len() > MAX_CONTENT_TYPE_BYTES || !content_type.iter().all(|byte| (0x20..=0x7e).contains(byte))
        {
            return refuse("content_type");
        }
        let body = reader.filled(0x1a, "").map_err(|_| "body")?;
        reader.end().map_err(|_| "unexpected")?;
        let content_type = content_type.iter().copied().map(char::from).collect();
        Ok(Offer { while_online, content_type, body: body.to_vec() })
    }

    pub fn encode(&self) -> Vec<u8> {
        let writer = Writer::default();
        let writer = if self.while_online { writer.number(0x08, 1) } else { writer };
        writer.filled(0x12, self.content_type.as_bytes()).filled(0x1a, &self.body).0
    }
}

pub struct OfferRecord {
    pub record: Record,
    pub market: String,
    pub name: String,
    /// None: a removal.
    pub offer: Option<Offer>,
}

pub fn offer(bytes: &[u8], network: &str) -> Result<OfferRecord, Reason> {
    let limits = Limits { max_body_bytes: MAX_BODY_BYTES + BESIDE_BODY_BYTES, ..Limits::default() };
    let record = Record::verify(bytes, network, limits)?;
    let market =
        record.space.strip_prefix("offers/").ok_or("not of the family offers, or without a market")?.to_owned();
    if !is_space(&market, 120) {
        return refuse("no market");
    }
    let name = String::from_utf8(record.name.clone()).map_err(|_| "the name is no UTF-8")?;
    let offer = record.body.as_deref().map(Offer::decode).transpose()?;
    if offer.as_ref().is_some_and(|offer| offer.body.len() > MAX_BODY_BYTES) {
        return refuse("the body of the offer is too long");
    }
    Ok(OfferRecord { record, market, name, offer })
}

pub fn lease(bytes: &[u8], network: &str) -> Result<Record, Reason> {
    let record = Record::verify(bytes, network, Limits { max_body_bytes: 0, max_ttl_ms: MAX_LEASE_MS })?;
    if record.space != "leases/presence" || record.name != b"online" {
        return refuse("no lease");
    }
    Ok(record)
}

/// In which quota a record of a replica counts.
pub fn group(record: &Record) -> String {
    format!("{} {}", record.space, hex::encode(record.owner))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    pub seq: u64,
    pub created_ms: u64,
    pub expires_ms: u64,
    pub holds_ms: u64,
}

/// §4: the version that follows; without a lifetime it is a removal. `expires_ms` of the known one is not looked at.
pub fn next_version(
    known: Option<Version>,
    now_ms: u64,
    ttl_ms: Option<u64>,
    max_ttl_ms: u64,
    may_have_earlier: bool,
) -> Version {
    let created_ms = known.map_or(now_ms, |last| last.created_ms.max(now_ms));
    let expires_ms = created_ms + ttl_ms.unwrap_or(0);
    let holds_ms = match known {
        Some(last) => expires_ms.max(last.holds_ms),
        None if may_have_earlier => created_ms + max_ttl_ms,
        None => expires_ms,
    };
    let seq = known.map_or(now_ms, |last| now_ms.max(last.seq + 1));
    Version { seq, created_ms, expires_ms: if ttl_ms.is_some() { expires_ms } else { holds_ms }, holds_ms }
}
