//! Connections: so many at once, none that dawdles, and none cut off in the middle of a request.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{Extensions, Method};
use axum::middleware::{self, Next};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::AbortHandle;

use super::Limits;

/// Answers connections until `stop`, then finishes the requests it has in hand, within the time
/// that they have for it.
///
/// # Errors
///
/// When no connection can be taken at all.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let idle = Arc::new(Idle::default());
    let (ending, ends) = watch::channel(false);
    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            taken = take(&listener) => taken?,
        };
        let slot = tokio::select! {
            () = &mut stop => break,
            slot = slot(&slots, &idle) => slot?,
        };
        let connection = Connection { stream, peer, slot, ends: ends.clone() };
        idle.watch(|busy| {
            tokio::spawn(connection.answer(router.clone(), limits, busy)).abort_handle()
        });
    }
    drop(listener);
    let _ = ending.send(true);
    let most = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(limits.last_call, slots.acquire_many(most)).await;
    Ok(())
}

/// The next connection. One that broke before it was taken is no trouble of ours, and where there
/// are too many files open, others will be closed.
async fn take(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept().await {
            Ok(taken) => return Ok(taken),
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Who has just come is not idle yet: what they sent may still lie unread.
const GRACE: Duration = Duration::from_millis(500);

/// A place for one more connection. Whoever has had the time to send a whole request, and has not,
/// gives way to who has just come; where there is nobody like that, the first that is done does.
async fn slot(slots: &Arc<Semaphore>, idle: &Idle) -> io::Result<OwnedSemaphorePermit> {
    const LOOK_AGAIN: Duration = Duration::from_millis(20);
    loop {
        if slots.available_permits() == 0 {
            idle.end_oldest();
        }
        if let Ok(slot) = tokio::time::timeout(LOOK_AGAIN, slots.clone().acquire_owned()).await {
            return slot.map_err(io::Error::other);
        }
    }
}

struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    slot: OwnedSemaphorePermit,
    ends: watch::Receiver<bool>,
}

impl Connection {
    async fn answer(self, router: Router, limits: Limits, busy: Arc<AtomicUsize>) {
        let Connection { stream, peer, slot, mut ends } = self;
        let _ = stream.set_nodelay(true);
        let router = router.layer(middleware::from_fn(move |mut request: Request, next: Next| {
            let busy = Busy(busy.clone());
            async move {
                request.extensions_mut().insert(ConnectInfo(peer));
                request.extensions_mut().insert(busy);
                // Until all of a form has come it is nothing yet; its handler knows when.
                let comes = request.method() == Method::POST;
                let _working = if comes { None } else { Working::on(request.extensions()) };
                let answered: Response = next.run(request).await;
                answered
            }
        }));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(16 << 10)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
        tokio::pin!(connection);
        tokio::select! {
            _ = &mut connection => {}
            () = ended(&mut ends) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
        drop(slot);
    }
}

/// Returns once the server is to end.
async fn ended(ends: &mut watch::Receiver<bool>) {
    let _ = ends.wait_for(|ends| *ends).await;
}

/// How many requests of a connection are being worked on.
#[derive(Clone)]
struct Busy(Arc<AtomicUsize>);

/// A request that is being worked on: its connection does not have to give way.
pub(super) struct Working(Arc<AtomicUsize>);

impl Working {
    pub(super) fn on(extensions: &Extensions) -> Option<Working> {
        let Busy(busy) = extensions.get::<Busy>()?;
        busy.fetch_add(1, Ordering::SeqCst);
        Some(Working(busy.clone()))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// All connections in the order they came, to find one that is doing nothing.
#[derive(Default)]
struct Idle(Mutex<VecDeque<Watched>>);

struct Watched {
    task: AbortHandle,
    busy: Arc<AtomicUsize>,
    since: Instant,
}

impl Watched {
    fn gives_way(&self) -> bool {
        self.busy.load(Ordering::SeqCst) == 0 && self.since.elapsed() >= GRACE
    }
}

impl Idle {
    fn watch(&self, start: impl FnOnce(Arc<AtomicUsize>) -> AbortHandle) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|watched| !watched.task.is_finished());
        let busy = Arc::new(AtomicUsize::new(0));
        all.push_back(Watched { task: start(busy.clone()), busy, since: Instant::now() });
    }

    fn end_oldest(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|watched| !watched.task.is_finished());
        if let Some(at) = all.iter().position(Watched::gives_way)
            && let Some(watched) = all.remove(at)
        {
            watched.task.abort();
        }
    }
}
