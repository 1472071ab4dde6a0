use super::{MAX_PAYLOAD_BYTES, frame::Frame, max_frame_bytes};
use crate::core::framing::{FrameReader, frame};
use crate::failure::{Failure, failed};
use futures::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use libp2p::Stream;

/// Frames that come on a stream.
pub struct Reader {
    stream: ReadHalf<Stream>,
    frames: FrameReader,
}

pub struct Writer(WriteHalf<Stream>);

pub fn split(stream: Stream) -> (Reader, Writer) {
    let (read, write) = stream.split();
    let frames = FrameReader::new(max_frame_bytes(MAX_PAYLOAD_BYTES));
    (Reader { stream: read, frames }, Writer(write))
}

impl Reader {
    /// None: the stream has ended cleanly. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<Option<Frame>, Failure> {
        let mut chunk = vec![0; 65_536];
        loop {
            if let Some(body) = self.frames.next().map_err(|error| failed(error.code()))? {
                return Ok(Some(Frame::decode(&body).map_err(failed)?));
            }
            match self.stream.read(&mut chunk).await? {
                0 => {
                    return self.frames.finish().map(|()| None).map_err(|error| failed(error.code()));
                }
                length => self.frames.push(&chunk[..length]),
            }
        }
    }
}

impl Writer {
    pub async fn write(&mut self, message: &Frame) -> Result<(), Failure> {
        self.0.write_all(&frame(&message.encode())).await?;
        Ok(self.0.flush().await?)
    }

    pub async fn close(&mut self) {
        let _ = self.0.close().await;
    }
}
