use super::report::{Report, refused, same, wrong};
use crate::core::hash::sha256;
use crate::core::mailbox::{Content, Letter, Limits, Opened, bucket, padded_size};
use crate::failure::{Failure, failed};
use crate::json::{bytes, key, list, number, number_or, text};
use serde_json::Value;

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "letters", letter);
    report.each(vectors, "buckets", |vector| {
        let bits = number(vector, "bucketBits")? as u32;
        same("bucket", bucket(text(vector, "network")?, &key(vector, "identity")?, bits), number(vector, "bucket")?)
    });
    report.each(vectors, "padding", |vector| {
        let size = padded_size(number(vector, "envelopeBytes")? as usize);
        same("size", size.map(|size| size as u64), vector["size"].as_u64())
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "bytes", |vector| {
        let letter = Letter::parse(&bytes(vector, "bytes")?, limits(vector)?);
        let proven = letter.map_err(|_| "malformed".into()).and_then(|letter| letter.prove());
        refused(proven, Some(text(vector, "error")?))
    });
    report.each(vectors, "opened", |vector| refused(open(vector)?, Some(text(vector, "error")?)));
    report.each(vectors, "unopened", |vector| {
        let opened = open(vector)?.map_err(|reason| wrong(format!("it opened, and then: {reason}")))?;
        same("whether it opens", opened.is_some(), false)
    });
}

fn letter(vector: &Value) -> Result<(), Failure> {
    let encoded = bytes(vector, "bytes")?;
    let network = text(vector, "network")?;
    let letter = Letter::parse(&encoded, limits(vector)?).map_err(failed)?;
    letter.prove().map_err(failed)?;
    same("id", letter.id, key(vector, "id")?)?;
    same("hash", sha256(&[&encoded]), key(vector, "hash")?)?;
    let (header, expected) = (&letter.header, &vector["header"]);
    same("lock", header.lock, key(expected, "lock")?)?;
    same("sealed_hash", header.sealed_hash, key(expected, "sealedHash")?)?;
    let numbers = [header.created_ms, header.expires_ms, header.bucket, header.size as u64];
    let names = ["createdMs", "expiresMs", "bucket", "size"];
    same("header", numbers.to_vec(), names.iter().map(|name| number(expected, name)).collect::<Result<_, _>>()?)?;

    for device in list(vector, "devices")? {
        let opened = letter.open(network, &key(vector, "to")?, &bytes(device, "privateKey")?).map_err(failed)?;
        said(vector, opened.ok_or_else(|| wrong("a device does not open it"))?)?;
    }
    receipt(vector, &letter)
}

fn said(vector: &Value, opened: Opened) -> Result<(), Failure> {
    same("from", opened.from, key(vector, "from")?)?;
    same("message id", opened.message_id.to_vec(), bytes(vector, "messageId")?)?;
    same("sent", opened.sent_ms, number(vector, "sentMs")?)?;
    same("content type", opened.content_type.as_str(), text(vector, "contentType")?)?;
    same("body", opened.body, bytes(vector, "body")?)?;
    same("receipt", opened.receipt, bytes(vector, "receipt")?)
}

fn receipt(vector: &Value, letter: &Letter) -> Result<(), Failure> {
    let encoded = bytes(vector, "receipt")?;
    let receipt = Letter::parse(&encoded, limits(vector)?).map_err(failed)?;
    receipt.prove().map_err(failed)?;
    same("id of the receipt", receipt.id, letter.id)?;
    same("header of the receipt", &receipt.header, &letter.header)?;
    same("hash of the receipt", sha256(&[&encoded]), key(vector, "receiptHash")?)?;
    match receipt.content {
        Content::Receipt(preimage) => same("preimage", preimage, key(vector, "preimage")?),
        Content::Sealed(_) => Err(wrong("the receipt is a letter")),
    }
}

fn open(vector: &Value) -> Result<Result<Option<Opened>, String>, Failure> {
    let letter = Letter::parse(&bytes(vector, "bytes")?, limits(vector)?).map_err(failed)?;
    letter.prove().map_err(failed)?;
    Ok(letter.open(text(vector, "network")?, &key(vector, "to")?, &bytes(vector, "privateKey")?))
}

fn limits(vector: &Value) -> Result<Limits<'_>, Failure> {
    Ok(Limits {
        network: text(vector, "network")?,
        bucket_bits: number(vector, "bucketBits")? as u32,
        shard_bits: number_or(vector, "shardBits", 0) as u32,
        shard: number_or(vector, "shard", 0),
    })
}
