use super::{Handle, Node};
use crate::failure::{Failure, failed};
use libp2p::swarm::{ConnectionId, DialError, dial_opts::DialOpts};
use libp2p::{Multiaddr, PeerId};
use std::collections::HashMap;
use tokio::sync::oneshot;

pub struct Dialed {
    pub peer: PeerId,
    pub transport: &'static str,
}

type Result<T> = std::result::Result<T, Failure>;

/// Those that have no connection yet.
#[derive(Default)]
pub struct Dials(HashMap<ConnectionId, oneshot::Sender<Result<Dialed>>>);

impl Handle {
    pub async fn dial(&self, addr: Multiaddr) -> Result<Dialed> {
        let (sender, dialed) = oneshot::channel();
        self.call(move |node| node.dial(addr, sender)).await?;
        dialed.await?
    }
}

impl Node {
    fn dial(&mut self, addr: Multiaddr, dialed: oneshot::Sender<Result<Dialed>>) {
        let options = DialOpts::from(addr);
        let connection = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => {
                self.dials.0.insert(connection, dialed);
            }
            Err(error) => {
                let _ = dialed.send(Err(error.into()));
            }
        }
    }
}

impl Dials {
    pub fn succeeded(&mut self, connection: ConnectionId, peer: PeerId, addr: &Multiaddr) {
        let transport = if addr.to_string().contains("/ws") { "ws" } else { "tcp" };
        if let Some(dialed) = self.0.remove(&connection) {
            let _ = dialed.send(Ok(Dialed { peer, transport }));
        }
    }

    pub fn failed(&mut self, connection: ConnectionId, error: &DialError) {
        if let Some(dialed) = self.0.remove(&connection) {
            let _ = dialed.send(Err(failed(format!("{error:?}"))));
        }
    }
}
