use super::report::{Report, refused, same, wrong};
use crate::core::framing::{FrameReader, FramingError};
use crate::direct::answerer::{Answerer, Asked};
use crate::direct::caller::Caller;
use crate::direct::frame::{ERRORS, Frame};
use crate::direct::max_frame_bytes;
use crate::failure::{Failure, failed};
use crate::json::{bytes, number, text};
use serde_json::Value;

/// Of all vectors.
const MAX_PAYLOAD_BYTES: usize = 1_000;
const KINDS: [&str; 8] = ["REQUEST", "RESPONSE", "ITEM", "END", "ERROR", "CANCEL", "CREDIT", "NOTIFY"];

pub fn valid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "frames", |vector| {
        let bodies = frames(&bytes(vector, "frame")?).map_err(failed)?;
        let [body] = &bodies[..] else {
            return Err(wrong("not one frame"));
        };
        let frame = Frame::decode(body).map_err(failed)?;
        same("the frame", &frame, &expected(&vector["fields"])?)?;
        same("what is written", Frame::decode(&frame.encode()).map_err(failed)?, frame)
    });
    report.each(vectors, "streams", |vector| {
        read(vector)?.map_err(|reason| wrong(format!("the stream ended: {reason}")))
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "streams", |vector| refused(read(vector)?, None));
}

fn expected(fields: &Value) -> Result<Frame, Failure> {
    let named = |names: &[&str], name: &str| names.iter().position(|known| *known == name);
    let kind = named(&KINDS, text(fields, "kind")?).ok_or_else(|| wrong("an unknown kind"))?;
    let error = match text(fields, "error")? {
        "NONE" => Some(0),
        name => named(&ERRORS[1..], &name.to_lowercase().replace('_', "-")).map(|at| at + 1),
    };
    Ok(Frame {
        kind: kind as u32,
        id: number(fields, "id")? as u32,
        credit: number(fields, "credit")? as u32,
        error: error.ok_or_else(|| wrong("an unknown error"))? as u32,
        payload: bytes(fields, "payload")?,
    })
}

fn frames(stream: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut reader = FrameReader::new(max_frame_bytes(MAX_PAYLOAD_BYTES));
    reader.push(stream);
    let mut frames = Vec::new();
    while let Some(frame) = reader.next().map_err(FramingError::code)? {
        frames.push(frame);
    }
    reader.finish().map_err(FramingError::code)?;
    Ok(frames)
}

/// What the side that reads makes of a stream.
fn read(vector: &Value) -> Result<Result<(), String>, Failure> {
    let stream = bytes(vector, "stream")?;
    if text(vector, "to")? == "answerer" {
        return Ok(answerer_reads(&stream));
    }
    let asked = vector["askedWithCredit"].as_array().ok_or_else(|| wrong("no requests"))?;
    Ok(caller_reads(&stream, asked.iter().filter_map(Value::as_u64)))
}

/// A handler answers at once, but for the request `never`.
fn answerer_reads(stream: &[u8]) -> Result<(), String> {
    let mut answerer = Answerer::default();
    for frame in frames(stream)? {
        match answerer.read(Frame::decode(&frame)?)? {
            Asked::Stream(id, payload) if payload != b"never" => answerer.answer(id, vec![payload]),
            _ => {}
        }
        answerer.sendable();
    }
    Ok(())
}

fn caller_reads(stream: &[u8], credits: impl Iterator<Item = u64>) -> Result<(), String> {
    let mut caller = Caller::default();
    for credit in credits {
        caller.ask(Vec::new(), credit as u32);
    }
    for frame in frames(stream)? {
        caller.read(Frame::decode(&frame)?)?;
    }
    Ok(())
}
