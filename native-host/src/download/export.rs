//! Summaries and conversations in other forms: JSON, CSV, Markdown, Parquet.
//!
//! All but JSON are two [tables](tables) with the same columns, in this order; the names and types are stable, new
//! columns come last. `docs/export.md` describes them for readers.

use super::folder::Folder;
use crate::problem::{Problem, Result};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;
use wasm_core::pcap::report::{ConversationReport, Report, SourceReport};
use wasm_core::protocol::{ErrorCode, ExportFormat, FileRef};

/// Rows of a Markdown table; more is no reading matter.
const MARKDOWN_ROWS: usize = 50;
/// Names tried for a new file.
const NAMES: u32 = 10_000;

/// Writes `report` into `folder` (a path under the download folder with a final `/`, or empty).
pub fn export(folder: &Folder, report: &Report, place: &str, format: ExportFormat) -> Result<Vec<FileRef>> {
    let [summary, conversations] = tables(report);
    match format {
        ExportFormat::Json => {
            let json = serde_json::to_vec_pretty(report).map_err(Problem::internal)?;
            Ok(vec![write(folder, place, "summary", "json", |_| Ok(json.clone()))?])
        }
        ExportFormat::Markdown => {
            let text = markdown(report, &[&summary, &conversations]);
            Ok(vec![write(folder, place, "summary", "md", |_| Ok(text.clone().into_bytes()))?])
        }
        ExportFormat::Csv => [summary, conversations]
            .iter()
            .map(|table| write(folder, place, table.name, "csv", |_| csv(table)))
            .collect(),
        ExportFormat::Parquet => [summary, conversations]
            .iter()
            .map(|table| write(folder, place, table.name, "parquet", |_| parquet(table)))
            .collect(),
    }
}

/// A new file: `stem.extension`, or with `-2`, `-3`, … where there is one.
fn write(
    folder: &Folder,
    place: &str,
    stem: &str,
    extension: &str,
    bytes: impl Fn(u32) -> Result<Vec<u8>>,
) -> Result<FileRef> {
    for number in 1..=NAMES {
        let mark = if number == 1 { String::new() } else { format!("-{number}") };
        let file = FileRef(format!("{place}{stem}{mark}.{extension}"));
        if folder.place(&file)?.exists() {
            continue;
        }
        let bytes = bytes(number)?;
        let written = folder.write(&file, false, |out| out.write_all(&bytes).map_err(Problem::internal));
        match written {
            Err(problem) if problem.code == ErrorCode::FileExists => {}
            written => return written.map(|_| file),
        }
    }
    Err(Problem::new(ErrorCode::FileExists).with("path", format!("{place}{stem}.{extension}")))
}

/// Columns of the same length.
#[derive(Debug)]
struct Table {
    name: &'static str,
    columns: Vec<(&'static str, Values)>,
}

/// One column. A missing value is empty in text forms and null in Parquet.
#[derive(Debug)]
enum Values {
    Text(Vec<Option<String>>),
    Whole(Vec<Option<u64>>),
    Real(Vec<Option<f64>>),
    /// Nanoseconds since 1970, UTC.
    Moment(Vec<Option<i64>>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Moment(values) => values.len(),
        }
    }

    /// A cell as text; text itself comes as it is.
    fn cell(&self, row: usize) -> String {
        match self {
            Self::Text(values) => values.get(row).cloned().flatten().unwrap_or_default(),
            Self::Whole(values) => shown(values.get(row)),
            Self::Real(values) => shown(values.get(row)),
            Self::Moment(values) => {
                let moment = values.get(row).copied().flatten();
                moment.map_or_else(String::new, |nanos| {
                    let moment = time::OffsetDateTime::from_unix_timestamp_nanos(nanos.into()).ok();
                    let form = &time::format_description::well_known::Rfc3339;
                    moment.and_then(|moment| moment.format(form).ok()).unwrap_or_default()
                })
            }
        }
    }
}

fn shown<T: Copy + ToString>(value: Option<&Option<T>>) -> String {
    value.copied().flatten().map_or_else(String::new, |value| value.to_string())
}

/// `1700000000.123456789` in nanoseconds.
fn nanos(epoch: Option<&str>) -> Option<i64> {
    let (seconds, fraction) = epoch?.split_once('.')?;
    let negative = seconds.starts_with('-');
    let fraction: i64 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let whole = seconds.parse::<i64>().ok()?.checked_mul(1_000_000_000)?;
    if negative { whole.checked_sub(fraction) } else { whole.checked_add(fraction) }
}

/// One row a source, and one row a conversation of a source.
fn tables(report: &Report) -> [Table; 2] {
    let sources = &report.sources;
    let text = |of: fn(&SourceReport) -> Option<String>| Values::Text(sources.iter().map(of).collect());
    let whole = |of: fn(&SourceReport) -> u64| Values::Whole(sources.iter().map(|s| Some(of(s))).collect());
    let moment = |of: fn(&SourceReport) -> Option<&str>| {
        Values::Moment(sources.iter().map(|source| nanos(of(source))).collect())
    };
    let summary = Table {
        name: "summary",
        columns: vec![
            ("instance", text(|s| s.instance.clone())),
            ("file", text(|s| Some(s.path.clone()))),
            ("packets", whole(|s| s.summary.packets)),
            ("bytes", whole(|s| s.summary.bytes)),
            ("captured_bytes", whole(|s| s.summary.captured_bytes)),
            ("earliest", moment(|s| s.summary.earliest_epoch.as_deref())),
            ("latest", moment(|s| s.summary.latest_epoch.as_deref())),
            ("tcp_conversations", whole(|s| s.summary.conversations.tcp)),
            ("udp_conversations", whole(|s| s.summary.conversations.udp)),
            ("sctp_conversations", whole(|s| s.summary.conversations.sctp)),
            ("tcp_retransmissions", whole(|s| s.summary.tcp.retransmissions)),
            ("tcp_out_of_order", whole(|s| s.summary.tcp.out_of_order)),
            ("tcp_duplicate_acks", whole(|s| s.summary.tcp.duplicate_acks)),
            ("tcp_zero_windows", whole(|s| s.summary.tcp.zero_windows)),
            ("tcp_resets", whole(|s| s.summary.tcp.resets)),
            ("tcp_unanswered_syns", whole(|s| s.summary.tcp.unanswered_syns)),
            ("tcp_refused_syns", whole(|s| s.summary.tcp.refused_syns)),
            ("dns_unanswered", whole(|s| s.summary.dns.unanswered)),
        ],
    };
    let rows: Vec<(&SourceReport, &ConversationReport)> = sources
        .iter()
        .flat_map(|source| source.summary.conversations.items.iter().map(move |item| (source, item)))
        .collect();
    type Row<'a> = (&'a SourceReport, &'a ConversationReport);
    let text = |of: fn(&Row<'_>) -> Option<String>| Values::Text(rows.iter().map(of).collect());
    let whole = |of: fn(&ConversationReport) -> Option<u64>| {
        Values::Whole(rows.iter().map(|(_, conversation)| of(conversation)).collect())
    };
    let real = |of: fn(&ConversationReport) -> Option<f64>| {
        Values::Real(rows.iter().map(|(_, conversation)| of(conversation)).collect())
    };
    let conversations = Table {
        name: "conversations",
        columns: vec![
            ("instance", text(|(source, _)| source.instance.clone())),
            ("file", text(|(source, _)| Some(source.path.clone()))),
            ("transport", text(|(_, c)| Some(format!("{:?}", c.transport).to_lowercase()))),
            ("a_address", text(|(_, c)| Some(c.a.address.clone()))),
            ("a_port", whole(|c| Some(c.a.port.into()))),
            ("b_address", text(|(_, c)| Some(c.b.address.clone()))),
            ("b_port", whole(|c| Some(c.b.port.into()))),
            ("packets_a_to_b", whole(|c| Some(c.packets_a_to_b))),
            ("bytes_a_to_b", whole(|c| Some(c.bytes_a_to_b))),
            ("packets_b_to_a", whole(|c| Some(c.packets_b_to_a))),
            ("bytes_b_to_a", whole(|c| Some(c.bytes_b_to_a))),
            ("start", Values::Moment(rows.iter().map(|(_, c)| nanos(c.start_epoch.as_deref())).collect())),
            ("duration_seconds", real(|c| c.duration_seconds)),
            ("server_name", text(|(_, c)| c.server_name.clone())),
            ("tcp_syns", whole(|c| c.tcp.as_ref().map(|tcp| tcp.syns))),
            ("tcp_resets", whole(|c| c.tcp.as_ref().map(|tcp| tcp.resets))),
            ("tcp_retransmissions", whole(|c| c.tcp.as_ref().map(|tcp| tcp.retransmissions))),
            ("tcp_out_of_order", whole(|c| c.tcp.as_ref().map(|tcp| tcp.out_of_order))),
            ("tcp_duplicate_acks", whole(|c| c.tcp.as_ref().map(|tcp| tcp.duplicate_acks))),
            ("tcp_zero_windows", whole(|c| c.tcp.as_ref().map(|tcp| tcp.zero_windows))),
            ("tcp_initial_rtt_seconds", real(|c| c.tcp.as_ref()?.initial_rtt_seconds)),
        ],
    };
    [summary, conversations]
}

impl Table {
    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.len())
    }
}

/// RFC 4180. Text that a spreadsheet would run is kept from it by an apostrophe, as OWASP advises:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
fn csv(table: &Table) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|(name, _)| *name)).map_err(Problem::internal)?;
    for row in 0..table.rows() {
        let cells = table.columns.iter().map(|(_, values)| match values {
            Values::Text(_) => harmless(values.cell(row)),
            _ => values.cell(row),
        });
        writer.write_record(cells).map_err(Problem::internal)?;
    }
    writer.into_inner().map_err(Problem::internal)
}

fn harmless(text: String) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text
    }
}

fn markdown(report: &Report, tables: &[&Table]) -> String {
    let mut text = String::from("# Capture summary\n");
    for finding in &report.total.findings {
        writeln!(text, "\n- {}", plain(&finding.text)).unwrap_or_default();
    }
    for table in tables {
        writeln!(text, "\n## {}\n", table.name).unwrap_or_default();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        text += &line(table.columns.iter().map(|(name, _)| (*name).to_owned()).collect());
        text += &line(table.columns.iter().map(|(_, values)| alignment(values).to_owned()).collect());
        for row in 0..table.rows().min(MARKDOWN_ROWS) {
            text += &line(table.columns.iter().map(|(_, values)| plain(&values.cell(row))).collect());
        }
        if let Some(more) = table.rows().checked_sub(MARKDOWN_ROWS).filter(|more| *more > 0) {
            writeln!(text, "\n{more} more.").unwrap_or_default();
        }
    }
    text
}

fn alignment(values: &Values) -> &'static str {
    if matches!(values, Values::Whole(_) | Values::Real(_)) { "---:" } else { "---" }
}

/// Text that is neither markup nor a table's border in Markdown, nor HTML.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => plain.push(' '),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '&' => plain.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => {
                plain.push('\\');
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    plain
}

fn parquet(table: &Table) -> Result<Vec<u8>> {
    let field = |name: &str, values: &Values| {
        let (physical, logical) = match values {
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Whole(_) => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Values::Real(_) => (Physical::DOUBLE, None),
            Values::Moment(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::NANOS))),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let fields = table.columns.iter().map(|(name, values)| field(name, values));
    let fields = fields.collect::<Result<Vec<_>, _>>().map_err(Problem::internal)?;
    let schema =
        Type::group_type_builder(table.name).with_fields(fields).build().map_err(Problem::internal)?;
    let properties = WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).build();
    let write = || -> parquet::errors::Result<Vec<u8>> {
        let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        let mut group = file.next_row_group()?;
        for (_, values) in &table.columns {
            let Some(mut column) = group.next_column()? else { break };
            match values {
                Values::Text(values) => {
                    let (present, levels) = split(values, |text| ByteArray::from(text.as_bytes().to_vec()));
                    column.typed::<ByteArrayType>().write_batch(&present, Some(&levels), None)?;
                }
                Values::Whole(values) => {
                    let (present, levels) = split(values, |whole| whole.cast_signed());
                    column.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
                }
                Values::Real(values) => {
                    let (present, levels) = split(values, |real| *real);
                    column.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
                }
                Values::Moment(values) => {
                    let (present, levels) = split(values, |moment| *moment);
                    column.typed::<Int64Type>().write_batch(&present, Some(&levels), None)?;
                }
            }
            column.close()?;
        }
        group.close()?;
        file.into_inner()
    };
    write().map_err(Problem::internal)
}

/// The values that are there, and for each row whether one is.
fn split<T, V>(values: &[Option<T>], of: impl Fn(&T) -> V) -> (Vec<V>, Vec<i16>) {
    (
        values.iter().flatten().map(of).collect(),
        values.iter().map(|value| i16::from(value.is_some())).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("example.com", "example.com"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            (" +1", "' +1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("＝1", "'＝1"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(harmless(text.to_owned()), cell);
        }
    }

    #[test]
    fn markdown_shows_what_it_is_given() {
        assert_eq!(plain("a|b<script>*x*\n[l](u)"), "a\\|b&lt;script&gt;\\*x\\* \\[l\\](u)");
    }

    #[test]
    fn moments_are_exact() {
        assert_eq!(nanos(Some("1700000000.123456789")), Some(1_700_000_000_123_456_789));
        assert_eq!(nanos(Some("-1.5")), Some(-1_500_000_000));
        assert_eq!(nanos(Some("99999999999999999999.0")), None);
        assert_eq!(nanos(None), None);
    }
}
