//! The form of a new capture as a value: what stands in its fields, and the request that it makes.

use super::amount::{Amount, Unit, halfwidth};
use std::collections::BTreeSet;
use wasm_core::{
    azure::{
        capture::{
            AccountStorage, CaptureLimits, CaptureName, CaptureRequest, CaptureSettings, RingBuffer, Scope,
            SessionLimits, SettingError, Storage, limit,
        },
        resource::{InstanceId, ScaleSetId},
    },
    filter::{CaptureFilters, FilterInput},
};

/// The fields beside the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormField {
    Filters,
    Instances,
    Time,
    Size,
    PerPacket,
    FileCount,
    FileSize,
    RingTime,
    Account,
    Path,
    LocalFile,
    Name,
}

impl FormField {
    /// Of a [`LimitsForm`].
    pub fn is_limit(self) -> bool {
        matches!(
            self,
            Self::Time | Self::Size | Self::PerPacket | Self::FileCount | Self::FileSize | Self::RingTime
        )
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The filters' own check tells which and why.
    Filters,
    NotANumber,
    NoInstance,
    /// Another capture has this name.
    NameTaken,
    NowhereToSave,
    Setting(SettingError),
}

/// How much of each packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PerPacket {
    Whole,
    /// Ethernet and IPv4 headers.
    Headers,
    Bytes(String),
}

/// Azure's continuous capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingForm {
    pub count: String,
    pub size: Amount,
    pub time: Amount,
}

impl Default for RingForm {
    fn default() -> Self {
        Self {
            count: limit::DEFAULT_FILE_COUNT.to_string(),
            size: Amount::of(limit::DEFAULT_FILE_BYTES, &Unit::SIZES),
            time: Amount::of(limit::DEFAULT_RING_TIME, &Unit::TIMES),
        }
    }
}

/// When the capture ends, and how much it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsForm {
    pub time: Amount,
    pub size: Amount,
    pub per_packet: PerPacket,
    pub ring: Option<RingForm>,
}

impl Default for LimitsForm {
    fn default() -> Self {
        Self {
            time: Amount::new(5, Unit::Minutes),
            size: Amount::of(limit::DEFAULT_BYTES_PER_SESSION, &Unit::SIZES),
            per_packet: PerPacket::Whole,
            ring: None,
        }
    }
}

/// Where the files go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceForm {
    /// ARM id of the storage account; empty: none.
    pub account: String,
    /// A container or blob of one's own; empty: Azure chooses.
    pub path: String,
    /// A file on each instance; `None`: not wanted.
    pub local_file: Option<String>,
}

/// What stands in the form. Its parts are drawn apart: a key in one of them leaves the others alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub filters: Vec<FilterInput>,
    /// `None`: all, also those that are yet to come.
    pub instances: Option<BTreeSet<InstanceId>>,
    pub limits: LimitsForm,
    pub place: PlaceForm,
    /// As typed; `None`: the suggested one.
    pub name: Option<String>,
}

impl Form {
    /// The settings of an earlier capture, under a new name.
    pub fn again(request: &CaptureRequest) -> Self {
        let mut form = Self {
            filters: request.filters().to_inputs(),
            instances: match request.scope() {
                Scope::Include(list) => Some(list.iter().cloned().collect()),
                // Which instances there are is known only with the scale set at hand; all of them is the nearest.
                Scope::All | Scope::Exclude(_) => None,
            },
            ..Self::default()
        };
        form.limits.per_packet = match request.settings().bytes_per_packet() {
            0 => PerPacket::Whole,
            limit::IPV4_HEADERS_BYTES => PerPacket::Headers,
            bytes => PerPacket::Bytes(bytes.to_string()),
        };
        match request.settings().limits() {
            CaptureLimits::Session(session) => {
                form.limits.time = Amount::of(session.seconds(), &Unit::TIMES);
                form.limits.size = Amount::of(session.bytes(), &Unit::SIZES);
            }
            CaptureLimits::Ring(ring) => {
                form.limits.ring = Some(RingForm {
                    count: ring.file_count().to_string(),
                    size: Amount::of(ring.file_bytes(), &Unit::SIZES),
                    time: Amount::of(ring.seconds(), &Unit::TIMES),
                });
            }
        }
        if let Some(account) = request.storage().account() {
            form.place.account = account.account().to_string();
        }
        form.place.local_file = request.storage().file().map(|file| file.as_str().to_owned());
        form
    }

    /// The request, or every field that stands in its way. `suggested` is the name where none was typed.
    pub fn build(
        &self,
        scale_set: &ScaleSetId,
        suggested: &str,
        taken: &dyn Fn(&str) -> bool,
    ) -> Result<CaptureRequest, Vec<(FormField, Fault)>> {
        let mut faults = Vec::new();
        let filters = note(
            &mut faults,
            FormField::Filters,
            CaptureFilters::try_from(self.filters.as_slice()).map_err(|_| Fault::Filters),
        );
        let scope = match &self.instances {
            None => Some(Scope::All),
            Some(chosen) if chosen.is_empty() => {
                faults.push((FormField::Instances, Fault::NoInstance));
                None
            }
            Some(chosen) => note(
                &mut faults,
                FormField::Instances,
                Scope::include(chosen.iter().cloned()).map_err(Fault::Setting),
            ),
        };
        let settings = self.limits.settings(&mut faults);
        let storage = self.place.storage(&mut faults);
        let typed = self.name.as_deref().unwrap_or(suggested);
        let name =
            note(&mut faults, FormField::Name, typed.trim().parse::<CaptureName>().map_err(Fault::Setting));
        if name.as_ref().is_some_and(|name| taken(name.as_str())) {
            faults.push((FormField::Name, Fault::NameTaken));
        }
        match (filters, scope, settings, storage, name) {
            (Some(filters), Some(scope), Some(settings), Some(storage), Some(name)) if faults.is_empty() => {
                CaptureRequest::new(name, scale_set.clone(), storage)
                    .with_filters(filters)
                    .with_settings(settings)
                    .with_scope(scope)
                    .map_err(|error| vec![(FormField::Instances, Fault::Setting(error))])
            }
            _ => Err(faults),
        }
    }
}

impl LimitsForm {
    /// The limits, also while something else is wrong: the estimate needs no more.
    pub fn settings(&self, faults: &mut Vec<(FormField, Fault)>) -> Option<CaptureSettings> {
        let per_packet = match &self.per_packet {
            PerPacket::Whole => Some(0),
            PerPacket::Headers => Some(limit::IPV4_HEADERS_BYTES),
            PerPacket::Bytes(text) => whole(faults, FormField::PerPacket, text),
        };
        let limits = match &self.ring {
            None => {
                let time = amount(faults, FormField::Time, &self.time);
                let size = amount(faults, FormField::Size, &self.size);
                let (time, size) = (time?, size?);
                // One at a time, so that each field gets its own word.
                let time_alone =
                    SessionLimits::new(limit::DEFAULT_BYTES_PER_SESSION, time).map_err(Fault::Setting);
                let size_alone = SessionLimits::new(size, limit::DEFAULT_TIME).map_err(Fault::Setting);
                note(faults, FormField::Time, time_alone.map(drop));
                note(faults, FormField::Size, size_alone.map(drop));
                CaptureLimits::Session(SessionLimits::new(size, time).ok()?)
            }
            Some(ring) => {
                let count = whole(faults, FormField::FileCount, &ring.count);
                let size = amount(faults, FormField::FileSize, &ring.size);
                let time = amount(faults, FormField::RingTime, &ring.time);
                let (count, size, time) = (count?, size?, time?);
                let defaults = RingBuffer::default();
                let each = [
                    (
                        FormField::FileCount,
                        RingBuffer::new(true, count, defaults.file_bytes(), defaults.seconds()),
                    ),
                    (
                        FormField::FileSize,
                        RingBuffer::new(true, defaults.file_count(), size, defaults.seconds()),
                    ),
                    (
                        FormField::RingTime,
                        RingBuffer::new(true, defaults.file_count(), defaults.file_bytes(), time),
                    ),
                ];
                for (field, ring) in each {
                    note(faults, field, ring.map(drop).map_err(Fault::Setting));
                }
                CaptureLimits::Ring(RingBuffer::new(true, count, size, time).ok()?)
            }
        };
        note(faults, FormField::PerPacket, CaptureSettings::new(per_packet?, limits).map_err(Fault::Setting))
    }
}

impl PlaceForm {
    fn storage(&self, faults: &mut Vec<(FormField, Fault)>) -> Option<Storage> {
        let path = Some(self.path.trim()).filter(|path| !path.is_empty());
        let account = if self.account.is_empty() {
            None
        } else {
            let id = self
                .account
                .parse()
                .map_err(|_| Fault::Setting(SettingError::StorageAccount(self.account.clone())));
            let id = note(faults, FormField::Account, id)?;
            Some(note(faults, FormField::Path, AccountStorage::new(id, path).map_err(Fault::Setting))?)
        };
        let file = match &self.local_file {
            None => None,
            Some(path) => Some(note(faults, FormField::LocalFile, path.parse().map_err(Fault::Setting))?),
        };
        match (account, file) {
            (Some(account), None) => Some(Storage::Account(account)),
            (None, Some(file)) => Some(Storage::Local(file)),
            (Some(account), Some(file)) => Some(Storage::Both(account, file)),
            (None, None) => {
                faults.push((FormField::Account, Fault::NowhereToSave));
                None
            }
        }
    }
}

/// The value, or its fault noted.
fn note<T>(faults: &mut Vec<(FormField, Fault)>, field: FormField, value: Result<T, Fault>) -> Option<T> {
    value.map_err(|fault| faults.push((field, fault))).ok()
}

fn amount(faults: &mut Vec<(FormField, Fault)>, field: FormField, amount: &Amount) -> Option<u64> {
    note(faults, field, amount.value().ok_or(Fault::NotANumber))
}

fn whole(faults: &mut Vec<(FormField, Fault)>, field: FormField, text: &str) -> Option<u64> {
    note(faults, field, halfwidth(text).trim().parse().map_err(|_| Fault::NotANumber))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE_SET: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/web";
    const ACCOUNT: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/examplestorage";

    fn scale_set() -> ScaleSetId {
        SCALE_SET.parse().expect("an id")
    }

    fn form() -> Form {
        Form { place: place(), ..Form::default() }
    }

    fn place() -> PlaceForm {
        PlaceForm { account: ACCOUNT.to_owned(), ..PlaceForm::default() }
    }

    fn limited(limits: LimitsForm) -> Form {
        Form { limits, ..form() }
    }

    fn build(form: &Form) -> Result<CaptureRequest, Vec<(FormField, Fault)>> {
        form.build(&scale_set(), "capture-1", &|name| name == "taken")
    }

    #[test]
    fn the_first_form_needs_only_an_account() {
        let request = build(&form()).expect("a request");
        assert_eq!(request.name().as_str(), "capture-1");
        assert!(request.filters().is_everything());
        assert_eq!(build(&Form::default()), Err(vec![(FormField::Account, Fault::NowhereToSave)]));
    }

    #[test]
    fn each_fault_names_its_field() {
        let filter =
            FilterInput { remote_ip_address: "1.1.1.1-255.255.255".to_owned(), ..FilterInput::default() };
        let ring = RingForm { count: "0".to_owned(), ..RingForm::default() };
        let limits = LimitsForm::default;
        let cases = [
            (Form { filters: vec![filter], ..form() }, FormField::Filters),
            (Form { instances: Some(BTreeSet::new()), ..form() }, FormField::Instances),
            (limited(LimitsForm { time: Amount::new(6, Unit::Hours), ..limits() }), FormField::Time),
            (
                limited(LimitsForm { time: Amount { text: "x".to_owned(), unit: Unit::Hours }, ..limits() }),
                FormField::Time,
            ),
            (limited(LimitsForm { size: Amount::new(5, Unit::GiB), ..limits() }), FormField::Size),
            (
                limited(LimitsForm { per_packet: PerPacket::Bytes("many".to_owned()), ..limits() }),
                FormField::PerPacket,
            ),
            (limited(LimitsForm { ring: Some(ring), ..limits() }), FormField::FileCount),
            (Form { place: PlaceForm { path: "ftp://x".to_owned(), ..place() }, ..form() }, FormField::Path),
            (
                Form { place: PlaceForm { local_file: Some("/tmp/x.cap".to_owned()), ..place() }, ..form() },
                FormField::LocalFile,
            ),
            (Form { name: Some("-x".to_owned()), ..form() }, FormField::Name),
            (Form { name: Some("taken".to_owned()), ..form() }, FormField::Name),
        ];
        for (form, field) in cases {
            let faults = build(&form).expect_err("a fault");
            assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), [field], "{form:?}");
        }
    }

    #[test]
    fn an_earlier_capture_fills_the_form_with_its_settings() {
        let filter = FilterInput {
            protocol: "TCP".to_owned(),
            remote_port: "443".to_owned(),
            ..FilterInput::default()
        };
        let wanted = Form {
            filters: vec![filter],
            instances: Some(["1".parse().expect("an instance")].into()),
            limits: LimitsForm {
                per_packet: PerPacket::Headers,
                ring: Some(RingForm { count: "3".to_owned(), ..RingForm::default() }),
                ..LimitsForm::default()
            },
            place: PlaceForm { local_file: Some("/var/captures/a.cap".to_owned()), ..place() },
            ..form()
        };
        let first = build(&wanted).expect("a request");
        let second = build(&Form::again(&first)).expect("the same request");
        assert_eq!(first, second);
    }
}
