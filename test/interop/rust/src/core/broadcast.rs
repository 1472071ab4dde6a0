//! spec/broadcast.md

use super::{
    Reason, ed25519, hash::sha256, record::KEY_PREFIX, refuse, space::is_topic_name, varint, wire::StrictReader,
    wire::Writer,
};

/// Longest message on the wire, in bytes: §4.
pub const MAX_MESSAGE_BYTES: usize = 65_536;
const PAYLOAD_TYPE: &[u8] = b"/stoa/broadcast/1";

pub fn topic(network: &str, name: &str) -> Result<String, Reason> {
    if !is_topic_name(name) {
        return refuse("no name of a topic");
    }
    Ok(format!("/stoa/{network}/topic/{name}"))
}

pub fn message_id(topic: &str, data: &[u8]) -> [u8; 32] {
    sha256(&[&(topic.len() as u32).to_be_bytes(), topic.as_bytes(), data])
}

/// Length of the RPC that carries a message alone.
pub fn wire_bytes(topic_bytes: usize, data_bytes: usize) -> usize {
    let field = |length: usize| 1 + varint::length(length as u64) + length;
    field(field(data_bytes) + field(topic_bytes))
}

/// §5: the data of a message on a signed topic.
pub fn sign(seed: &[u8; 32], topic: &str, payload: &[u8]) -> Vec<u8> {
    let key = [&KEY_PREFIX[..], &ed25519::public_key(seed)].concat();
    Writer::default()
        .bytes(0x0a, &key)
        .bytes(0x12, PAYLOAD_TYPE)
        .filled(0x1a, payload)
        .bytes(0x2a, &ed25519::sign(seed, &signed_message(topic, payload)))
        .0
}

struct Envelope {
    author: [u8; 32],
    payload: Vec<u8>,
    signature: [u8; 64],
}

/// The key of the author, and the payload. The reasons are those of the vectors.
pub fn open(topic: &str, data: &[u8]) -> Result<([u8; 32], Vec<u8>), Reason> {
    let Envelope { author, payload, signature } = parse(data).map_err(|_| "malformed")?;
    if !ed25519::verify(&author, &signed_message(topic, &payload), &signature) {
        return refuse("bad-signature");
    }
    Ok((author, payload))
}

fn parse(data: &[u8]) -> Result<Envelope, Reason> {
    let mut reader = StrictReader::new(data);
    let key: [u8; 36] = reader.array(0x0a, "public_key")?;
    let (prefix, author) = key.split_at(4);
    if prefix != KEY_PREFIX || reader.bytes(0x12, "payload_type")? != PAYLOAD_TYPE {
        return refuse("another key or payload type");
    }
    let payload = reader.filled(0x1a, "payload")?.to_vec();
    let signature = reader.array(0x2a, "signature")?;
    reader.end()?;
    Ok(Envelope { author: author.try_into().expect("32 of 36 bytes"), payload, signature })
}

fn signed_message(topic: &str, payload: &[u8]) -> Vec<u8> {
    let domain = format!("stoa-broadcast:{topic}");
    let mut message = Vec::new();
    for part in [domain.as_bytes(), PAYLOAD_TYPE, payload] {
        message.extend(varint::encode(part.len() as u64));
        message.extend(part);
    }
    message
}
