use super::report::{Report, refused, same};
use crate::core::record::{Limits, Record};
use crate::core::{hash::sha256, record};
use crate::failure::{Failure, failed};
use crate::json::{bytes, key, number, number_or, text};
use serde_json::Value;
use std::cmp::Ordering;

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "records", signed);
    report.each(vectors, "crafted", |vector| {
        let encoded = bytes(vector, "bytes")?;
        Record::verify(&encoded, text(vector, "network")?, limits(vector)).map_err(failed)?;
        same("id", sha256(&[&encoded]), key(vector, "id")?)
    });
    report.each(vectors, "keys", |vector| {
        let found = record::key(&key(vector, "owner")?, text(vector, "space")?, &bytes(vector, "name")?);
        same("key", found, key(vector, "key")?)
    });
    report.each(vectors, "order", |vector| {
        let network = text(vector, "network")?;
        let (kept, replaced) = (bytes(vector, "kept")?, bytes(vector, "replaced")?);
        let verify = |encoded| Record::verify(encoded, network, limits(vector)).map_err(failed);
        let order = record::compare((&verify(&kept)?, &kept), (&verify(&replaced)?, &replaced));
        same("the order", order, Ordering::Greater)
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "records", |vector| {
        refused(Record::verify(&bytes(vector, "bytes")?, text(vector, "network")?, limits(vector)), None)
    });
}

fn signed(vector: &Value) -> Result<(), Failure> {
    let (encoded, network) = (bytes(vector, "bytes")?, text(vector, "network")?);
    let expected = Record {
        owner: key(vector, "owner")?,
        space: text(vector, "space")?.to_owned(),
        name: bytes(vector, "name")?,
        seq: number(vector, "seq")?,
        created_ms: number(vector, "createdMs")?,
        expires_ms: number(vector, "expiresMs")?,
        holds_ms: number(vector, "holdsMs")?,
        body: if vector["body"].is_null() { None } else { Some(bytes(vector, "body")?) },
    };
    let record = Record::verify(&encoded, network, limits(vector)).map_err(failed)?;
    same("the record", &record, &expected)?;
    same("id", sha256(&[&encoded]), key(vector, "id")?)?;
    same("key", record.key(), key(vector, "key")?)?;
    same("what is signed", hex::encode(record.sign(&key(vector, "seed")?, network)), hex::encode(encoded))
}

fn limits(vector: &Value) -> Limits {
    let Limits { max_body_bytes, max_ttl_ms } = Limits::default();
    let given = &vector["limits"];
    Limits {
        max_body_bytes: number_or(given, "maxBodyBytes", max_body_bytes as u64) as usize,
        max_ttl_ms: number_or(given, "maxTtlMs", max_ttl_ms),
    }
}
