//! The domain core for plain JavaScript: plain objects in, plain objects out.

use crate::{
    azure::{
        blob_path::{BlobReport, BlobUrl, BlobUrlError},
        capture::CaptureRequest,
        command::{self, Dialect},
        portal::PortalLocation,
        resource::{ResourceId, ResourceIdError},
    },
    filter::{self, CaptureFilters, CheckContext, Endpoints, FilterInput, LocalAddresses, Subnet},
    words::{InWords, Language},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::net::IpAddr;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** One filter as Azure and the az CLI write it; a missing or empty member is no constraint. */
export interface FilterInput {
  protocol?: string | null;
  localIPAddress?: string | null;
  localPort?: string | number | null;
  remoteIPAddress?: string | null;
  remotePort?: string | number | null;
}
export type FilterField = "protocol" | "localIPAddress" | "localPort" | "remoteIPAddress" | "remotePort";
export interface FilterFix { text: string; filters: FilterInput[] }
export interface FilterProblem {
  /** Index of the filter; null for the whole set. */
  filter: number | null;
  field: FilterField | null;
  /** Place in characters (Unicode code points) of the field; end is excluded. */
  start: number;
  end: number;
  code: string;
  severity: "error" | "warning" | "note";
  text: string;
  fixes: FilterFix[];
}
export interface FilterCheck {
  /** False where Azure would refuse the set or silently capture nothing. */
  ok: boolean;
  filters: FilterInput[];
  problems: FilterProblem[];
  reading: { en: string; ja: string };
  /** tcpdump's and Wireshark's form; null while a filter has an error, "" for every packet. */
  bpf: string | null;
  displayFilter: string | null;
}
export interface CheckOptions {
  /** BCP-47; English unless Japanese. */
  language?: string;
  /** Subnets of the captured instances, in CIDR notation. */
  subnets?: string[];
}
export interface PortalResource {
  subscription: string;
  resourceGroup: string;
  scaleSet: string;
  instance: string | null;
  tenant: string | null;
  cloud: string;
}
export interface CaptureBlob {
  account: string;
  container: string;
  subscription: string | null;
  resourceGroup: string | null;
  scaleSet: string | null;
  instance: string | null;
  /** Seconds since 1970 with milliseconds. */
  createdEpoch: string | null;
  part: number | null;
  localName: string;
  name: string;
  cloud: string | null;
}
export interface CaptureRequest {
  name: string;
  /** Resource id of the scale set or the virtual machine. */
  target: string;
  scope?: "all" | { include: string[] } | { exclude: string[] };
  filters?: FilterInput[];
  settings?: {
    bytesPerPacket?: number;
    session?: { bytes?: number; seconds?: number };
    ring?: { continuous?: boolean; fileCount?: number; fileBytes?: number; seconds?: number };
  };
  storage: { account?: string; path?: string; file?: string };
}
export interface PacketEnds {
  /** IP protocol number: 6 TCP, 17 UDP. */
  protocol: number;
  source: string;
  destination: string;
  sourcePort?: number;
  destinationPort?: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "FilterInput[]")]
    pub type JsFilters;
    #[wasm_bindgen(typescript_type = "CheckOptions")]
    pub type JsCheckOptions;
    #[wasm_bindgen(typescript_type = "FilterCheck")]
    pub type JsFilterCheck;
    #[wasm_bindgen(typescript_type = "PortalResource | undefined")]
    pub type JsPortalResource;
    #[wasm_bindgen(typescript_type = "CaptureBlob")]
    pub type JsCaptureBlob;
    #[wasm_bindgen(typescript_type = "CaptureRequest")]
    pub type JsCaptureRequest;
    #[wasm_bindgen(typescript_type = "PacketEnds")]
    pub type JsPacketEnds;
}

/// Judges capture filters as Azure will take them.
#[wasm_bindgen(js_name = checkFilters)]
pub fn check_filters(filters: &JsFilters, options: Option<JsCheckOptions>) -> Result<JsFilterCheck, JsValue> {
    let inputs: Vec<FilterInput> = from_js(filters)?;
    let options: CheckOptions = options.map(|options| from_js(&options)).transpose()?.unwrap_or_default();
    let context = CheckContext {
        language: options.language.and_then(|tag| tag.parse().ok()).unwrap_or_default(),
        subnets: options
            .subnets
            .iter()
            .map(|text| text.parse::<Subnet>().map_err(|error| refuse("subnet", &error)))
            .collect::<Result<_, _>>()?,
    };
    to_js(&filter::check(&inputs, &context))
}

/// Filters out of JSON, an az command or a PowerShell script. Throws with a `code` where there are none.
#[wasm_bindgen(js_name = filtersOf)]
pub fn filters_of(text: &str) -> Result<JsFilters, JsValue> {
    let inputs = command::filters_of(text).map_err(|error| refuse(error.code(), &error))?;
    to_js(&inputs)
}

/// The scale set that a page of the portal, or a bare resource id, names; `undefined` for any other.
#[wasm_bindgen(js_name = parsePortalUrl)]
pub fn parse_portal_url(url: &str) -> Result<JsPortalResource, JsValue> {
    match url.parse::<PortalLocation>() {
        Ok(location) => to_js(&location.report()),
        Err(_) => Ok(JsValue::UNDEFINED.unchecked_into()),
    }
}

/// What the URL of a capture's blob tells. Throws with a `code` where it is no blob URL.
#[wasm_bindgen(js_name = parseBlobUrl)]
pub fn parse_blob_url(url: &str) -> Result<JsCaptureBlob, JsValue> {
    let blob: BlobUrl = url.parse().map_err(|error: BlobUrlError| refuse(error.code(), &error))?;
    to_js(&BlobReport::from(&blob))
}

/// The body of the ARM request that starts a capture. Throws where the request is not valid.
#[wasm_bindgen(js_name = captureRequestBody)]
pub fn capture_request_body(request: &JsCaptureRequest) -> Result<JsValue, JsValue> {
    to_js(&from_js::<CaptureRequest>(request)?.to_arm())
}

/// The command that starts a capture. `dialect`: `az` or `powershell`; `watcher`: the Network Watcher's
/// resource id, where known.
#[wasm_bindgen(js_name = captureCommand)]
pub fn capture_command(
    request: &JsCaptureRequest,
    dialect: &str,
    watcher: Option<String>,
) -> Result<String, JsValue> {
    let dialect = match dialect {
        "az" => Dialect::Az,
        "powershell" => Dialect::PowerShell,
        _ => return Err(fail("dialect", "the dialect is az or powershell")),
    };
    let watcher: Option<ResourceId> = watcher
        .map(|id| id.parse())
        .transpose()
        .map_err(|error: ResourceIdError| refuse("watcher", &error))?;
    Ok(command::start(&from_js(request)?, watcher.as_ref(), dialect))
}

/// Decides for decoded packets whether filters keep them.
#[wasm_bindgen]
#[derive(Debug)]
pub struct FilterMatcher(filter::Matcher);

#[wasm_bindgen]
impl FilterMatcher {
    /// `localAddresses`: those of the captured instance; empty where unknown. Throws where a filter has an error.
    #[wasm_bindgen(constructor)]
    pub fn new(filters: &JsFilters, local_addresses: Vec<String>) -> Result<Self, JsValue> {
        let inputs: Vec<FilterInput> = from_js(filters)?;
        let filters = CaptureFilters::try_from(inputs).map_err(|error| refuse("filter", &error))?;
        let local = local_addresses
            .iter()
            .map(|text| text.parse::<IpAddr>().map_err(|error| fail("address", &error.to_string())))
            .collect::<Result<LocalAddresses, _>>()?;
        Ok(Self(filter::Matcher::new(&filters, local)))
    }

    /// Whether an IP packet is kept.
    pub fn keeps(&self, packet: &JsPacketEnds) -> Result<bool, JsValue> {
        let packet: PacketEnds = from_js(packet)?;
        Ok(self.0.keeps(&Endpoints {
            protocol: packet.protocol,
            source: packet.source,
            destination: packet.destination,
            ports: packet.source_port.zip(packet.destination_port),
        }))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CheckOptions {
    language: Option<String>,
    subnets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PacketEnds {
    protocol: u8,
    source: IpAddr,
    destination: IpAddr,
    source_port: Option<u16>,
    destination_port: Option<u16>,
}

fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value.clone()).map_err(|error| fail("shape", &error.to_string()))
}

fn to_js<T: JsCast>(value: &impl Serialize) -> Result<T, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let value = value.serialize(&serializer).map_err(|error| fail("shape", &error.to_string()))?;
    Ok(value.unchecked_into())
}

/// What somebody's input broke, in English: an `Error` is for developers.
fn refuse(code: &str, error: &impl InWords) -> JsValue {
    fail(code, &error.text(Language::English))
}

/// An `Error` with a `code`.
fn fail(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
