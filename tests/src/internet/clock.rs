//! Time for the fake internet and for what crawls it: the real one from a fixed instant on, or a virtual one that jumps.
//!
//! Virtual time stands still while anything works and jumps to the next sleeper when nothing does. "Nothing works" is not
//! declared by the parts, which would have to be right about themselves; it is looked at from outside: every thread of this
//! process sleeps and none has run between two looks, no exchange with the fake internet is open (a client that waits for an
//! answer waits in real time), and Postgres owes no answer (see [`super::postgres`]). One sleeper is woken at a time, so that a
//! run is nearly the same every time.

use std::{
    collections::BTreeMap,
    fs,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use marquee_fetch::Pace;
use marquee_model::Clock;

/// How long to wait between two looks at whether all is still: shorter than any exchange over loopback.
const LOOK: Duration = Duration::from_micros(50);
/// The longest time between two looks: what works, works without the keeper taking its processor.
const LONGEST_LOOK: Duration = Duration::from_micros(800);

/// The thread of the sandbox's engine that only counts; on a busy machine it would always have run between two looks.
const TICKER: &str = "marquee-epochs";

/// The time that a fake internet and its crawlers live in. Clones show the same time.
#[derive(Debug, Clone)]
pub enum Time {
    /// Real time, counted from this instant on.
    Real(DateTime<Utc>, Instant),
    /// Time that jumps.
    Virtual(VirtualClock),
}

impl Time {
    /// Real time that shows `start` now.
    #[must_use]
    pub fn real(start: DateTime<Utc>) -> Self {
        Self::Real(start, Instant::now())
    }

    /// Waits for so long.
    pub async fn sleep(&self, duration: Duration) {
        match self {
            Self::Real(..) => tokio::time::sleep(duration).await,
            Self::Virtual(clock) => clock.sleep(duration).await,
        }
    }

    /// While this is held, virtual time stands still.
    #[must_use]
    pub fn busy(&self) -> Option<Busy> {
        match self {
            Self::Real(..) => None,
            Self::Virtual(clock) => Some(clock.busy()),
        }
    }
}

impl Clock for Time {
    fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Real(start, since) => *start + since.elapsed(),
            Self::Virtual(clock) => clock.now(),
        }
    }
}

impl Pace for Time {
    fn now(&self) -> DateTime<Utc> {
        Clock::now(self)
    }

    fn sleep_until<'a>(&'a self, until: DateTime<Utc>) -> BoxFuture<'a, ()> {
        let left = (until - Clock::now(self)).to_std().unwrap_or_default();
        Box::pin(self.sleep(left))
    }
}

/// A clock that jumps from sleeper to sleeper. It ends with the last of its clones.
#[derive(Debug, Clone)]
pub struct VirtualClock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    busy: AtomicUsize,
    jumps: AtomicU64,
}

#[derive(Debug)]
struct State {
    now: DateTime<Utc>,
    sleepers: BTreeMap<(DateTime<Utc>, u64), Option<Waker>>,
    next: u64,
}

/// Something that works outside of the sight of the clock.
#[derive(Debug)]
pub struct Busy(Arc<Inner>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl VirtualClock {
    /// A clock that shows `start`, with its keeper on a thread of its own.
    #[must_use]
    pub fn starting(start: DateTime<Utc>) -> Self {
        let state = State { now: start, sleepers: BTreeMap::new(), next: 0 };
        let inner = Arc::new(Inner { state: Mutex::new(state), busy: AtomicUsize::new(0), jumps: AtomicU64::new(0) });
        let watched = Arc::downgrade(&inner);
        thread::spawn(move || keep(&watched));
        Self(inner)
    }

    /// Waits until the clock shows so much more.
    #[must_use]
    pub fn sleep(&self, duration: Duration) -> Sleep {
        let duration = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        let mut state = self.0.state();
        let until = state.now.checked_add_signed(duration).unwrap_or(DateTime::<Utc>::MAX_UTC);
        state.next += 1;
        let place = (until, state.next);
        state.sleepers.insert(place, None);
        drop(state);
        Sleep { clock: Arc::clone(&self.0), place }
    }

    /// While this is held, time stands still.
    #[must_use]
    pub fn busy(&self) -> Busy {
        self.0.busy.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(&self.0))
    }

    /// How often time has jumped.
    #[must_use]
    pub fn jumps(&self) -> u64 {
        self.0.jumps.load(Ordering::Relaxed)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.state().now
    }
}

/// A wait in virtual time.
#[derive(Debug)]
pub struct Sleep {
    clock: Arc<Inner>,
    place: (DateTime<Utc>, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.clock.state().sleepers.get_mut(&self.place) {
            Some(waker) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&self.place);
    }
}

/// One clock of a process jumps at a time: another's keeper and tests would keep it from ever seeing stillness.
static JUMPS: Mutex<()> = Mutex::new(());

/// Lets time jump whenever all is still, until the clock is gone.
fn keep(clock: &Weak<Inner>) {
    let _alone = JUMPS.lock().unwrap_or_else(PoisonError::into_inner);
    let own = own_thread();
    let mut look = LOOK;
    while let Some(clock) = clock.upgrade() {
        let before = if clock.busy.load(Ordering::SeqCst) == 0 { threads(&own) } else { None };
        let is_still = before.is_some() && before == threads(&own) && clock.busy.load(Ordering::SeqCst) == 0;
        if is_still {
            jump(&clock);
            look = LOOK;
        } else {
            drop(clock);
            thread::park_timeout(look);
            look = (look * 2).min(LONGEST_LOOK);
        }
    }
}

/// To the first sleeper, which is woken.
fn jump(clock: &Inner) {
    let mut state = clock.state();
    let Some(((until, _), waker)) = state.sleepers.pop_first() else { return };
    state.now = state.now.max(until);
    drop(state);
    clock.jumps.fetch_add(1, Ordering::Relaxed);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The number of the thread that asks.
fn own_thread() -> String {
    let link = fs::read_link("/proc/thread-self").unwrap_or_default();
    link.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// How often each other thread of this process was put aside so far; `None` where one of them runs or could run.
fn threads(own: &str) -> Option<Vec<String>> {
    let mut seen = Vec::new();
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let entry = entry.ok()?;
        if entry.file_name().to_string_lossy() == own {
            continue;
        }
        let status = fs::read_to_string(entry.path().join("status")).ok()?;
        let mut about = entry.file_name().to_string_lossy().into_owned();
        if status.lines().next().is_some_and(|name| name.ends_with(TICKER)) {
            continue;
        }
        for line in status.lines() {
            if line.strip_prefix("State:").is_some_and(|state| !state.trim_start().starts_with('S')) {
                return None;
            }
            if line.contains("ctxt_switches") {
                about.push_str(line);
            }
        }
        seen.push(about);
    }
    Some(seen)
}
