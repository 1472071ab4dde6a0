use super::report::{Report, refused, same, wrong};
use crate::core::place::Stamp;
use crate::core::replica::{EntryMessage, SyncMessage};
use crate::failure::{Failure, failed};
use crate::json::{bytes, list, number, text};
use serde_json::Value;

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "messages", |vector| {
        let frame = bytes(vector, "frame")?;
        let message = SyncMessage::decode(&frame).map_err(failed)?;
        same("the message", &message, &expected(&vector["message"])?)?;
        same("what is written", message.encode(), frame)
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "messages", |vector| refused(SyncMessage::decode(&bytes(vector, "frame")?), None));
}

fn expected(message: &Value) -> Result<SyncMessage, Failure> {
    Ok(match text(message, "type")? {
        "hello" => {
            let hello = &message["hello"];
            let price_rank = hello["priceRank"].as_i64().map(|rank| rank as i32);
            SyncMessage::Hello { now_ms: number(hello, "nowMs")?, entries: number(hello, "entries")?, price_rank }
        }
        "reconcile" => SyncMessage::Reconcile(bytes(message, "bytes")?),
        "offer" => SyncMessage::Offer(bytes(message, "ids")?),
        "want" => SyncMessage::Want(bytes(message, "ids")?),
        "entries" => SyncMessage::Entries(list(message, "entries")?.iter().map(entry).collect::<Result<_, _>>()?),
        "end" => SyncMessage::End(number(message, "code")?),
        other => return Err(wrong(format!("there is no {other}"))),
    })
}

fn entry(vector: &Value) -> Result<EntryMessage, Failure> {
    Ok(EntryMessage { entry: bytes(vector, "bytes")?, stamp: stamp(&vector["stamp"])? })
}

pub fn stamp(vector: &Value) -> Result<Option<Stamp>, Failure> {
    if vector.is_null() {
        return Ok(None);
    }
    let (from_ms, until_ms) = (number(vector, "fromMs")?, number(vector, "untilMs")?);
    let stamp = Stamp::new(number(vector, "sizeClass")?, from_ms, until_ms, &bytes(vector, "nonce")?);
    Ok(Some(stamp.map_err(failed)?))
}
