//! `Sealed<T>`: the bytes of an envelope that hold a `T`.

use std::marker::PhantomData;

use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Bytea;

/// An envelope holding a `T`, as it stands in the database. Opening needs the keys and the id of its row.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = Bytea)]
pub struct Sealed<T> {
    envelope: Vec<u8>,
    content: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// Wraps bytes read from or meant for the database.
    pub const fn from_envelope(envelope: Vec<u8>) -> Self {
        Self { envelope, content: PhantomData }
    }

    /// The envelope's bytes.
    pub fn envelope(&self) -> &[u8] {
        &self.envelope
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self::from_envelope(self.envelope.clone())
    }
}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sealed]")
    }
}

impl<T> ToSql<Bytea, Pg> for Sealed<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <[u8] as ToSql<Bytea, Pg>>::to_sql(&self.envelope, out)
    }
}

impl<T> FromSql<Bytea, Pg> for Sealed<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <Vec<u8> as FromSql<Bytea, Pg>>::from_sql(bytes).map(Self::from_envelope)
    }
}
