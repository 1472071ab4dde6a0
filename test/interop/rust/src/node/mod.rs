//! A libp2p node: one task owns the swarm, a `Handle` runs functions in it.

mod behaviour;
mod dht;
mod dial;
mod gossip;
mod identify;
mod peer_exchange;
mod ping;
mod swarm;

use crate::direct::request::Callers;
use crate::failure::{Failure, failed};
use behaviour::{Behaviour, BehaviourEvent};
use futures::StreamExt;
use libp2p::{Multiaddr, PeerId, Swarm, identity::Keypair, swarm::SwarmEvent};
use libp2p_stream::Control;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot, watch};

/// How long to wait for what the other side has to do first. Below the runner's timeout.
const READY_TIMEOUT: Duration = Duration::from_secs(15);

pub struct Options {
    pub network: String,
    pub listen: Vec<Multiaddr>,
    /// Ed25519
    pub seed: Option<[u8; 32]>,
    /// Takes no part in any mesh: hears by IHAVE what there is, and asks for it by IWANT.
    pub is_outside_mesh: bool,
}

type Job = Box<dyn FnOnce(&mut Node) + Send>;

#[derive(Clone)]
pub struct Handle {
    pub peer: PeerId,
    pub control: Control,
    pub callers: Callers,
    jobs: mpsc::UnboundedSender<Job>,
    /// Peers, what they say of themselves, or their subscriptions have changed.
    changed: Arc<Notify>,
    stopped: watch::Receiver<()>,
}

struct Node {
    swarm: Swarm<Behaviour>,
    network: String,
    dials: dial::Dials,
    identified: identify::Identified,
    gossip: gossip::Gossip,
    lookups: dht::Lookups,
    changed: Arc<Notify>,
}

/// Listens, and runs until the handle is stopped. Messages on topics go to `events`.
pub async fn start(
    options: Options,
    events: mpsc::UnboundedSender<Value>,
) -> Result<(Handle, Vec<Multiaddr>), Failure> {
    let keypair = match options.seed {
        Some(seed) => Keypair::ed25519_from_bytes(seed)?,
        None => Keypair::generate_ed25519(),
    };
    let peer = keypair.public().to_peer_id();
    let received = gossip::Received::default();
    let mut swarm = swarm::build(keypair, &options, received.clone()).await?;
    let addrs = swarm::listen(&mut swarm, options.listen).await?;

    let mut control = swarm.behaviour().stream.new_control();
    peer_exchange::serve(&mut control, &options.network)?;
    let (jobs, queue) = mpsc::unbounded_channel();
    let (stopping, stopped) = watch::channel(());
    let changed = Arc::new(Notify::new());
    let node = Node {
        swarm,
        network: options.network,
        dials: dial::Dials::default(),
        identified: identify::Identified::default(),
        gossip: gossip::Gossip::new(received, events),
        lookups: dht::Lookups::default(),
        changed: changed.clone(),
    };
    tokio::spawn(async move {
        node.run(queue).await;
        drop(stopping);
    });
    Ok((Handle { peer, control, callers: Callers::default(), jobs, changed, stopped }, addrs))
}

impl Handle {
    async fn call<T: Send + 'static>(&self, job: impl FnOnce(&mut Node) -> T + Send + 'static) -> Result<T, Failure> {
        let (done, result) = oneshot::channel();
        let job: Job = Box::new(move |node| {
            let _ = done.send(job(node));
        });
        self.jobs.send(job).map_err(|_| stopped())?;
        result.await.map_err(|_| stopped())
    }

    /// Tries again, whenever something has changed, until there is a result.
    async fn until<T: Send + 'static>(
        &self,
        what: &str,
        attempt: impl Fn(&mut Node) -> Option<T> + Clone + Send + 'static,
    ) -> Result<T, Failure> {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                let attempt = attempt.clone();
                match self.call(move |node| attempt(node)).await? {
                    Some(result) => return Ok(result),
                    None => changed.await,
                }
            }
        };
        let timeout = || Failure::new("timeout", format!("waited too long for {what}"));
        tokio::time::timeout(READY_TIMEOUT, waiting).await.map_err(|_| timeout())?
    }

    pub async fn peers(&self) -> Result<Vec<PeerId>, Failure> {
        self.call(|node| node.swarm.connected_peers().copied().collect()).await
    }

    /// Closes all connections.
    pub async fn stop(mut self) {
        drop(self.jobs);
        let _ = self.stopped.changed().await;
    }
}

fn stopped() -> Failure {
    failed("the node has stopped")
}

impl Node {
    async fn run(mut self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        loop {
            tokio::select! {
                job = jobs.recv() => match job {
                    Some(job) => job(&mut self),
                    None => return,
                },
                event = self.swarm.select_next_some() => self.on_event(event),
            }
        }
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Gossipsub(event)) => self.on_gossipsub(event),
            SwarmEvent::Behaviour(BehaviourEvent::Identify(event)) => self.on_identify(event),
            SwarmEvent::Behaviour(BehaviourEvent::Kad(event)) => self.on_kad(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(_) | BehaviourEvent::Stream(())) => {}
            SwarmEvent::ConnectionEstablished { connection_id, peer_id, endpoint, .. } => {
                self.dials.succeeded(connection_id, peer_id, endpoint.get_remote_address());
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                self.dials.failed(connection_id, &error);
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, cause, .. } => {
                eprintln!("disconnected from {peer_id}: {cause:?}");
                self.identified.remove(&peer_id);
            }
            _ => return,
        }
        self.changed.notify_waiters();
    }
}
