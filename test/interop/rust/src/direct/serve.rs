use super::MAX_PAYLOAD_BYTES;
use super::answerer::{Answerer, Asked};
use super::frame::{ERROR, FAILED, Frame, IS_STREAM, RESPONSE, TOO_LARGE};
use super::stream::split;
use crate::failure::{Failure, failed};
use futures::StreamExt;
use libp2p::{Stream, StreamProtocol};
use libp2p_stream::Control;

#[derive(Clone, Copy)]
pub enum Behaviour {
    Echo,
    Fail,
    /// The request, twice it, three times it.
    Stream,
}

pub fn behaviour(name: &str) -> Result<Behaviour, Failure> {
    match name {
        "echo" => Ok(Behaviour::Echo),
        "fail" => Ok(Behaviour::Fail),
        "stream" => Ok(Behaviour::Stream),
        _ => Err(failed(format!("there is no behaviour {name}"))),
    }
}

/// Answers all streams of a protocol for as long as the node runs.
pub fn serve(control: &mut Control, protocol: StreamProtocol, behaviour: Behaviour) -> Result<(), Failure> {
    let mut streams = control.accept(protocol)?;
    tokio::spawn(async move {
        while let Some((peer, stream)) = streams.next().await {
            tokio::spawn(async move {
                if let Err(error) = answer(stream, behaviour).await {
                    eprintln!("direct: stream of {peer}: {}", error.message);
                }
            });
        }
    });
    Ok(())
}

/// Until the caller has no more to ask; a failure drops the stream, which resets it.
async fn answer(stream: Stream, behaviour: Behaviour) -> Result<(), Failure> {
    let (mut reader, mut writer) = split(stream);
    let mut answerer = Answerer::default();
    while let Some(frame) = reader.next().await? {
        match answerer.read(frame).map_err(failed)? {
            Asked::One(id, payload) => writer.write(&one_answer(id, payload, behaviour)).await?,
            Asked::Stream(id, payload) => match behaviour {
                Behaviour::Stream if payload.len() <= MAX_PAYLOAD_BYTES / 3 => {
                    answerer.answer(id, (1..=3).map(|times| payload.repeat(times)).collect())
                }
                Behaviour::Stream => {
                    answerer.close(id);
                    writer.write(&error(id, TOO_LARGE)).await?;
                }
                Behaviour::Echo | Behaviour::Fail => {
                    answerer.close(id);
                    writer.write(&one_answer(id, payload, behaviour)).await?;
                }
            },
            Asked::Notified | Asked::Nothing => {}
        }
        for frame in answerer.sendable() {
            writer.write(&frame).await?;
        }
    }
    writer.close().await;
    Ok(())
}

fn one_answer(id: u32, payload: Vec<u8>, behaviour: Behaviour) -> Frame {
    match behaviour {
        _ if payload.len() > MAX_PAYLOAD_BYTES => error(id, TOO_LARGE),
        Behaviour::Echo => Frame::of(RESPONSE, id).with(payload),
        Behaviour::Fail => error(id, FAILED),
        Behaviour::Stream => error(id, IS_STREAM),
    }
}

fn error(id: u32, error: u32) -> Frame {
    Frame { error, ..Frame::of(ERROR, id) }
}
