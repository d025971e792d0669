//! Faults on purpose, for the tests: a future that ends at its n-th await, with an error or a panic, as if what it waited for had
//! failed there.
//!
//! Only programs with debug assertions have it, and only where `INTAKE_TEST_FAULTS` names a file. A release is the future itself;
//! `bin/release` refuses a program that holds that name, and a test looks at the profiles.

use std::future::Future;

/// Runs `work`. Where a test asks for it, `work` is dropped at the asked await and `failed` answers instead.
#[cfg(not(debug_assertions))]
pub async fn within<T>(_part: &'static str, work: impl Future<Output = T>, _failed: impl FnOnce() -> T) -> T {
    work.await
}

/// Runs `work`. Where a test asks for it, `work` is dropped at the asked await and `failed` answers instead.
///
/// # Panics
///
/// Where a test asks for it.
#[cfg(debug_assertions)]
pub async fn within<T>(part: &'static str, work: impl Future<Output = T>, failed: impl FnOnce() -> T) -> T {
    let Some(order) = asked::Order::read(part) else { return work.await };
    match order.cut(Box::pin(work)).await {
        Some(done) => done,
        None if order.strike() => panic!("a fault of the tests"),
        None => failed(),
    }
}

#[cfg(debug_assertions)]
mod asked {
    use std::future::{Future, poll_fn};
    use std::path::PathBuf;
    use std::pin::Pin;
    use std::task::Poll;

    /// What the file asks for: `PART AWAIT error` or `PART AWAIT panic`.
    pub struct Order {
        file: PathBuf,
        at: usize,
        panics: bool,
    }

    impl Order {
        pub fn read(part: &str) -> Option<Self> {
            let file = PathBuf::from(std::env::var_os("INTAKE_TEST_FAULTS")?);
            let text = std::fs::read_to_string(&file).ok()?;
            let mut words = text.split_whitespace();
            if words.next() != Some(part) {
                return None;
            }
            let at = words.next()?.parse().ok()?;
            Some(Self { file, at, panics: words.next() == Some("panic") })
        }

        /// `None` if the fault came first. The step after the last await is the one where all is done and nobody is told.
        pub async fn cut<F: Future>(&self, mut work: Pin<Box<F>>) -> Option<F::Output> {
            let mut step = 0;
            poll_fn(|context| {
                step += 1;
                if step == self.at {
                    return Poll::Ready(None);
                }
                match work.as_mut().poll(context) {
                    Poll::Ready(_) if step + 1 == self.at => Poll::Ready(None),
                    Poll::Ready(done) => Poll::Ready(Some(done)),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        }

        /// Strikes once: the order is taken away. True if it asks for a panic.
        pub fn strike(&self) -> bool {
            std::fs::remove_file(&self.file).is_ok() && self.panics
        }
    }
}
