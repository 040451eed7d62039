//! The order in which files stand.

use wasm_core::{order::sort, protocol::CaptureFile};

/// By instance, then the ring buffer's part.
pub fn by_instance(files: &[CaptureFile]) -> Vec<&CaptureFile> {
    let mut files: Vec<&CaptureFile> = files.iter().collect();
    sort(&mut files, |a, b| (&a.instance, a.part).cmp(&(&b.instance, b.part)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::azure::resource::InstanceId;

    #[test]
    fn files_stand_in_the_order_of_the_instances() {
        let files: Vec<CaptureFile> = ["10", "9", "vm_a", "2"]
            .into_iter()
            .map(|instance| {
                serde_json::from_value(
                    serde_json::json!({ "instance": instance, "state": "local", "size": 1 }),
                )
            })
            .collect::<Result<_, _>>()
            .expect("files");
        let names: Vec<_> = by_instance(&files)
            .iter()
            .filter_map(|file| file.instance.as_ref())
            .map(InstanceId::name)
            .collect();
        assert_eq!(names, ["2", "9", "10", "vm_a"]);
    }
}
