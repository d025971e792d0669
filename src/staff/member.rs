//! A member of the staff, and the one table of who may do what.

use crate::values::{MemberId, Role};

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Member {
    /// Id.
    pub id: MemberId,
    /// Name as colleagues see it.
    pub name: String,
    /// E-mail address, lower case.
    pub email: String,
    /// Roles; at least one.
    pub roles: Vec<Role>,
    /// May accept or decline at the clinical review.
    pub clinical_review: bool,
}

/// What a guard proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Work leads, quarantine, follow-ups, add a lead taken by phone.
    WorkLeads,
    /// Reassign others' leads, merge and unmerge, reopen.
    ManageLeads,
    /// Programs, capacity, routing rules.
    ManagePrograms,
    /// Reports, and exports without identifying columns.
    SeeReports,
    /// Exports with identifying columns.
    ExportIdentified,
    /// People, roles, sign-in security.
    ManagePeople,
    /// Audit log, deliveries, retention, settings.
    Administer,
    /// Legal holds, and erasure of one person's record.
    HandleRights,
    /// Clinical review: given per person. Its door asks for [`Permission::WorkLeads`] as well.
    ClinicalReview,
}

impl Permission {
    /// The table of product.md: which role holds which permission.
    const fn held_by(self, role: Role) -> bool {
        match role {
            Role::Coordinator => matches!(self, Self::WorkLeads),
            Role::Manager => {
                matches!(
                    self,
                    Self::WorkLeads
                        | Self::ManageLeads
                        | Self::ManagePrograms
                        | Self::SeeReports
                        | Self::ExportIdentified
                        | Self::HandleRights
                )
            }
            Role::Administrator => matches!(self, Self::SeeReports | Self::ManagePeople | Self::Administer | Self::HandleRights),
        }
    }
}

impl Member {
    /// Whether this person may.
    pub fn may(&self, permission: Permission) -> bool {
        if permission == Permission::ClinicalReview {
            return self.clinical_review;
        }
        self.roles.iter().any(|role| permission.held_by(*role))
    }

    /// Whether this person holds each of these permissions.
    pub fn may_all(&self, permissions: &[Permission]) -> bool {
        permissions.iter().all(|permission| self.may(*permission))
    }
}
