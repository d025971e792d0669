//! Making the bytes of an export: the rows of one statement in one snapshot, in portions unsealed and written beside the web threads.
//! Three work at once: Postgres makes rows, one thread reads them, another writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono_tz::Tz;
use futures_util::TryStreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::Sender;

use super::columns::{Names, cells, headers};
use super::filter::ExportFilter;
use super::store::{self, Row, SealedPart, Span};
use super::{ColumnSet, ExportFormat};
use crate::audit::{Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::inquiries::{Contact, Message};
use crate::programs;
use crate::reports::csv::CsvWriter;
use crate::reports::xlsx::XlsxWriter;
use crate::sealing::Keys;
use crate::staff;
use crate::values::ExportId;

/// Rows of a portion.
const PORTION: usize = 500;
/// How often progress is written down.
const PROGRESS: Duration = Duration::from_secs(1);
/// How long a reader may take nothing before the export is broken off.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// What is to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which export.
    pub id: ExportId,
    /// Kind of file.
    pub format: ExportFormat,
    /// Which columns.
    pub columns: ColumnSet,
    /// Which leads.
    pub filter: ExportFilter,
    /// Received within.
    pub span: Span,
    /// Zone of the times.
    pub zone: Tz,
    /// Rows so far, for whoever shows it.
    pub rows: Arc<AtomicI64>,
}

/// How far it came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Rows, without the head.
    pub rows: i64,
    /// Bytes.
    pub bytes: i64,
}

/// How it ended.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// How far it came.
    pub extent: Extent,
    /// SHA-256 of all bytes; `None` if it did not come to its end.
    pub sha256: Option<Vec<u8>>,
}

impl Made {
    /// The hash in hexadecimal; empty if there is none.
    pub fn hash(&self) -> String {
        hexadecimal(self.sha256.as_deref())
    }

    /// What the audit log says of the end.
    pub fn event(&self, actor: Actor, export: ExportId) -> Event {
        let action = if self.sha256.is_some() { Action::ExportFinished } else { Action::ExportBroken };
        let details = json!({ "export": export, "rows": self.extent.rows, "bytes": self.extent.bytes, "sha256": self.hash() });
        Event::new(actor, action, Subject::None).with(details)
    }
}

/// Bytes in hexadecimal; empty for none.
pub fn hexadecimal(bytes: Option<&[u8]>) -> String {
    bytes.unwrap_or_default().iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"))
}

/// The file as it grows.
enum File {
    Csv(CsvWriter),
    Xlsx(Box<XlsxWriter>),
}

impl File {
    fn new(format: ExportFormat, heads: &[String]) -> std::io::Result<Self> {
        Ok(match format {
            ExportFormat::Csv => Self::Csv(CsvWriter::new(heads)),
            ExportFormat::Xlsx => Self::Xlsx(Box::new(XlsxWriter::new("Leads", heads)?)),
        })
    }

    fn row(&mut self, cells: &[crate::reports::cell::Cell<'_>]) -> std::io::Result<()> {
        match self {
            Self::Csv(writer) => {
                writer.row(cells);
                Ok(())
            }
            Self::Xlsx(writer) => writer.row(cells),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Csv(writer) => writer.take(),
            Self::Xlsx(writer) => writer.take(),
        }
    }

    fn finish(self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Csv(mut writer) => Ok(writer.take()),
            Self::Xlsx(mut writer) => {
                let mut bytes = writer.take();
                bytes.extend(writer.finish()?);
                Ok(bytes)
            }
        }
    }
}

/// The maker of one export.
struct Maker {
    keys: Arc<Keys>,
    names: Arc<Names>,
    /// The file and the hash of what left it; away while a portion is written.
    at_work: Option<(File, Sha256)>,
    extent: Extent,
}

impl Maker {
    /// Writes rows into the file, beside the threads that answer; the bytes that are ready.
    async fn write(&mut self, rows: Vec<Row>) -> anyhow::Result<Vec<u8>> {
        let (keys, names) = (Arc::clone(&self.keys), Arc::clone(&self.names));
        let (mut file, mut hash) = self.at_work.take().context("the file is being written")?;
        self.extent.rows += i64::try_from(rows.len())?;
        let (at_work, bytes) = tokio::task::spawn_blocking(move || {
            for row in &rows {
                write_row(&mut file, row, &keys, &names)?;
            }
            let bytes = file.take();
            hash.update(&bytes);
            Ok::<_, anyhow::Error>(((file, hash), bytes))
        })
        .await??;
        self.at_work = Some(at_work);
        Ok(bytes)
    }

    /// The last bytes, and the hash of all.
    fn finish(&mut self) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
        let (file, mut hash) = self.at_work.take().context("the file is being written")?;
        let bytes = file.finish()?;
        hash.update(&bytes);
        Ok((bytes, hash.finalize().to_vec()))
    }

    /// Hands bytes to the reader; false if it is gone or takes nothing.
    async fn send(&mut self, bytes: Vec<u8>, to: &Sender<Option<Vec<u8>>>) -> anyhow::Result<bool> {
        if bytes.is_empty() {
            return Ok(true);
        }
        self.extent.bytes += i64::try_from(bytes.len())?;
        Ok(to.send_timeout(Some(bytes), PATIENCE).await.is_ok())
    }
}

fn write_row(file: &mut File, (lead, inquiry, sealed): &Row, keys: &Keys, names: &Names) -> anyhow::Result<()> {
    let id = inquiry.id.uuid();
    let open = |(contact, message): &SealedPart| {
        Ok::<(Contact, Message), crate::sealing::OpenError>((keys.open(id, contact)?, keys.open(id, message)?))
    };
    let person = sealed.as_ref().map(open).transpose()?;
    Ok(file.row(&cells(lead, inquiry, names, person.as_ref()))?)
}

/// Makes an export and hands its bytes to `to`, portion by portion (the end, `None`, is told by the caller); `keeper` is a connection of its own, on which progress is written down.
pub async fn produce(
    (reader, keeper): (&mut Connection, &mut Connection),
    keys: Arc<Keys>,
    order: &Order,
    to: &Sender<Option<Vec<u8>>>,
) -> anyhow::Result<Made> {
    reader
        .build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |conn| {
            let names = Arc::new(names(conn, order.zone).await?);
            let file = File::new(order.format, &headers(order.columns, order.zone))?;
            let mut maker = Maker { keys, names, at_work: Some((file, Sha256::new())), extent: Extent::default() };
            let mut told = Instant::now();
            let stream = store::rows(conn, (&order.filter, order.columns), order.span).await?;
            let mut portions = stream.try_chunks(PORTION);
            let mut portion = portions.try_next().await?;
            while let Some(rows) = portion {
                // Postgres goes on, and the next portion is read, while this one is written.
                let (bytes, next) = tokio::join!(maker.write(rows), portions.try_next());
                portion = next?;
                if !maker.send(bytes?, to).await? {
                    return Ok(Made { extent: maker.extent, sha256: None });
                }
                order.rows.store(maker.extent.rows, Ordering::Relaxed);
                if told.elapsed() >= PROGRESS {
                    store::progress(keeper, order.id, maker.extent.rows, maker.extent.bytes).await?;
                    told = Instant::now();
                }
            }
            let (last, hash) = maker.finish()?;
            let sha256 = maker.send(last, to).await?.then_some(hash);
            Ok(Made { extent: maker.extent, sha256 })
        })
        .await
}

async fn names(conn: &mut Connection, zone: Tz) -> diesel::QueryResult<Names> {
    let programs = programs::store::all_programs(conn).await?.into_iter().map(|program| (program.id, program)).collect();
    let members = staff::store::list(conn).await?.into_iter().map(|account| (account.member.id, account.member.name)).collect();
    Ok(Names { programs, members, zone })
}
