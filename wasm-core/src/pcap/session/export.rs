//! The list as a file: CSV and JSON of the rows, pcapng of the packets.

use std::fmt::Write as _;
use std::ops::Range;

use super::super::link::LinkType;
use super::super::preview::Row;
use super::super::reader::Packet;
use super::super::time::Time;
use super::super::writer::PcapngWriter;
use super::pass::Course;
use super::{ExportForm, Id, Known, Tell};

#[derive(Debug)]
pub struct Export {
    id: Id,
    form: ExportForm,
    course: Course,
    above: Option<i64>,
    rows: u64,
    begun: bool,
    /// With the link type of each interface so far.
    pcapng: Option<(PcapngWriter, Vec<LinkType>)>,
}

impl Export {
    pub fn new(id: Id, form: ExportForm) -> Self {
        Self { id, form, course: Course::default(), above: None, rows: 0, begun: false, pcapng: None }
    }

    pub fn id(&self) -> Id {
        self.id
    }

    pub fn wanted(&mut self, known: &Known) -> Option<Range<u64>> {
        self.course.wanted(known, None)
    }

    pub fn begins(&self) -> bool {
        !self.begun
    }

    fn head(&mut self, output: &mut Vec<u8>) {
        if self.begun {
            return;
        }
        self.begun = true;
        match self.form {
            // The mark tells Excel that it is UTF-8.
            ExportForm::Csv => {
                output.extend("\u{feff}number,time,source,destination,protocol,length,info\r\n".as_bytes())
            }
            ExportForm::Json => output.extend(b"["),
            ExportForm::Pcapng => self.pcapng = Some((PcapngWriter::new("vmss-capture", output), Vec::new())),
        }
    }

    pub fn take(&mut self, bytes: &[u8], known: &mut Known, output: &mut Vec<u8>) -> Option<Tell> {
        self.head(output);
        let stretch = self.course.arrived()?;
        let Known { marks, preview, list, index, .. } = known;
        super::each_packet(&stretch.start, bytes, &mut |packet| {
            let selected = list.selection.as_ref();
            if selected
                .is_some_and(|selection| selection.nth(selection.rank(packet.number)) != Some(packet.number))
            {
                return;
            }
            match self.form {
                ExportForm::Pcapng => self.packet(packet, output),
                ExportForm::Csv | ExportForm::Json => {
                    let mut row = preview.row(packet, marks.of(packet.number));
                    row.delta = row.time.zip(self.above).map(|(time, above)| time.saturating_sub(above));
                    self.above = row.time.or(self.above);
                    self.row(&row, output);
                }
            }
            self.rows = self.rows.saturating_add(1);
        });
        Some(Tell::Exporting { id: self.id, done: self.course.done(), total: index.end() })
    }

    fn row(&self, row: &Row, output: &mut Vec<u8>) {
        match self.form {
            ExportForm::Json => {
                output.extend(if self.rows == 0 { "\n" } else { ",\n" }.as_bytes());
                // A row is plain data: writing it into memory cannot fail.
                let _written = serde_json::to_writer(output, row);
            }
            ExportForm::Csv | ExportForm::Pcapng => {
                let time = row.time.map(|nanos| Time::from_nanos(nanos).epoch()).unwrap_or_default();
                let mut line = row.number.to_string();
                let length = row.length.to_string();
                for cell in [&time, &row.source, &row.destination, &row.protocol, &length, &row.info] {
                    let _written = write!(line, ",{}", csv_cell(cell));
                }
                line.push_str("\r\n");
                output.extend(line.as_bytes());
            }
        }
    }

    fn packet(&mut self, packet: &Packet<'_>, output: &mut Vec<u8>) {
        let Some((writer, interfaces)) = &mut self.pcapng else { return };
        let known = interfaces.iter().zip(0..).find(|(link, _)| **link == packet.link);
        let interface = match known {
            Some((_, interface)) => interface,
            None => {
                interfaces.push(packet.link);
                writer.interface(&packet.link.name(), packet.link, output)
            }
        };
        writer.packet(interface, packet.time, packet.data, packet.length, output);
    }

    pub fn end(mut self, output: &mut Vec<u8>) -> Tell {
        self.head(output);
        let (extension, mime) = match self.form {
            ExportForm::Csv => ("csv", "text/csv"),
            ExportForm::Json => {
                output.extend(b"\n]\n");
                ("json", "application/json")
            }
            ExportForm::Pcapng => ("pcapng", "application/vnd.tcpdump.pcap"),
        };
        Tell::Exported { id: self.id, name: format!("packets.{extension}"), mime: mime.to_owned() }
    }
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
pub fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if formula { "'" } else { "" };
    if formula || text.contains(['"', ',', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_never_become_formulas() {
        for (text, cell) in [
            ("10.0.0.4", "10.0.0.4"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
            ("@SUM(1)", "\"'@SUM(1)\""),
            ("-1", "\"'-1\""),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}
