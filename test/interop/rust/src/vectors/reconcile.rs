//! The crate negentropy, against the vectors of spec/reconcile.md.

use super::report::{Report, refused, same, wrong};
use crate::core::hash::sha256;
use crate::core::reconcile::{Limits, Role, check};
use crate::failure::{Failure, failed};
use crate::json::{bytes, key, list, number, number_or, text};
use negentropy::{Id, Negentropy, NegentropyStorageVector};
use serde_json::Value;
use std::collections::BTreeSet;

type Session = Negentropy<'static, NegentropyStorageVector>;

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "answers", |vector| {
        let message = bytes(vector, "message")?;
        check(&message, Role::Responder, Limits::default()).map_err(failed)?;
        let answer = session(vector)?.reconcile(&message)?;
        same("the answer", hex::encode(answer).as_str(), text(vector, "answer")?)
    });
    report.each(vectors, "sessions", |vector| {
        let (mut initiator, mut responder) = (session(&vector["initiator"])?, session(&vector["responder"])?);
        let mut messages = Vec::new();
        let (mut have, mut need) = (Vec::new(), Vec::new());
        let mut next = Some(initiator.initiate()?);
        while let Some(message) = next {
            let answer = responder.reconcile(&message)?;
            next = initiator.reconcile_with_ids(&answer, &mut have, &mut need)?;
            messages.extend([hex::encode(message), hex::encode(answer)]);
        }
        same("messages", messages, strings(vector, "messages")?)?;
        same("have", distinct(have), strings(vector, "have")?.into_iter().collect())?;
        same("need", distinct(need), strings(vector, "need")?.into_iter().collect())
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "vectors", |vector| {
        let role = if text(vector, "role")? == "responder" { Role::Responder } else { Role::Initiator };
        refused(check(&bytes(vector, "message")?, role, limits(vector)), Some(text(vector, "error")?))
    });
}

fn limits(vector: &Value) -> Limits {
    let of = |field, default| number_or(&vector["limits"], field, default as u64) as usize;
    let Limits { max_message_bytes, max_ranges, max_ids } = Limits::default();
    Limits {
        max_message_bytes: of("maxMessageBytes", max_message_bytes),
        max_ranges: of("maxRanges", max_ranges),
        max_ids: of("maxIds", max_ids),
    }
}

fn session(side: &Value) -> Result<Session, Failure> {
    open(list(side, "items")?, number(side, "frameLimitBytes")?)
}

fn open(items: &[Value], frame_limit: u64) -> Result<Session, Failure> {
    let mut storage = NegentropyStorageVector::new();
    for item in items {
        let timestamp: u64 = text(item, "timestamp")?.parse()?;
        if item["id"].is_string() {
            storage.insert(timestamp, Id::from_byte_array(key(item, "id")?))?;
            continue;
        }
        let (first, count, step) = (number(item, "first")?, number(item, "count")?, number(item, "step")?);
        for i in first..first + count {
            storage.insert(timestamp + i * step, Id::from_byte_array(sha256(&[i.to_string().as_bytes()])))?;
        }
    }
    storage.seal()?;
    Ok(Negentropy::owned(storage, frame_limit)?)
}

/// The crate reports an id again when a full frame made a range come twice.
fn distinct(ids: Vec<Id>) -> BTreeSet<String> {
    ids.iter().map(|id| hex::encode(id.as_bytes())).collect()
}

fn strings(vector: &Value, field: &str) -> Result<Vec<String>, Failure> {
    let string = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| wrong("no text"));
    list(vector, field)?.iter().map(string).collect()
}
