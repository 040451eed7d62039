//! Azure Resource Manager: from a request to the handler of its operation.

mod access;
pub use access::principal;
pub mod capture_body;
mod captures;
mod compute;
pub mod error;
mod flow;
mod network;
pub mod operations;
mod route;
mod storage;
mod subscriptions;
mod version;

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::clock::http_date;
use crate::control::faults::{self, Asked, Fault, Outcome, Service};
use crate::entra::Fields;
use crate::serve::Connection;
use crate::sim::App;
use crate::world::Subscription;
use crate::world::principal::Principal;
use error::ArmError;
use route::{Found, Operation, Params};

/// ARM's own limit of a request's body.
const MAX_BODY: usize = 4 << 20;

type Answer = Result<Response, ArmError>;

pub fn router() -> Router<App> {
    Router::new().fallback(entry)
}

/// One request on its way to a handler.
#[derive(Debug)]
pub struct Call {
    app: App,
    params: Params,
    query: Fields,
    /// Path and query as they came.
    uri: String,
    /// `https://host:port` as the caller knows us; poll URLs and next links begin with it.
    base: String,
    body: Bytes,
    principal: Option<Principal>,
    /// The resource that the request is about.
    scope: String,
    /// How the operation that this request starts is to end, if a fault says so.
    outcome: Option<Outcome>,
}

impl Call {
    fn api_version(&self) -> &str {
        self.query.get("api-version").unwrap_or_default()
    }

    fn json(&self) -> Result<Value, ArmError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ArmError::bad_request(
                "InvalidRequestContent",
                format!("The request content was invalid and could not be deserialized: '{error}'."),
            )
        })
    }

    /// Reads the subscription of the path, which is known to exist.
    fn read<T>(&self, read: impl FnOnce(&Subscription) -> Result<T, ArmError>) -> Result<T, ArmError> {
        let world = self.app.world.lock();
        let id = self.params.get("S");
        read(world.subscription(id).ok_or_else(|| subscription_not_found(id))?)
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut Subscription) -> Result<T, ArmError>,
    ) -> Result<T, ArmError> {
        let mut world = self.app.world.lock();
        let id = self.params.get("S");
        change(world.subscription_mut(id).ok_or_else(|| subscription_not_found(id))?)
    }

    /// `{"value":[…],"nextLink"?}`: the page that `$skiptoken` asks for.
    fn page(&self, items: impl ExactSizeIterator<Item = Value>) -> Response {
        let size = self.app.settings.lock().page_size.max(1);
        let from: usize = self.query.get("$skiptoken").and_then(|token| token.parse().ok()).unwrap_or(0);
        let total = items.len();
        let value: Vec<Value> = items.skip(from).take(size).collect();
        let mut body = serde_json::json!({ "value": value });
        if from.saturating_add(size) < total {
            let unpaged: Vec<&str> = self
                .uri
                .split('&')
                .filter(|part| !part.starts_with("$skiptoken=") && !part.starts_with("%24skiptoken="))
                .collect();
            body["nextLink"] =
                Value::from(format!("{}{}&$skiptoken={}", self.base, unpaged.join("&"), from + size));
        }
        Json(body).into_response()
    }
}

fn subscription_not_found(id: &str) -> ArmError {
    ArmError::new(
        StatusCode::NOT_FOUND,
        "SubscriptionNotFound",
        format!("The subscription '{id}' could not be found."),
    )
}

async fn entry(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let found = route::find(&parts.method, parts.uri.path());
    let client_request_id = faults::client_request_id(&parts.headers);
    let asked = Asked {
        service: Service::Arm,
        operation: match &found {
            Found::Route(route, ..) => route.name.to_owned(),
            Found::WrongMethod | Found::Nothing => "unknown".to_owned(),
        },
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        client_request_id: client_request_id.clone(),
        connection: parts.extensions.get::<Connection>().cloned().unwrap_or_default(),
    };
    let (method, path) = (parts.method.clone(), parts.uri.path().to_lowercase());
    let inner = app.clone();
    let mut response = faults::through(&app, asked, refuse, move |fault| async move {
        let call = async {
            let body = to_bytes(body, MAX_BODY).await.map_err(|_| {
                ArmError::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "RequestContentTooLarge",
                    "The request content size exceeds the maximum size of '4 MB'.",
                )
            })?;
            answer(inner, found, &parts.headers, &parts.uri, body, fault)
        };
        call.await.into_response()
    })
    .await;
    decorate(&app, &mut response, &method, &path, client_request_id);
    response
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    ArmError::new(status, code, message).into_response()
}

fn answer(
    app: App,
    found: Found,
    headers: &HeaderMap,
    uri: &axum::http::Uri,
    body: Bytes,
    fault: Option<Fault>,
) -> Answer {
    let (route, params, scope) = match found {
        Found::Route(route, params, scope) => (route, params, scope),
        Found::WrongMethod => {
            return Err(ArmError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "The HTTP method is not supported for this resource.",
            ));
        }
        Found::Nothing => {
            return Err(ArmError::new(
                StatusCode::NOT_FOUND,
                "InvalidResourceType",
                format!("The resource type of '{}' could not be found in the simulator.", uri.path()),
            ));
        }
    };
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .map(str::to_owned)
        .or_else(|| uri.authority().map(ToString::to_string));
    let base = host.map_or_else(|| app.endpoints.resource_manager.clone(), |host| format!("https://{host}"));
    let mut call = Call {
        uri: uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        outcome: match fault {
            Some(Fault::Operation { outcome }) => Some(outcome),
            _ => None,
        },
        app,
        params,
        query,
        base,
        body,
        principal: None,
        scope,
    };
    let public = route.operation == Operation::MetadataEndpoints;
    if !public {
        call.principal = Some(access::authenticate(&call, headers, fault.as_ref())?);
    }
    version::check(
        route.provider,
        route.name.split('.').next().unwrap_or_default(),
        call.query.get("api-version"),
    )?;
    if !call.params.get("S").is_empty() {
        call.read(|subscription| {
            let group = call.params.get("G");
            if !group.is_empty()
                && subscription.group(group).is_none()
                && route.operation != Operation::ResourceGroupsPut
            {
                return Err(ArmError::new(
                    StatusCode::NOT_FOUND,
                    "ResourceGroupNotFound",
                    format!("Resource group '{group}' could not be found."),
                ));
            }
            Ok(())
        })?;
    }
    if let Some(principal) = &call.principal
        && !route.action.is_empty()
    {
        access::authorize(principal, route.action, &call.scope)?;
    }
    dispatch(route.operation, &call)
}

fn dispatch(operation: Operation, call: &Call) -> Answer {
    match operation {
        Operation::MetadataEndpoints => subscriptions::metadata_endpoints(call),
        Operation::TenantsList => subscriptions::tenants(call),
        Operation::SubscriptionsList => subscriptions::list(call),
        Operation::SubscriptionsGet => subscriptions::get(call),
        Operation::LocationsList => subscriptions::locations(call),
        Operation::ResourceGroupsList => subscriptions::groups(call),
        Operation::ResourceGroupsGet => subscriptions::group(call),
        Operation::ResourceGroupsPut => subscriptions::put_group(call),
        Operation::PermissionsList => access::permissions(call),
        Operation::NetworkWatchersListAll | Operation::NetworkWatchersList => network::list(call),
        Operation::NetworkWatchersGet => network::get(call),
        Operation::NetworkWatchersPut => network::put(call),
        Operation::IpFlowVerify => flow::ip_flow_verify(call),
        Operation::NextHop => flow::next_hop(call),
        Operation::CapturesList => captures::list(call),
        Operation::CapturesGet => captures::get(call),
        Operation::CapturesCreate => captures::create(call),
        Operation::CapturesDelete => captures::delete(call),
        Operation::CapturesStop => captures::stop(call),
        Operation::CapturesStatus => captures::query_status(call),
        Operation::PollStatus => operations::get(call),
        Operation::PollResult => operations::result(call),
        Operation::ScaleSetsListAll | Operation::ScaleSetsList => compute::sets::list(call),
        Operation::ScaleSetsGet => compute::sets::get(call),
        Operation::ScaleSetsPut | Operation::ScaleSetsPatch => compute::sets::update(call),
        Operation::ScaleSetsDelete => compute::sets::delete(call),
        Operation::ScaleSetsInstanceView => compute::sets::instance_view(call),
        Operation::ScaleSetExtensionsList => compute::extensions::list_on_set(call),
        Operation::ScaleSetExtensionsGet => compute::extensions::get_on_set(call),
        Operation::ScaleSetExtensionsPut => compute::extensions::put_on_set(call),
        Operation::ScaleSetExtensionsDelete => compute::extensions::delete_on_set(call),
        Operation::ManualUpgrade => compute::upgrades::manual(call),
        Operation::ExtensionRollingUpgrade => compute::upgrades::rolling(call),
        Operation::RollingUpgradesLatest => compute::upgrades::latest(call),
        Operation::InstancesList => compute::machines::list_instances(call),
        Operation::InstancesGet => compute::machines::get_instance(call),
        Operation::InstancesView => compute::machines::instance_view(call),
        Operation::InstanceExtensionsList => compute::extensions::list_on_instance(call),
        Operation::InstanceExtensionsGet => compute::extensions::get_on_instance(call),
        Operation::InstanceExtensionsPut => compute::extensions::put_on_instance(call),
        Operation::ScaleSetInterfacesList | Operation::InstanceInterfacesList => {
            compute::machines::interfaces(call)
        }
        Operation::MachinesListAll | Operation::MachinesList => compute::machines::list(call),
        Operation::MachinesGet => compute::machines::get(call),
        Operation::MachinesView => compute::machines::view(call),
        Operation::MachineExtensionsList => compute::extensions::list_on_machine(call),
        Operation::MachineExtensionsGet => compute::extensions::get_on_machine(call),
        Operation::MachineExtensionsPut => compute::extensions::put_on_machine(call),
        Operation::StorageListAll | Operation::StorageList => storage::list(call),
        Operation::StorageGet => storage::get(call),
        Operation::StorageListKeys => storage::list_keys(call),
        Operation::StorageListAccountSas => storage::list_account_sas(call),
        Operation::StorageListServiceSas => storage::list_service_sas(call),
    }
}

/// What ARM puts on every answer: ids, and the quota that is left.
fn decorate(
    app: &App,
    response: &mut Response,
    method: &Method,
    path: &str,
    client_request_id: Option<String>,
) {
    static ASKED: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
    let (name, quota, counter) = match *method {
        Method::GET | Method::HEAD => ("x-ms-ratelimit-remaining-subscription-reads", 11_999, &ASKED[0]),
        Method::DELETE => ("x-ms-ratelimit-remaining-subscription-deletes", 14_999, &ASKED[1]),
        _ => ("x-ms-ratelimit-remaining-subscription-writes", 1_199, &ASKED[2]),
    };
    let left = quota - counter.fetch_add(1, Ordering::Relaxed) % quota;
    let left = app.settings.lock().remaining_requests.unwrap_or(left);
    let id = Uuid::new_v4().to_string();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(HeaderName::from_static(name)).or_insert(value);
        }
    };
    set(name, &left.to_string());
    if path.contains("/providers/microsoft.compute/") {
        set("x-ms-ratelimit-remaining-resource", &format!("Microsoft.Compute/GetOperationResource;{left}"));
    }
    set("x-ms-request-id", &id);
    set("x-ms-correlation-request-id", &id);
    set(
        "x-ms-routing-request-id",
        &format!("WESTEUROPE:{}:{id}", http_date(OffsetDateTime::now_utc()).replace([' ', ','], "")),
    );
    set("cache-control", "no-cache");
    set("strict-transport-security", "max-age=31536000; includeSubDomains");
    if let Some(client) = client_request_id {
        set("x-ms-client-request-id", &client);
    }
}
