//! What follows for a balancer and for who is on call.

use serde::Serialize;

use super::{database, disk};
use crate::spool::Waiting;

/// What readiness says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// `ok`, or `degraded`: somebody should look, whether or not everything is still served.
    status: &'static str,
    /// `ok`; `unreachable`; `being checked`: it answers, and whether keys and schema fit is not known yet; `read only`: a standby
    /// or a server in recovery; `former primary`: one that was replaced by its standby, where nothing is written.
    database: &'static str,
    /// `ok`, or `waiting`: a synchronous standby is away and nothing is confirmed.
    commits: &'static str,
    /// Age of the oldest mail that is not settled; null if none waits, or nothing is known.
    outbox_oldest_seconds: Option<i64>,
    /// No mail is sent until somebody releases the hold (a restored copy); null where the role does not read it, or nothing is known.
    outbox_on_hold: Option<bool>,
    /// How many inquiries wait in the spool of this machine.
    spool: u64,
    /// Of these, how many were set aside because nothing would take them.
    spool_set_aside: u64,
    /// Whether the spool takes an inquiry: `ok`, `low`, and if it does not `full`, `disk full` or `not writable`.
    spool_room: &'static str,
    /// It takes leave: send people elsewhere.
    stopping: bool,
    /// What the process serves can be served.
    #[serde(skip)]
    is_ready: bool,
}

/// What is known at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The form is served here.
    pub serves_form: bool,
    /// The database.
    pub database: database::Look,
    /// Commits hang.
    pub commits_wait: bool,
    /// The spool.
    pub spool: disk::Look,
    /// The process is on its way out.
    pub stopping: bool,
}

impl Readiness {
    /// Judges: a form is ready while it can give a receipt, from the database or from the spool; the staff side alone while its
    /// database is there.
    pub fn of(facts: &Facts) -> Self {
        let Facts { serves_form, database, commits_wait, spool, stopping } = *facts;
        let Waiting { count, held } = spool.waiting;
        let is_there = database.state == "ok";
        let confirms = is_there && !commits_wait;
        let serves = if serves_form { confirms || spool.room.is_usable() } else { is_there };
        let is_well = confirms && spool.room.code() == "ok" && count == 0 && !stopping && database.outbox_on_hold != Some(true);
        Self {
            status: if is_well { "ok" } else { "degraded" },
            database: database.state,
            commits: if commits_wait { "waiting" } else { "ok" },
            outbox_oldest_seconds: database.outbox_oldest_seconds,
            outbox_on_hold: database.outbox_on_hold,
            spool: count,
            spool_set_aside: held,
            spool_room: spool.room.code(),
            stopping,
            is_ready: serves && !stopping,
        }
    }

    /// True for 200; `strict` asks that all is well.
    pub fn is_ready(&self, strict: bool) -> bool {
        self.is_ready && (!strict || self.status == "ok")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::Room;

    fn facts(serves_form: bool, state: &'static str, room: Room) -> Facts {
        let database = database::Look { state, outbox_oldest_seconds: None, outbox_on_hold: Some(false) };
        let spool = disk::Look { waiting: Waiting::default(), room };
        Facts { serves_form, database, commits_wait: false, spool, stopping: false }
    }

    /// Ready, ready if all must be well.
    fn judged(facts: Facts) -> [bool; 2] {
        let readiness = Readiness::of(&facts);
        [readiness.is_ready(false), readiness.is_ready(true)]
    }

    #[test]
    fn a_form_is_ready_while_it_can_give_a_receipt_and_the_staff_side_while_its_database_is_there() {
        for (state, room, form, staff) in [
            ("ok", Room::Ample, [true, true], [true, true]),
            ("ok", Room::Low, [true, false], [true, false]),
            ("ok", Room::DiskFull, [true, false], [true, false]),
            ("unreachable", Room::Ample, [true, false], [false, false]),
            ("unreachable", Room::Low, [true, false], [false, false]),
            ("former primary", Room::Ample, [true, false], [false, false]),
            ("read only", Room::Ample, [true, false], [false, false]),
            ("being checked", Room::Ample, [true, false], [false, false]),
            ("unreachable", Room::DiskFull, [false, false], [false, false]),
            ("unreachable", Room::Full, [false, false], [false, false]),
            ("read only", Room::Unwritable, [false, false], [false, false]),
        ] {
            assert_eq!(judged(facts(true, state, room)), form, "the form: {state}, {room:?}");
            assert_eq!(judged(facts(false, state, room)), staff, "the staff side: {state}, {room:?}");
        }
    }

    #[test]
    fn what_waits_what_was_set_aside_commits_that_hang_and_leaving_are_not_well() {
        let well = facts(true, "ok", Room::Ample);
        let mut waits = well;
        waits.spool.waiting = Waiting { count: 1, held: 1 };
        assert_eq!(judged(waits), [true, false]);
        assert_eq!(judged(Facts { commits_wait: true, ..well }), [true, false]);
        let full = facts(true, "ok", Room::DiskFull);
        assert_eq!(judged(Facts { commits_wait: true, ..full }), [false, false], "neither takes an inquiry");
        assert_eq!(judged(Facts { stopping: true, ..well }), [false, false]);
        let mut on_hold = well;
        on_hold.database.outbox_on_hold = Some(true);
        assert_eq!(judged(on_hold), [true, false], "inquiries are taken, nobody is told");
    }
}
