//! One function a verb: the request, and the one kind of answer that belongs to it.

use super::helper::{Helper, unexpected};
use wasm_core::{
    azure::{capture::CaptureRequest, cloud::CloudName, resource::InstanceId},
    filter::FilterInput,
    pcap::report::Report,
    protocol::*,
    words::Language,
};

/// Awaits a call and takes the value out of the answer that its verb promises.
macro_rules! answer {
    ($call:expr, $pattern:pat => $value:expr) => {
        match $call.await? {
            $pattern => Ok($value),
            _ => Err(unexpected("another kind of answer")),
        }
    };
}

type Answered<T> = Result<T, Failure>;

pub async fn hello(helper: Helper, language: Language) -> Answered<Hello> {
    answer!(helper.call(Request::Hello { version: VERSION, language }), Answer::Hello(hello) => hello)
}

pub async fn account(helper: Helper, cloud: CloudName, tenant: Option<String>) -> Answered<Account> {
    answer!(helper.call(Request::Account { cloud, tenant }), Answer::Account(account) => account)
}

pub async fn sign_in(
    helper: Helper,
    cloud: CloudName,
    tenant: Option<String>,
    method: SignInMethod,
    events: impl Fn(Event) + 'static,
) -> Answered<Account> {
    let request = Request::SignIn { cloud, tenant, method };
    answer!(helper.call_with(request, events), Answer::Account(account) => account)
}

pub async fn sign_out(helper: Helper, cloud: CloudName, tenant: Option<String>) -> Answered<Account> {
    answer!(helper.call(Request::SignOut { cloud, tenant }), Answer::Account(account) => account)
}

pub async fn context(helper: Helper, target: Target) -> Answered<Context> {
    answer!(helper.call(Request::Context { target }), Answer::Context(context) => *context)
}

pub async fn fix(
    helper: Helper,
    target: Target,
    fix: Fix,
    events: impl Fn(Event) + 'static,
) -> Answered<Context> {
    answer!(helper.call_with(Request::Fix { target, fix }, events), Answer::Context(context) => *context)
}

pub async fn start(
    helper: Helper,
    target: Target,
    request: CaptureRequest,
    events: impl Fn(Event) + 'static,
) -> Answered<Capture> {
    let request = Request::Start { target, request: Box::new(request) };
    answer!(helper.call_with(request, events), Answer::Capture(capture) => *capture)
}

/// The captures, newest first, and warnings beside them.
pub async fn list(helper: Helper, target: Target) -> Answered<(Vec<Capture>, Vec<Notice>)> {
    answer!(helper.call(Request::List { target }), Answer::Captures { captures, warnings } => (captures, warnings))
}

pub async fn watch(
    helper: Helper,
    capture: CaptureRef,
    events: impl Fn(Event) + 'static,
) -> Answered<Capture> {
    answer!(helper.call_with(Request::Watch { capture }, events), Answer::Capture(capture) => *capture)
}

pub async fn stop(
    helper: Helper,
    capture: CaptureRef,
    events: impl Fn(Event) + 'static,
) -> Answered<Capture> {
    answer!(helper.call_with(Request::Stop { capture }, events), Answer::Capture(capture) => *capture)
}

/// How many files were deleted with it.
pub async fn delete(
    helper: Helper,
    capture: CaptureRef,
    files: bool,
    events: impl Fn(Event) + 'static,
) -> Answered<u32> {
    let request = Request::Delete { capture, files };
    answer!(helper.call_with(request, events), Answer::Deleted { files_deleted, .. } => files_deleted)
}

pub async fn files(helper: Helper, capture: CaptureRef) -> Answered<(Vec<CaptureFile>, Vec<Notice>)> {
    answer!(helper.call(Request::Files { capture }), Answer::Files { files, warnings } => (files, warnings))
}

pub async fn download(
    helper: Helper,
    capture: CaptureRef,
    instances: InstanceChoice,
    options: DownloadOptions,
    events: impl Fn(Event) + 'static,
) -> Answered<(Vec<DownloadedFile>, Option<Report>)> {
    let request = Request::Download { capture, instances, options };
    answer!(helper.call_with(request, events), Answer::Downloaded { files, report } => (files, report.map(|r| *r)))
}

pub async fn follow(
    helper: Helper,
    transfer: TransferId,
    events: impl Fn(Event) + 'static,
) -> Answered<(Vec<DownloadedFile>, Option<Report>)> {
    let request = Request::Follow { transfer };
    answer!(helper.call_with(request, events), Answer::Downloaded { files, report } => (files, report.map(|r| *r)))
}

pub async fn transfers(helper: Helper) -> Answered<Vec<Transfer>> {
    answer!(helper.call(Request::Transfers {}), Answer::Transfers { transfers } => transfers)
}

pub async fn pause(helper: Helper, transfer: TransferId) -> Answered<Vec<Transfer>> {
    answer!(helper.call(Request::Pause { transfer }), Answer::Transfers { transfers } => transfers)
}

pub async fn resume(helper: Helper, transfer: TransferId) -> Answered<Vec<Transfer>> {
    answer!(helper.call(Request::Resume { transfer }), Answer::Transfers { transfers } => transfers)
}

pub async fn discard(helper: Helper, transfer: TransferId) -> Answered<Vec<Transfer>> {
    answer!(helper.call(Request::Discard { transfer }), Answer::Transfers { transfers } => transfers)
}

pub async fn summarise(
    helper: Helper,
    files: Vec<FileRef>,
    conversations: Listing,
    events: impl Fn(Event) + 'static,
) -> Answered<Report> {
    let request = Request::Summarise { files, conversations };
    answer!(helper.call_with(request, events), Answer::Report(report) => *report)
}

pub async fn dry_run(
    helper: Helper,
    filters: Vec<FilterInput>,
    files: Vec<FileRef>,
    events: impl Fn(Event) + 'static,
) -> Answered<DryRun> {
    answer!(helper.call_with(Request::DryRun { filters, files }, events), Answer::DryRun(run) => run)
}

pub async fn verify_flow(
    helper: Helper,
    target: Target,
    instance: InstanceId,
    flow: FlowTuple,
) -> Answered<FlowVerdict> {
    let request = Request::VerifyFlow { target, instance, flow };
    answer!(helper.call(request), Answer::FlowVerdict(verdict) => verdict)
}

pub async fn open(helper: Helper, file: FileRef, with: OpenWith) -> Answered<()> {
    answer!(helper.call(Request::Open { file, with }), Answer::Done {} => ())
}

/// The written files and the folder they are in.
pub async fn export(
    helper: Helper,
    files: Vec<FileRef>,
    format: ExportFormat,
) -> Answered<(Vec<FileRef>, String)> {
    answer!(helper.call(Request::Export { files, format }), Answer::Exported { files, folder } => (files, folder))
}

pub async fn merge(
    helper: Helper,
    files: Vec<FileRef>,
    name: String,
    events: impl Fn(Event) + 'static,
) -> Answered<(Vec<FileRef>, String)> {
    let request = Request::Merge { files, name };
    answer!(helper.call_with(request, events), Answer::Exported { files, folder } => (files, folder))
}

pub async fn doctor(helper: Helper) -> Answered<DoctorReport> {
    answer!(helper.call(Request::Doctor {}), Answer::Doctor(report) => report)
}

pub async fn settings(helper: Helper) -> Answered<Settings> {
    answer!(helper.call(Request::Settings {}), Answer::Settings(settings) => settings)
}

pub async fn configure(helper: Helper, settings: Settings) -> Answered<Settings> {
    answer!(helper.call(Request::Configure { settings }), Answer::Settings(settings) => settings)
}
