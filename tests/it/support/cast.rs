//! The fixed cast: a coordinator, a manager, an administrator. Each signs in through the real page.

use intake::sealing::Keys;
use intake::staff::password::hash;
use intake::staff::store::{self, NewMember};
use intake::values::{MemberId, Role};
use tokio::sync::OnceCell;

use super::{Client, TestApp};

/// Everybody's password.
pub const PASSWORD: &str = "maple orbit canvas thirty";
static HASH: OnceCell<String> = OnceCell::const_new();

impl TestApp {
    /// Makes an account whose address is `NAME@example.org`.
    pub async fn add_member(&self, name: &str, roles: &[Role]) -> MemberId {
        let make = async || hash::hash(&self.app.keys, PASSWORD).await.expect("a hash");
        // The pepper of other keys makes another hash.
        let ours = self.app.keys.ids() == Keys::for_tests().ids();
        let password_hash = if ours { HASH.get_or_init(make).await.clone() } else { make().await };
        let new = NewMember {
            email: format!("{name}@example.org"),
            name: format!("{} Tester", name[..1].to_uppercase() + &name[1..]),
            roles: roles.to_vec(),
            clinical_review: false,
            password_hash,
        };
        store::add(&mut self.conn().await, &new).await.expect("a new account")
    }

    /// Signs in at the real page.
    pub async fn sign_in(&self, name: &str) -> Client {
        let client = self.client();
        let email = format!("{name}@example.org");
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        let page = client.post("/staff/login", &fields).await.assert_status(303);
        assert!(["/staff/leads", "/staff"].contains(&page.location()), "{}", page.location());
        client
    }

    /// A new person with these roles, signed in.
    pub async fn signed_in(&self, name: &str, roles: &[Role]) -> Client {
        self.add_member(name, roles).await;
        self.sign_in(name).await
    }

    /// A coordinator, signed in.
    pub async fn coordinator(&self) -> Client {
        self.signed_in("cora", &[Role::Coordinator]).await
    }

    /// A second coordinator, signed in.
    pub async fn colleague(&self) -> Client {
        self.signed_in("colin", &[Role::Coordinator]).await
    }

    /// A manager, signed in.
    pub async fn manager(&self) -> Client {
        self.signed_in("mara", &[Role::Manager]).await
    }

    /// An administrator, signed in.
    pub async fn administrator(&self) -> Client {
        self.signed_in("ada", &[Role::Administrator]).await
    }
}
