use super::report::{Report, refused, same};
use crate::core::broadcast::{message_id, open, sign, topic, wire_bytes};
use crate::core::record::KEY_PREFIX;
use crate::failure::failed;
use crate::json::{bytes, key, number, text};
use libp2p::identity::PublicKey;
use serde_json::Value;

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "topics", |vector| {
        let found = topic(text(vector, "network")?, text(vector, "name")?).map_err(failed)?;
        same("topic", found.as_str(), text(vector, "topic")?)
    });
    report.each(vectors, "messageIds", |vector| {
        same("id", message_id(text(vector, "topic")?, &bytes(vector, "data")?), key(vector, "id")?)
    });
    report.each(vectors, "sizes", |vector| {
        let found = wire_bytes(number(vector, "topicBytes")? as usize, number(vector, "dataBytes")? as usize);
        same("length", found as u64, number(vector, "wireBytes")?)
    });
    report.each(vectors, "signed", |vector| {
        let (topic, data, payload) = (text(vector, "topic")?, bytes(vector, "data")?, bytes(vector, "payload")?);
        same("what is signed", sign(&key(vector, "seed")?, topic, &payload), data.clone())?;
        let (author, opened) = open(topic, &data).map_err(failed)?;
        same("payload", opened, payload)?;
        let author = PublicKey::try_decode_protobuf(&[&KEY_PREFIX[..], &author].concat())?.to_peer_id();
        same("author", author.to_string().as_str(), text(vector, "author")?)?;
        same("id", message_id(topic, &data), key(vector, "id")?)
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "names", |vector| refused(topic("main", text(vector, "name")?), None));
    report.each(vectors, "signed", |vector| {
        refused(open(text(vector, "topic")?, &bytes(vector, "data")?), Some(text(vector, "error")?))
    });
}
