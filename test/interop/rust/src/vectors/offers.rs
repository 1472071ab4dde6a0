use super::replica::stamp;
use super::report::{Report, refused, same};
use crate::core::hash::sha256;
use crate::core::offers::{Offer, Version, group, lease, next_version, offer};
use crate::core::offers_file::{OffersFile, read};
use crate::core::record::{KEY_PREFIX, Record};
use crate::core::replica::EntryMessage;
use crate::failure::{Failure, failed};
use crate::json::{bytes, flag, key, list, number, text};
use libp2p::identity::PublicKey;
use serde_json::Value;

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "bodies", |vector| {
        let encoded = bytes(vector, "bytes")?;
        let found = Offer::decode(&encoded).map_err(failed)?;
        same("what is written", found.encode(), encoded)?;
        same("the offer", found, said(vector)?)
    });
    report.each(vectors, "offers", |vector| {
        let encoded = bytes(vector, "bytes")?;
        let found = offer(&encoded, text(vector, "network")?).map_err(failed)?;
        same_record(vector, &encoded, &found.record)?;
        same("market", found.market.as_str(), text(vector, "market")?)?;
        same("name", found.name.as_str(), text(vector, "name")?)?;
        same("the offer", found.offer.unwrap_or_default(), said(vector)?)
    });
    report.each(vectors, "leases", |vector| {
        let encoded = bytes(vector, "bytes")?;
        same_record(vector, &encoded, &lease(&encoded, text(vector, "network")?).map_err(failed)?)
    });
    report.each(vectors, "versions", |vector| {
        let known = if vector["known"].is_null() { None } else { Some(version(&vector["known"])?) };
        let (ttl_ms, max_ttl_ms) = (vector["ttlMs"].as_u64(), number(vector, "maxTtlMs")?);
        let found = next_version(known, number(vector, "nowMs")?, ttl_ms, max_ttl_ms, flag(vector, "mayHaveEarlier"));
        same("the version", found, version(&vector["version"])?)
    });
    report.each(vectors, "files", |vector| {
        let file = read_file(vector)?.map_err(failed)?;
        same("market", file.market.as_str(), text(vector, "market")?)?;
        same("created", file.created_ms, number(vector, "createdMs")?)?;
        same("whether it is complete", file.is_complete, true)?;
        let entries = list(vector, "entries")?
            .iter()
            .map(|entry| Ok(Some(EntryMessage { entry: bytes(entry, "entry")?, stamp: stamp(&entry["stamp"])? })));
        same("entries", file.entries, entries.collect::<Result<Vec<_>, Failure>>()?)
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "bodies", |vector| {
        refused(Offer::decode(&bytes(vector, "bytes")?), Some(text(vector, "reason")?))
    });
    report.each(vectors, "offers", |vector| refused(offer(&bytes(vector, "bytes")?, text(vector, "network")?), None));
    report.each(vectors, "leases", |vector| refused(lease(&bytes(vector, "bytes")?, text(vector, "network")?), None));
    report.each(vectors, "files", |vector| {
        if vector["code"].is_string() {
            return refused(read_file(vector)?, None);
        }
        let file = read_file(vector)?.map_err(failed)?;
        let bad = file.entries.iter().enumerate().filter(|(_, entry)| entry.is_none()).map(|(at, _)| at as u64);
        same("entries", file.entries.len() as u64, number(vector, "entries")?)?;
        same("bad entries", bad.collect::<Vec<_>>(), list(vector, "bad")?.iter().filter_map(Value::as_u64).collect())?;
        same("whether it is complete", file.is_complete, flag(vector, "complete"))
    });
}

fn read_file(vector: &Value) -> Result<Result<OffersFile, String>, Failure> {
    Ok(read(&bytes(vector, "bytes")?, text(vector, "network")?))
}

/// Nothing, of a removal.
fn said(vector: &Value) -> Result<Offer, Failure> {
    if flag(vector, "final") {
        return Ok(Offer::default());
    }
    Ok(Offer {
        while_online: flag(vector, "whileOnline"),
        content_type: text(vector, "contentType")?.to_owned(),
        body: bytes(vector, "body")?,
    })
}

fn same_record(vector: &Value, encoded: &[u8], record: &Record) -> Result<(), Failure> {
    let owner = PublicKey::try_decode_protobuf(&[&KEY_PREFIX[..], &record.owner].concat())?.to_peer_id();
    same("owner", owner.to_string().as_str(), text(vector, "owner")?)?;
    same("id", sha256(&[encoded]), key(vector, "id")?)?;
    same("key", record.key(), key(vector, "key")?)?;
    same("group", group(record).as_str(), text(vector, "group")?)?;
    same("final", record.body.is_none(), flag(vector, "final"))?;
    let Record { seq, created_ms, expires_ms, holds_ms, .. } = *record;
    same("the version", Version { seq, created_ms, expires_ms, holds_ms }, version(vector)?)
}

/// A known version has no `expiresMs`.
fn version(vector: &Value) -> Result<Version, Failure> {
    Ok(Version {
        seq: number(vector, "seq")?,
        created_ms: number(vector, "createdMs")?,
        expires_ms: vector["expiresMs"].as_u64().unwrap_or(0),
        holds_ms: number(vector, "holdsMs")?,
    })
}
