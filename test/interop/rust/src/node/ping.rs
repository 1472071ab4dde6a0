use super::Handle;
use crate::failure::{Failure, failed};
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::{PeerId, ping};
use std::time::{Duration, Instant};

const PING: [u8; 32] = *b"thirty-two bytes that come back.";

impl Handle {
    /// The behaviour pings by itself and only tells of it; this pings now.
    pub async fn ping(&self, peer: PeerId) -> Result<Duration, Failure> {
        let mut stream = self.control.clone().open_stream(peer, ping::PROTOCOL_NAME).await?;
        let start = Instant::now();
        stream.write_all(&PING).await?;
        stream.flush().await?;
        let mut echo = [0; PING.len()];
        stream.read_exact(&mut echo).await?;
        let elapsed = start.elapsed();
        stream.close().await?;
        if echo == PING { Ok(elapsed) } else { Err(failed("other bytes came back")) }
    }
}
