//! How the database is, asked on a connection that is kept for it: opening one each time would cost more than the question, and
//! would begin with a silent host each time.

use std::time::{Duration, Instant};

use super::probe::Questions;
use crate::app::startup::Startup;
use crate::db::commits::{self, Confirmer};
use crate::db::{self, Connection, fence, health};
use crate::outbox;

/// Longer is not waited for an answer on the kept connection.
const ANSWER: Duration = Duration::from_secs(2);

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// `ok`, or why nothing can be written there.
    pub state: &'static str,
    /// Age of the oldest mail that is not settled.
    pub outbox_oldest_seconds: Option<i64>,
    /// No mail is sent until somebody releases the hold; `None` where the role may not read it, or nothing is known.
    pub outbox_on_hold: Option<bool>,
}

impl Look {
    /// Nobody answered.
    pub fn away() -> Self {
        Self::not_usable(fence::why_unreachable())
    }

    const fn not_usable(state: &'static str) -> Self {
        Self { state, outbox_oldest_seconds: None, outbox_on_hold: None }
    }
}

/// What there is to ask, and whether yet.
struct Asked {
    url: String,
    confirmer: Confirmer,
    startup: Startup,
    /// The public role may not read the hold of the outbox.
    reads_hold: bool,
}

/// Answers questions until nobody can ask any more.
pub async fn watch(questions: Questions<Look>, url: String, startup: Startup, reads_hold: bool) {
    let confirmer = Confirmer::new(&url);
    let (mut kept, asked) = (None, Asked { url, confirmer, startup, reads_hold });
    while questions.next().await {
        let look = look(&mut kept, &asked).await;
        questions.answer(look);
    }
}

/// Looks on the kept connection, else on a new one, which is kept in its turn.
async fn look(kept: &mut Option<(Connection, Instant)>, asked: &Asked) -> Look {
    if let Some((mut connection, made)) = kept.take().filter(|(_, made)| !fence::is_outdated(*made))
        && let Ok(Ok(look)) = tokio::time::timeout(ANSWER, ask(&mut connection, asked)).await
    {
        *kept = Some((connection, made));
        return look;
    }
    let made = Instant::now();
    let fresh = async {
        let mut connection = db::connect(&asked.url).await?;
        let look = ask(&mut connection, asked).await?;
        anyhow::Ok((connection, look))
    };
    // Over all hosts, and the first answer.
    match tokio::time::timeout(db::longest(&asked.url) + ANSWER, fresh).await {
        Ok(Ok((connection, look))) => {
            *kept = Some((connection, made));
            look
        }
        Ok(Err(_)) | Err(_) => Look::away(),
    }
}

async fn ask(connection: &mut Connection, asked: &Asked) -> diesel::QueryResult<Look> {
    if health::is_read_only(connection).await? {
        return Ok(Look::not_usable("read only"));
    }
    if !asked.startup.is_complete() {
        return Ok(Look::not_usable("being checked"));
    }
    commits::look_on(connection, &asked.confirmer).await;
    let outbox_on_hold = if asked.reads_hold { Some(outbox::hold::store::find(connection).await?.is_some()) } else { None };
    Ok(Look { state: "ok", outbox_oldest_seconds: outbox::oldest_seconds(connection).await?, outbox_on_hold })
}
