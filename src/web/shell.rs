//! What the frame of a staff page needs to know: whose page it is, which links they may follow, where they are.

/// The frame around a staff page; made by `staff::shell`.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Short name of the center.
    pub center: String,
    /// Name of who is signed in.
    pub member_name: String,
    /// Two letters for the round picture.
    pub initials: String,
    /// Links in groups; only what this person may open.
    pub nav: Vec<NavGroup>,
    /// True if mail waits too long: a red banner on every staff page.
    pub mail_is_late: bool,
}

/// Links under one heading.
#[derive(Debug, Clone)]
pub struct NavGroup {
    /// Heading.
    pub title: &'static str,
    /// Links.
    pub links: Vec<NavLink>,
}

/// One link of the rail.
#[derive(Debug, Clone)]
pub struct NavLink {
    /// Where to.
    pub href: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Symbol before it, as in `icon(name)`.
    pub icon: &'static str,
    /// True for the page one is on.
    pub current: bool,
}

/// Where in the staff side a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The queue and its leads.
    Queue,
    /// Leads of the person signed in.
    Mine,
    /// Dated promises.
    FollowUps,
    /// Search over all leads.
    Search,
    /// Suspected spam.
    Quarantine,
    /// Programs and locations.
    Programs,
    /// The center's people.
    People,
    /// One's own account.
    Account,
}

/// Up to two letters of a name, upper case.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
