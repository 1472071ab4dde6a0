use super::report::{Report, same};
use crate::core::framing::{FrameReader, FramingError, frame};
use crate::json::{list, number};
use serde_json::Value;

/// Valid and invalid streams.
pub fn check(vectors: &Value, report: &mut Report) {
    report.each(vectors, "vectors", |vector| {
        let chunks: Vec<Vec<u8>> = list(vector, "chunks")?.iter().map(decoded).collect();
        let expected: Vec<Vec<u8>> = list(vector, "frames")?.iter().map(decoded).collect();
        let (frames, error) = read(number(vector, "maxFrameBytes")? as usize, &chunks);
        same("the error", error.map(FramingError::code), vector["error"].as_str())?;
        if error.is_none() {
            let written: Vec<u8> = frames.iter().flat_map(|body| frame(body)).collect();
            same("what is written", written, chunks.concat())?;
        }
        same("frames", frames, expected)
    });
}

fn read(max_frame_bytes: usize, chunks: &[Vec<u8>]) -> (Vec<Vec<u8>>, Option<FramingError>) {
    let mut reader = FrameReader::new(max_frame_bytes);
    let mut frames = Vec::new();
    for chunk in chunks {
        reader.push(chunk);
        loop {
            match reader.next() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    (frames, reader.finish().err())
}

fn decoded(text: &Value) -> Vec<u8> {
    text.as_str().and_then(|text| hex::decode(text).ok()).unwrap_or_default()
}
