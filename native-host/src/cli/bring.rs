//! Brings what a command asks for: a download that was interrupted goes on first, then comes what it was not about.

use wasm_core::azure::resource::InstanceId;
use wasm_core::pcap::report::Report;
use wasm_core::protocol::{
    Answer, CaptureRef, DownloadOptions, DownloadedFile, ErrorCode, FileRef, FileState, InstanceChoice,
    Listing, Request, Transfer, TransferId, TransferState,
};
use wasm_core::words::args;

use super::arguments::Download;
use super::terminal::Terminal;
use crate::handlers::{self, Call};
use crate::problem::{Problem, Result};

type Brought = (Vec<DownloadedFile>, Option<Box<Report>>);

/// → `downloaded`.
pub async fn bring(
    call: &Call,
    terminal: &Terminal,
    capture: &CaptureRef,
    arguments: &Download,
) -> Result<Answer> {
    let wanted = match arguments.instances.as_slice() {
        [] => InstanceChoice::All,
        some => InstanceChoice::Only(some.to_vec()),
    };
    let interrupted = if arguments.no_keep { Vec::new() } else { interrupted(call, capture, &wanted)? };
    if interrupted.is_empty() {
        let (files, report) = begin(call, capture, wanted, arguments).await?;
        return Ok(Answer::Downloaded { files, report });
    }
    let mut parts = Vec::new();
    for transfer in interrupted {
        let said = args([("transfer", transfer.to_string().into())]);
        terminal.note(&terminal.say("cli-resumed", &said));
        handlers::answer(call.clone(), Request::Resume { transfer: transfer.clone() }).await?;
        parts.push(downloaded(handlers::answer(call.clone(), Request::Follow { transfer }).await?)?);
    }
    let others = others(call, capture, &wanted, &parts).await?;
    if !others.is_empty() {
        let (files, report) = begin(call, capture, InstanceChoice::Only(others), arguments).await?;
        parts.push((new_ones(&parts, files), report));
    }
    together(call, parts, arguments.summarize).await
}

async fn begin(
    call: &Call,
    capture: &CaptureRef,
    instances: InstanceChoice,
    arguments: &Download,
) -> Result<Brought> {
    let options = DownloadOptions {
        keep: !arguments.no_keep,
        summarise: arguments.summarize || arguments.no_keep,
        overwrite: arguments.overwrite,
        bandwidth: arguments.bandwidth,
    };
    let request = Request::Download { capture: capture.clone(), instances, options };
    downloaded(handlers::answer(call.clone(), request).await?)
}

fn downloaded(answer: Answer) -> Result<Brought> {
    match answer {
        Answer::Downloaded { files, report } => Ok((files, report)),
        _ => Err(Problem::internal("no download")),
    }
}

/// Downloads of the capture that an earlier process left, where they bring anything that is wanted.
fn interrupted(call: &Call, capture: &CaptureRef, wanted: &InstanceChoice) -> Result<Vec<TransferId>> {
    let transfers = call.helper.downloads()?.transfers(call.language);
    let ours = |transfer: &Transfer| {
        transfer.state == TransferState::Interrupted
            && transfer.scale_set == capture.target.scale_set
            && transfer.capture == capture.capture
            && transfer.files.iter().any(|file| wanted.includes(file.instance.as_ref()))
    };
    Ok(transfers.into_iter().filter(ours).map(|transfer| transfer.id).collect())
}

/// The instances that have files in storage which are wanted and were not in those downloads.
async fn others(
    call: &Call,
    capture: &CaptureRef,
    wanted: &InstanceChoice,
    parts: &[Brought],
) -> Result<Vec<InstanceId>> {
    let request = Request::Files { capture: capture.clone() };
    let Answer::Files { files, .. } = handlers::answer(call.clone(), request).await? else {
        return Err(Problem::internal("no files"));
    };
    let had = |file: &Option<FileRef>| parts.iter().flat_map(|(files, _)| files).any(|had| had.file == *file);
    let mut others: Vec<InstanceId> = files
        .into_iter()
        .filter(|file| matches!(file.state, FileState::InStorage | FileState::Partial) && !had(&file.file))
        .filter_map(|file| file.instance)
        .filter(|instance| wanted.includes(Some(instance)))
        .collect();
    others.sort();
    others.dedup();
    Ok(others)
}

/// Where a ring buffer grew meanwhile, beginning with its new files tells of those that just went on that they exist.
fn new_ones(parts: &[Brought], mut begun: Vec<DownloadedFile>) -> Vec<DownloadedFile> {
    let went_on = |file: &DownloadedFile| {
        parts.iter().flat_map(|(files, _)| files).any(|had| had.instance == file.instance)
    };
    let exists = |file: &DownloadedFile| {
        file.failure.as_ref().is_some_and(|failure| failure.code == ErrorCode::FileExists)
    };
    begun.retain(|file| !(exists(file) && went_on(file)));
    begun
}

/// One answer of several downloads.
async fn together(call: &Call, mut parts: Vec<Brought>, summarize: bool) -> Result<Answer> {
    if let [(_, report)] = parts.as_slice()
        && (report.is_some() || !summarize)
        && let Some((files, report)) = parts.pop()
    {
        return Ok(Answer::Downloaded { files, report });
    }
    let mut files: Vec<DownloadedFile> = parts.into_iter().flat_map(|(files, _)| files).collect();
    files.sort_by(|one, other| (&one.instance, &one.file).cmp(&(&other.instance, &other.file)));
    let here: Vec<FileRef> = files.iter().filter_map(|file| file.file.clone()).collect();
    if !summarize || here.is_empty() {
        return Ok(Answer::Downloaded { files, report: None });
    }
    let request =
        Request::Summarise { files: here, conversations: Listing::Top(handlers::REPORTED_CONVERSATIONS) };
    match handlers::answer(call.clone(), request).await? {
        Answer::Report(report) => Ok(Answer::Downloaded { files, report: Some(report) }),
        _ => Err(Problem::internal("no report")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::words::Language;

    #[test]
    fn what_went_on_is_not_told_to_exist() {
        let file = |instance: &str, code: Option<ErrorCode>| DownloadedFile {
            instance: instance.parse().ok(),
            file: None,
            size: 1,
            failure: code.map(|code| Problem::new(code).failure(Language::English)),
        };
        let parts = [(vec![file("0", None)], None)];
        let begun = vec![
            file("0", Some(ErrorCode::FileExists)),
            file("0", None),
            file("0", Some(ErrorCode::Corrupt)),
            file("1", Some(ErrorCode::FileExists)),
        ];
        assert_eq!(new_ones(&parts, begun.clone()), begun[1..]);
    }
}
