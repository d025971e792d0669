//! Where passwords are hashed: a few threads of their own that yield to all other work, and two lanes. Whoever is known (a browser that
//! signed in before, somebody signed in, the holder of a link) goes before strangers, so that a flood of guesses neither slows the form
//! nor keeps colleagues out. After each stranger a thread rests for twice as long as the hash took: to the system even a thread that
//! stepped back keeps a processor busy, and a flood shall have a third of it at most. Where a hash takes 25 ms, the last of sixteen is still served
//! within their patience; on slower machines some are told to try again.
//!
//! Threads of their own also bound the memory: on the runtime's many threads the allocator kept 19 MiB for each of them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// So many hold a place in each lane: at work, waiting for their turn, or about to.
const PLACES: usize = 16;
/// So many strangers may stand before a full lane.
const DOOR: usize = 256;
/// How far the threads step back (`nice`).
const STEP_BACK: i32 = 19;
/// A thread rests so many times as long as a stranger's hash took.
const REST: u32 = 2;

/// Who asks for a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Somebody who showed before who they are.
    Known,
    /// Anybody.
    Stranger,
}

impl Lane {
    /// So long one waits for the hash, once a place is had: a colleague rather longer than to be told to try again.
    pub fn patience(self) -> Duration {
        match self {
            Self::Known => Duration::from_secs(10),
            Self::Stranger => Duration::from_secs(2),
        }
    }

    /// So long one waits for a place. Whoever tries in a loop is slowed by it too.
    fn patience_at_the_door(self) -> Duration {
        match self {
            Self::Known => Duration::from_secs(5),
            Self::Stranger => Duration::from_secs(1),
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Waiting {
    known: VecDeque<Job>,
    strangers: VecDeque<Job>,
}

impl Waiting {
    fn lane(&mut self, lane: Lane) -> &mut VecDeque<Job> {
        match lane {
            Lane::Known => &mut self.known,
            Lane::Stranger => &mut self.strangers,
        }
    }

    /// Who is next, for a thread that takes no strangers while it rests.
    fn next(&mut self, resting: bool) -> Option<(Lane, Job)> {
        if let Some(job) = self.known.pop_front() {
            return Some((Lane::Known, job));
        }
        if resting { None } else { self.strangers.pop_front().map(|job| (Lane::Stranger, job)) }
    }
}

/// The threads and who waits for them.
#[derive(Clone)]
pub struct Lanes {
    shared: Arc<(Mutex<Waiting>, Condvar)>,
    known: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    door: Arc<Semaphore>,
}

/// A place in a lane, had before anything else is done for who asks, and kept until the hash is made.
pub struct Place {
    lanes: Lanes,
    lane: Lane,
    permit: OwnedSemaphorePermit,
}

impl Lanes {
    /// Starts `threads` threads; they live as long as the process.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let places = |count| Arc::new(Semaphore::new(count));
        let lanes = Self { shared: Arc::default(), known: places(PLACES), strangers: places(PLACES), door: places(DOOR) };
        for _ in 0..threads {
            let lanes = lanes.clone();
            std::thread::Builder::new().name("passwords".to_owned()).spawn(move || lanes.work())?;
        }
        Ok(lanes)
    }

    /// A place in that lane; `None` if none came free in time, or too many wait for one.
    pub async fn place(&self, lane: Lane) -> Option<Place> {
        let places = match lane {
            Lane::Known => &self.known,
            Lane::Stranger => &self.strangers,
        };
        let permit = if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
            permit
        } else {
            let _at_the_door = match lane {
                Lane::Known => None,
                Lane::Stranger => Some(self.door.try_acquire().ok()?),
            };
            tokio::time::timeout(lane.patience_at_the_door(), Arc::clone(places).acquire_owned()).await.ok()?.ok()?
        };
        Some(Place { lanes: self.clone(), lane, permit })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        // Per thread on Linux; elsewhere it would hold back the whole process.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::nice(STEP_BACK) {
            tracing::warn!(%error, "passwords are checked at full priority");
        }
        let mut rested = Instant::now();
        loop {
            let (lane, job) = self.next(rested);
            let begun = Instant::now();
            // A panic drops the sender: whoever waits hears that it broke, and the thread goes on.
            let _broke = catch_unwind(AssertUnwindSafe(job));
            if lane == Lane::Stranger {
                rested = Instant::now() + begun.elapsed() * REST;
            }
        }
    }

    /// Waits for the next job: of anybody known, and from `rested` on of a stranger.
    fn next(&self, rested: Instant) -> (Lane, Job) {
        let mut waiting = self.waiting();
        loop {
            let rest = rested.saturating_duration_since(Instant::now());
            if let Some(next) = waiting.next(!rest.is_zero()) {
                return next;
            }
            waiting = if rest.is_zero() {
                self.shared.1.wait(waiting).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.shared.1.wait_timeout(waiting, rest).unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }
}

impl Place {
    /// So long one waits for the hash.
    pub fn patience(&self) -> Duration {
        self.lane.patience()
    }

    /// Has `work` done when its turn comes. Work that nobody waits for any more is left out.
    pub fn ask<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> oneshot::Receiver<T> {
        let Self { lanes, lane, permit } = self;
        let (tell, told) = oneshot::channel();
        let job = Box::new(move || {
            let _kept = permit;
            if !tell.is_closed() {
                // Whoever asked may have left meanwhile.
                let _nobody = tell.send(work());
            }
        });
        lanes.waiting().lane(lane).push_back(job);
        // All: one that rests would keep a stranger's call from the others.
        lanes.shared.1.notify_all();
        told
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Lanes whose one thread is busy until the sender is dropped.
    async fn held() -> (Lanes, mpsc::Sender<()>) {
        let lanes = Lanes::start(1).unwrap();
        let ((hold, until), (tell, busy)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
        let working = lanes.place(Lane::Known).await.unwrap().ask(move || {
            tell.send(()).unwrap();
            let _released = until.recv();
        });
        busy.recv().unwrap();
        std::mem::forget(working);
        (lanes, hold)
    }

    #[tokio::test]
    async fn who_is_known_goes_before_strangers_and_a_full_lane_says_so() {
        let (lanes, hold) = held().await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let note = |who: Lane| {
            let order = Arc::clone(&order);
            move || order.lock().unwrap().push(who)
        };
        let mut strangers = Vec::new();
        for _ in 0..PLACES {
            strangers.push(lanes.place(Lane::Stranger).await.unwrap().ask(note(Lane::Stranger)));
        }
        assert!(lanes.place(Lane::Stranger).await.is_none());
        let known = lanes.place(Lane::Known).await.expect("strangers do not fill the lane of the known").ask(note(Lane::Known));
        drop(hold);
        known.await.unwrap();
        for stranger in strangers {
            stranger.await.unwrap();
        }
        let order = order.lock().unwrap();
        assert_eq!((order.len(), order.first()), (PLACES + 1, Some(&Lane::Known)));
    }

    #[tokio::test]
    async fn a_thread_rests_after_a_stranger_and_takes_who_is_known_meanwhile() {
        let lanes = Lanes::start(1).unwrap();
        let begun = Instant::now();
        let (tell, ended) = mpsc::channel();
        let work = |who: &'static str, time: u64| {
            let tell = tell.clone();
            move || {
                std::thread::sleep(Duration::from_millis(time));
                tell.send((who, begun.elapsed())).unwrap();
            }
        };
        let mut all = Vec::new();
        for who in ["first", "second"] {
            all.push(lanes.place(Lane::Stranger).await.unwrap().ask(work(who, 400)));
        }
        let (first, _) = ended.recv().unwrap();
        all.push(lanes.place(Lane::Known).await.unwrap().ask(work("known", 0)));
        let (next, (last, at)) = (ended.recv().unwrap().0, ended.recv().unwrap());
        assert_eq!([first, next, last], ["first", "known", "second"]);
        assert!(at >= Duration::from_millis(1_600), "the second stranger had an answer after {at:?}");
    }

    #[tokio::test]
    async fn who_waits_at_the_door_gets_the_place_that_comes_free() {
        let (lanes, hold) = held().await;
        let mut inside = Vec::new();
        for _ in 0..PLACES {
            inside.push(lanes.place(Lane::Stranger).await.unwrap());
        }
        let (next, ()) = tokio::join!(lanes.place(Lane::Stranger), async { drop(inside.pop()) });
        assert!(next.is_some());
        drop(hold);
    }

    #[tokio::test]
    async fn who_left_costs_nothing_and_a_panic_ends_no_thread() {
        let (lanes, hold) = held().await;
        drop(lanes.place(Lane::Known).await.unwrap().ask(|| panic!("nobody waits for this")));
        let broken = lanes.place(Lane::Known).await.unwrap().ask(|| -> u32 { panic!("a test") });
        let after = lanes.place(Lane::Known).await.unwrap().ask(|| 7);
        drop(hold);
        assert!(broken.await.is_err());
        assert_eq!(after.await, Ok(7));
    }
}
