use super::caller::Caller;
use super::frame::{END, ERROR, ERRORS, Frame, IS_STREAM, ITEM, RESPONSE};
use super::stream::{Reader, Writer, split};
use crate::failure::{Failure, failed};
use libp2p::{PeerId, StreamProtocol};
use libp2p_stream::{Control, OpenStreamError};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Window of a streamed answer: small, so that longer answers need credit.
const WINDOW_BYTES: u32 = 64;

#[derive(Debug)]
pub enum Answer {
    One(Vec<u8>),
    Items(Vec<Vec<u8>>),
}

struct Ask {
    payload: Vec<u8>,
    credit: u32,
    answer: oneshot::Sender<Result<Answer, Failure>>,
}

type Streams = HashMap<(PeerId, StreamProtocol), mpsc::Sender<Ask>>;

/// One stream for each peer and protocol, over which all is asked.
#[derive(Clone, Default)]
pub struct Callers(Arc<Mutex<Streams>>);

impl Callers {
    /// Asks for one answer, and for a streamed one when there is no other.
    pub async fn request(
        &self,
        control: &mut Control,
        peer: PeerId,
        protocol: StreamProtocol,
        payload: Vec<u8>,
    ) -> Result<Answer, Failure> {
        match self.ask(control, peer, &protocol, payload.clone(), 0).await {
            Err(Failure { code, .. }) if code == ERRORS[IS_STREAM as usize] => {
                self.ask(control, peer, &protocol, payload, WINDOW_BYTES).await
            }
            answer => answer,
        }
    }

    async fn ask(
        &self,
        control: &mut Control,
        peer: PeerId,
        protocol: &StreamProtocol,
        payload: Vec<u8>,
        credit: u32,
    ) -> Result<Answer, Failure> {
        let asks = self.stream(control, peer, protocol).await?;
        let (answer, answered) = oneshot::channel();
        asks.send(Ask { payload, credit, answer }).await.map_err(|_| disconnected())?;
        answered.await.map_err(|_| disconnected())?
    }

    async fn stream(
        &self,
        control: &mut Control,
        peer: PeerId,
        protocol: &StreamProtocol,
    ) -> Result<mpsc::Sender<Ask>, Failure> {
        let mut streams = self.0.lock().await;
        if let Some(open) = streams.get(&(peer, protocol.clone())).filter(|asks| !asks.is_closed()) {
            return Ok(open.clone());
        }
        let stream = control.open_stream(peer, protocol.clone()).await.map_err(not_opened)?;
        let (asks, asked) = mpsc::channel(16);
        tokio::spawn(async move {
            let (reader, writer) = split(stream);
            if let Err(error) = call(reader, writer, asked).await {
                eprintln!("direct: stream to {peer}: {}", error.message);
            }
        });
        streams.insert((peer, protocol.clone()), asks.clone());
        Ok(asks)
    }
}

fn not_opened(error: OpenStreamError) -> Failure {
    let code =
        if matches!(error, OpenStreamError::UnsupportedProtocol(_)) { "no-such-protocol" } else { "unreachable" };
    Failure::new(code, error)
}

fn disconnected() -> Failure {
    Failure::new("disconnected", "the stream ended before the answer")
}

struct Waiting {
    items: Vec<Vec<u8>>,
    answer: oneshot::Sender<Result<Answer, Failure>>,
}

/// Until the answerer ends the stream, or breaks the rules; whoever waits then hears that it is gone.
async fn call(mut reader: Reader, mut writer: Writer, mut asked: mpsc::Receiver<Ask>) -> Result<(), Failure> {
    let mut caller = Caller::default();
    let mut waiting: HashMap<u32, Waiting> = HashMap::new();
    loop {
        tokio::select! {
            Some(Ask { payload, credit, answer }) = asked.recv() => {
                let frame = caller.ask(payload, credit);
                waiting.insert(frame.id, Waiting { items: Vec::new(), answer });
                writer.write(&frame).await?;
            }
            frame = reader.next() => {
                let Some(frame) = frame? else { return Ok(()) };
                let Some(frame) = caller.read(frame).map_err(failed)? else { continue };
                if let (ITEM, Some(request)) = (frame.kind, waiting.get_mut(&frame.id)) {
                    writer.write(&caller.grant(frame.id, frame.payload.len())).await?;
                    request.items.push(frame.payload);
                } else if let Some(request) = waiting.remove(&frame.id) {
                    let _ = request.answer.send(complete(frame, request.items));
                }
            }
        }
    }
}

fn complete(last: Frame, mut items: Vec<Vec<u8>>) -> Result<Answer, Failure> {
    match last.kind {
        RESPONSE if items.is_empty() => Ok(Answer::One(last.payload)),
        RESPONSE => {
            items.push(last.payload);
            Ok(Answer::Items(items))
        }
        END => Ok(Answer::Items(items)),
        ERROR => {
            let code = ERRORS.get(last.error as usize).unwrap_or(&ERRORS[0]);
            Err(Failure::new(code, String::from_utf8_lossy(&last.payload)))
        }
        _ => Err(failed("no last frame")),
    }
}
