//! spec/discovery.md §4: who does not serve it is of no network, and is hung up on.

use crate::core::framing::{FrameReader, frame};
use crate::failure::{Failure, failed};
use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::{Stream, StreamProtocol};
use libp2p_stream::Control;

const MAX_REQUEST_BYTES: usize = 64;

pub fn serve(control: &mut Control, network: &str) -> Result<(), Failure> {
    let protocol = StreamProtocol::try_from_owned(format!("/stoa/{network}/peers/1.0.0"))?;
    let mut streams = control.accept(protocol)?;
    tokio::spawn(async move {
        while let Some((peer, stream)) = streams.next().await {
            if let Err(error) = answer(stream).await {
                eprintln!("peer exchange with {peer}: {}", error.message);
            }
        }
    });
    Ok(())
}

/// Names nobody, as an answerer may.
async fn answer(mut stream: Stream) -> Result<(), Failure> {
    let mut reader = FrameReader::new(MAX_REQUEST_BYTES);
    let mut chunk = [0; 128];
    while reader.next().map_err(|error| failed(error.code()))?.is_none() {
        match stream.read(&mut chunk).await? {
            0 => return Err(failed("it asked for nothing")),
            length => reader.push(&chunk[..length]),
        }
    }
    stream.write_all(&frame(&[])).await?;
    Ok(stream.close().await?)
}
