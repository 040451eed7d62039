//! The body of a packet capture's creation against the rules of the API description.

use serde_json::{Map, Value};

use super::error::ArmError;
use crate::world::capture::{Filter, Limits, TargetType, Wish};

const MAX_UINT32: u64 = 4_294_967_295;

fn invalid(target: &str, message: impl Into<String>) -> ArmError {
    ArmError::bad_request("InvalidRequestFormat", "Cannot parse the request.").with_detail(target, message)
}

fn text(object: &Map<String, Value>, field: &str) -> Result<Option<String>, ArmError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(field, format!("The value of '{field}' must be a string."))),
    }
}

/// An empty string says the same as none.
fn filled(object: &Map<String, Value>, field: &str) -> Result<Option<String>, ArmError> {
    Ok(text(object, field)?.filter(|text| !text.is_empty()))
}

fn number(object: &Map<String, Value>, field: &str, default: u64, max: u64) -> Result<u64, ArmError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value.as_u64().filter(|&number| number <= max).ok_or_else(|| {
            invalid(field, format!("The value of '{field}' must be an integer between 0 and {max}."))
        }),
    }
}

fn strings(object: &Map<String, Value>, field: &str) -> Result<Vec<String>, ArmError> {
    let items = match object.get(field) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(invalid(field, format!("The value of '{field}' must be an array."))),
    };
    let read = |item: &Value| item.as_str().map(str::to_owned);
    items
        .iter()
        .map(|item| {
            read(item).ok_or_else(|| invalid(field, format!("The items of '{field}' must be strings.")))
        })
        .collect()
}

fn object<'a>(
    parent: &'a Map<String, Value>,
    field: &str,
) -> Result<Option<&'a Map<String, Value>>, ArmError> {
    match parent.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(invalid(field, format!("The value of '{field}' must be an object."))),
    }
}

/// Reads `{"properties":{…}}`.
pub fn parse(body: &Value) -> Result<Wish, ArmError> {
    let properties = body
        .as_object()
        .and_then(|body| body.get("properties"))
        .and_then(Value::as_object)
        .ok_or_else(|| invalid("properties", "Value for required property 'properties' is missing."))?;
    let target = filled(properties, "target")?
        .ok_or_else(|| invalid("target", "Value for required property 'target' is missing."))?;
    let target_type = match text(properties, "targetType")?.as_deref() {
        None | Some("AzureVM") => TargetType::AzureVm,
        Some("AzureVMSS") => TargetType::AzureVmss,
        Some(other) => {
            return Err(invalid(
                "targetType",
                format!("'{other}' is none of the values AzureVM, AzureVMSS."),
            ));
        }
    };
    let (include, exclude) = match object(properties, "scope")? {
        None => (Vec::new(), Vec::new()),
        Some(scope) => (strings(scope, "include")?, strings(scope, "exclude")?),
    };
    let storage = object(properties, "storageLocation")?.ok_or_else(|| {
        invalid("storageLocation", "Value for required property 'storageLocation' is missing.")
    })?;
    let wish = Wish {
        target,
        target_type,
        include,
        exclude,
        bytes_per_packet: number(properties, "bytesToCapturePerPacket", 0, MAX_UINT32)?,
        limits: limits(properties)?,
        storage_id: filled(storage, "storageId")?,
        storage_path: filled(storage, "storagePath")?,
        file_path: filled(storage, "filePath")?,
        local_path: filled(storage, "localPath")?,
        filters: filters(properties)?,
    };
    check_storage(&wish)?;
    Ok(wish)
}

fn limits(properties: &Map<String, Value>) -> Result<Limits, ArmError> {
    let total_bytes = number(properties, "totalBytesPerSession", 1_073_741_824, MAX_UINT32)?;
    let seconds = number(properties, "timeLimitInSeconds", 18_000, 18_000)?;
    let continuous = match properties.get("continuousCapture") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(continuous)) => Some(*continuous),
        Some(_) => {
            return Err(invalid(
                "continuousCapture",
                "The value of 'continuousCapture' must be a boolean or null.",
            ));
        }
    };
    let settings = object(properties, "captureSettings")?;
    if continuous.is_none() && settings.is_none() {
        return Ok(Limits::Classic { total_bytes, seconds });
    }
    let empty = Map::new();
    let settings = settings.unwrap_or(&empty);
    Ok(Limits::Ring {
        continuous,
        files: number(settings, "fileCount", 10, 10_000)?,
        file_bytes: number(settings, "fileSizeInBytes", 104_857_600, MAX_UINT32)?,
        seconds: number(settings, "sessionTimeLimitInSeconds", 86_400, 604_800)?,
    })
}

fn filters(properties: &Map<String, Value>) -> Result<Vec<Filter>, ArmError> {
    let items = match properties.get("filters") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(invalid("filters", "The value of 'filters' must be an array.")),
    };
    items
        .iter()
        .map(|item| {
            let item = item
                .as_object()
                .ok_or_else(|| invalid("filters", "The items of 'filters' must be objects."))?;
            let protocol = match filled(item, "protocol")? {
                None => "Any".to_owned(),
                // Recorded: `Tcp` goes in, `TCP` comes back.
                Some(name) => ["TCP", "UDP", "Any"]
                    .into_iter()
                    .find(|known| known.eq_ignore_ascii_case(&name))
                    .map(str::to_owned)
                    .ok_or_else(|| {
                        invalid("protocol", format!("'{name}' is none of the values TCP, UDP, Any."))
                    })?,
            };
            let field = |name: &str| text(item, name).map(Option::unwrap_or_default);
            Ok(Filter {
                protocol,
                local_address: field("localIPAddress")?,
                remote_address: field("remoteIPAddress")?,
                local_port: field("localPort")?,
                remote_port: field("remotePort")?,
            })
        })
        .collect()
}

/// Which of storage account, file path and local path a capture must and may have.
fn check_storage(wish: &Wish) -> Result<(), ArmError> {
    let continuous = matches!(wish.limits, Limits::Ring { continuous: Some(_), .. });
    if wish.storage_id.is_none() && wish.file_path.is_none() && wish.local_path.is_none() {
        let (code, other) = match continuous {
            true => ("PacketCaptureIsMissingStorageIdAndLocalPath", "LocalPath"),
            false => ("PacketCaptureIsMissingStorageIdAndFilePath", "FilePath"),
        };
        return Err(ArmError::bad_request(code, format!("Either StorageId or {other} must be specified.")));
    }
    if continuous && wish.file_path.is_some() {
        return Err(invalid(
            "filePath",
            "'filePath' is invalid with 'continuousCapture'; 'localPath' is meant.",
        ));
    }
    if !continuous && wish.local_path.is_some() {
        return Err(invalid("localPath", "'localPath' is valid with 'continuousCapture' only."));
    }
    if let Some(path) = &wish.storage_path {
        let well_formed = url::Url::parse(path).is_ok_and(|url| url.has_host() && url.path().len() > 1);
        if !well_formed || wish.storage_id.is_none() {
            return Err(invalid(
                "storagePath",
                "'storagePath' must be a well-formed URI in the storage account.",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SET: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/v";

    fn body(change: impl FnOnce(&mut Value)) -> Value {
        let mut body = json!({ "properties": {
            "target": SET, "targetType": "AzureVMSS", "storageLocation": { "storageId": "/a" },
        } });
        change(&mut body["properties"]);
        body
    }

    #[test]
    fn defaults_are_those_of_the_description() {
        let wish = parse(&body(|_| {})).unwrap();
        assert_eq!(wish.limits, Limits::Classic { total_bytes: 1_073_741_824, seconds: 18_000 });
        assert_eq!(wish.bytes_per_packet, 0);
        let ring = parse(&body(|p| p["continuousCapture"] = json!(false))).unwrap();
        let expected =
            Limits::Ring { continuous: Some(false), files: 10, file_bytes: 104_857_600, seconds: 86_400 };
        assert_eq!(ring.limits, expected);
    }

    #[test]
    fn ranges_and_shapes_are_held() {
        type Change = fn(&mut Value);
        let refused: [(&str, Change); 17] = [
            ("time above", |p| p["timeLimitInSeconds"] = json!(18_001)),
            ("time below", |p| p["timeLimitInSeconds"] = json!(-1)),
            ("time as text", |p| p["timeLimitInSeconds"] = json!("60")),
            ("time with a fraction", |p| p["timeLimitInSeconds"] = json!(1.5)),
            ("bytes above", |p| p["totalBytesPerSession"] = json!(4_294_967_296_u64)),
            ("packet bytes above", |p| p["bytesToCapturePerPacket"] = json!(4_294_967_296_u64)),
            ("files above", |p| p["captureSettings"] = json!({ "fileCount": 10_001 })),
            ("session time above", |p| {
                p["captureSettings"] = json!({ "sessionTimeLimitInSeconds": 604_801 })
            }),
            ("target type", |p| p["targetType"] = json!("VMSS")),
            ("no target", |p| p["target"] = json!("")),
            ("no storage", |p| p["storageLocation"] = json!({})),
            ("scope of numbers", |p| p["scope"] = json!({ "include": [0] })),
            ("protocol", |p| p["filters"] = json!([{ "protocol": "ICMP" }])),
            ("filters as object", |p| p["filters"] = json!({})),
            ("port as number", |p| p["filters"] = json!([{ "localPort": 80 }])),
            ("local path alone", |p| p["storageLocation"] = json!({ "localPath": "/var/captures/x.cap" })),
            ("storage path without account", |p| {
                p["storageLocation"] = json!({ "filePath": "x.cap", "storagePath": "https://a/b" });
            }),
        ];
        for (name, change) in refused {
            assert!(parse(&body(change)).is_err(), "{name}");
        }
        for body in [json!(null), json!([]), json!({}), json!({ "properties": [] })] {
            assert!(parse(&body).is_err(), "{body}");
        }
    }

    #[test]
    fn the_protocol_comes_back_in_azures_spelling() {
        let wish = parse(&body(|p| p["filters"] = json!([{ "protocol": "Tcp" }, {}]))).unwrap();
        let protocols: Vec<&str> = wish.filters.iter().map(|filter| filter.protocol.as_str()).collect();
        assert_eq!(protocols, ["TCP", "Any"]);
    }
}
