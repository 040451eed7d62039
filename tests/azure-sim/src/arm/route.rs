//! Which operation a request names: one table of methods, paths and the permission each needs.

use axum::http::Method;
use percent_encoding::percent_decode_str;

use super::version::Provider;

/// Every operation the simulator answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    MetadataEndpoints,
    TenantsList,
    SubscriptionsList,
    SubscriptionsGet,
    LocationsList,
    ResourceGroupsList,
    ResourceGroupsGet,
    ResourceGroupsPut,
    PermissionsList,
    NetworkWatchersListAll,
    NetworkWatchersList,
    NetworkWatchersGet,
    NetworkWatchersPut,
    IpFlowVerify,
    NextHop,
    CapturesList,
    CapturesGet,
    CapturesCreate,
    CapturesDelete,
    CapturesStop,
    CapturesStatus,
    PollStatus,
    PollResult,
    ScaleSetsListAll,
    ScaleSetsList,
    ScaleSetsGet,
    ScaleSetsPut,
    ScaleSetsPatch,
    ScaleSetsDelete,
    ScaleSetsInstanceView,
    ScaleSetExtensionsList,
    ScaleSetExtensionsGet,
    ScaleSetExtensionsPut,
    ScaleSetExtensionsDelete,
    ManualUpgrade,
    ExtensionRollingUpgrade,
    RollingUpgradesLatest,
    InstancesList,
    InstancesGet,
    InstancesView,
    InstanceExtensionsList,
    InstanceExtensionsGet,
    InstanceExtensionsPut,
    ScaleSetInterfacesList,
    InstanceInterfacesList,
    MachinesListAll,
    MachinesList,
    MachinesGet,
    MachinesView,
    MachineExtensionsList,
    MachineExtensionsGet,
    MachineExtensionsPut,
    StorageListAll,
    StorageList,
    StorageGet,
    StorageListKeys,
    StorageListAccountSas,
    StorageListServiceSas,
}

/// One line of the table.
#[derive(Debug)]
pub struct Route {
    method: Method,
    pattern: &'static str,
    pub operation: Operation,
    /// How faults and the request log call it.
    pub name: &'static str,
    pub provider: Provider,
    /// The permission that the caller needs on the resource; empty where any signed-in caller may ask.
    pub action: &'static str,
}

/// The values of a pattern's `{…}`, percent-decoded.
#[derive(Debug, Default, Clone)]
pub struct Params(Vec<(&'static str, String)>);

impl Params {
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str())
    }
}

macro_rules! routes {
    ($($method:ident $pattern:literal => $operation:ident, $name:literal, $provider:ident, $action:literal;)*) => {
        const ROUTES: &[Route] = &[$(Route {
            method: Method::$method, pattern: $pattern, operation: Operation::$operation, name: $name,
            provider: Provider::$provider, action: $action,
        }),*];
    };
}

// `S` = subscription, `G` = resource group, `W` = network watcher, `C` = capture, `V` = scale set,
// `I` = instance, `M` = virtual machine, `E` = extension, `A` = storage account, `L` = location, `O` = operation.
routes! {
    GET "metadata/endpoints" => MetadataEndpoints, "metadata.endpoints", Resources, "";
    GET "tenants" => TenantsList, "tenants.list", Resources, "";
    GET "subscriptions" => SubscriptionsList, "subscriptions.list", Resources, "";
    GET "subscriptions/{S}" => SubscriptionsGet, "subscriptions.get", Resources, "";
    GET "subscriptions/{S}/locations" => LocationsList, "locations.list", Resources, "";
    GET "subscriptions/{S}/resourcegroups" => ResourceGroupsList, "resourceGroups.list", Resources,
        "Microsoft.Resources/subscriptions/resourceGroups/read";
    GET "subscriptions/{S}/resourcegroups/{G}" => ResourceGroupsGet, "resourceGroups.get", Resources,
        "Microsoft.Resources/subscriptions/resourceGroups/read";
    PUT "subscriptions/{S}/resourcegroups/{G}" => ResourceGroupsPut, "resourceGroups.create", Resources,
        "Microsoft.Resources/subscriptions/resourceGroups/write";

    GET "subscriptions/{S}/providers/Microsoft.Network/networkWatchers" => NetworkWatchersListAll,
        "networkWatchers.listAll", Network, "Microsoft.Network/networkWatchers/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers" => NetworkWatchersList,
        "networkWatchers.list", Network, "Microsoft.Network/networkWatchers/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}" => NetworkWatchersGet,
        "networkWatchers.get", Network, "Microsoft.Network/networkWatchers/read";
    PUT "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}" => NetworkWatchersPut,
        "networkWatchers.create", Network, "Microsoft.Network/networkWatchers/write";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/ipFlowVerify" =>
        IpFlowVerify, "networkWatchers.ipFlowVerify", Network, "Microsoft.Network/networkWatchers/ipFlowVerify/action";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/nextHop" =>
        NextHop, "networkWatchers.nextHop", Network, "Microsoft.Network/networkWatchers/nextHop/action";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/packetCaptures" =>
        CapturesList, "packetCaptures.list", Network, "Microsoft.Network/networkWatchers/packetCaptures/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/packetCaptures/{C}" =>
        CapturesGet, "packetCaptures.get", Network, "Microsoft.Network/networkWatchers/packetCaptures/read";
    PUT "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/packetCaptures/{C}" =>
        CapturesCreate, "packetCaptures.create", Network, "Microsoft.Network/networkWatchers/packetCaptures/write";
    DELETE "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/packetCaptures/{C}" =>
        CapturesDelete, "packetCaptures.delete", Network, "Microsoft.Network/networkWatchers/packetCaptures/delete";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/packetCaptures/{C}/stop"
        => CapturesStop, "packetCaptures.stop", Network, "Microsoft.Network/networkWatchers/packetCaptures/stop/action";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Network/networkWatchers/{W}/packetCaptures/{C}/queryStatus"
        => CapturesStatus, "packetCaptures.queryStatus", Network,
        "Microsoft.Network/networkWatchers/packetCaptures/queryStatus/action";
    GET "subscriptions/{S}/providers/Microsoft.Network/locations/{L}/operations/{O}" => PollStatus,
        "network.operations.get", Network, "";
    GET "subscriptions/{S}/providers/Microsoft.Network/locations/{L}/operationResults/{O}" => PollResult,
        "network.operationResults.get", Network, "";

    GET "subscriptions/{S}/providers/Microsoft.Compute/locations/{L}/operations/{O}" => PollStatus,
        "compute.operations.get", Compute, "";
    GET "subscriptions/{S}/providers/Microsoft.Compute/locations/{L}/operationResults/{O}" => PollResult,
        "compute.operationResults.get", Compute, "";
    GET "subscriptions/{S}/providers/Microsoft.Compute/virtualMachineScaleSets" => ScaleSetsListAll,
        "virtualMachineScaleSets.listAll", Compute, "Microsoft.Compute/virtualMachineScaleSets/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets" => ScaleSetsList,
        "virtualMachineScaleSets.list", Compute, "Microsoft.Compute/virtualMachineScaleSets/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}" => ScaleSetsGet,
        "virtualMachineScaleSets.get", Compute, "Microsoft.Compute/virtualMachineScaleSets/read";
    PUT "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}" => ScaleSetsPut,
        "virtualMachineScaleSets.createOrUpdate", Compute, "Microsoft.Compute/virtualMachineScaleSets/write";
    PATCH "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}" =>
        ScaleSetsPatch, "virtualMachineScaleSets.update", Compute, "Microsoft.Compute/virtualMachineScaleSets/write";
    DELETE "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}" =>
        ScaleSetsDelete, "virtualMachineScaleSets.delete", Compute, "Microsoft.Compute/virtualMachineScaleSets/delete";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/instanceView" =>
        ScaleSetsInstanceView, "virtualMachineScaleSets.instanceView", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/instanceView/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/extensions" =>
        ScaleSetExtensionsList, "virtualMachineScaleSetExtensions.list", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/extensions/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/extensions/{E}" =>
        ScaleSetExtensionsGet, "virtualMachineScaleSetExtensions.get", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/extensions/read";
    PUT "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/extensions/{E}" =>
        ScaleSetExtensionsPut, "virtualMachineScaleSetExtensions.create", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/extensions/write";
    DELETE "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/extensions/{E}"
        => ScaleSetExtensionsDelete, "virtualMachineScaleSetExtensions.delete", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/extensions/delete";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/manualupgrade" =>
        ManualUpgrade, "virtualMachineScaleSets.manualUpgrade", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/manualUpgrade/action";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/extensionRollingUpgrade"
        => ExtensionRollingUpgrade, "virtualMachineScaleSets.extensionRollingUpgrade", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades/action";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/rollingUpgrades/latest"
        => RollingUpgradesLatest, "virtualMachineScaleSets.rollingUpgradesLatest", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines" =>
        InstancesList, "virtualMachineScaleSetVMs.list", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines/{I}"
        => InstancesGet, "virtualMachineScaleSetVMs.get", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines/{I}/instanceView"
        => InstancesView, "virtualMachineScaleSetVMs.instanceView", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/instanceView/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines/{I}/extensions"
        => InstanceExtensionsList, "virtualMachineScaleSetVMExtensions.list", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines/{I}/extensions/{E}"
        => InstanceExtensionsGet, "virtualMachineScaleSetVMExtensions.get", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions/read";
    PUT "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines/{I}/extensions/{E}"
        => InstanceExtensionsPut, "virtualMachineScaleSetVMExtensions.create", Compute,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions/write";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/networkInterfaces"
        => ScaleSetInterfacesList, "networkInterfaces.listByScaleSet", Network,
        "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachineScaleSets/{V}/virtualMachines/{I}/networkInterfaces"
        => InstanceInterfacesList, "networkInterfaces.listByInstance", Network,
        "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces/read";
    GET "subscriptions/{S}/providers/Microsoft.Compute/virtualMachines" => MachinesListAll,
        "virtualMachines.listAll", Compute, "Microsoft.Compute/virtualMachines/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachines" => MachinesList,
        "virtualMachines.list", Compute, "Microsoft.Compute/virtualMachines/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachines/{M}" => MachinesGet,
        "virtualMachines.get", Compute, "Microsoft.Compute/virtualMachines/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachines/{M}/instanceView" =>
        MachinesView, "virtualMachines.instanceView", Compute, "Microsoft.Compute/virtualMachines/instanceView/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachines/{M}/extensions" =>
        MachineExtensionsList, "virtualMachineExtensions.list", Compute, "Microsoft.Compute/virtualMachines/extensions/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachines/{M}/extensions/{E}" =>
        MachineExtensionsGet, "virtualMachineExtensions.get", Compute, "Microsoft.Compute/virtualMachines/extensions/read";
    PUT "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Compute/virtualMachines/{M}/extensions/{E}" =>
        MachineExtensionsPut, "virtualMachineExtensions.create", Compute,
        "Microsoft.Compute/virtualMachines/extensions/write";

    GET "subscriptions/{S}/providers/Microsoft.Storage/storageAccounts" => StorageListAll,
        "storageAccounts.listAll", Storage, "Microsoft.Storage/storageAccounts/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Storage/storageAccounts" => StorageList,
        "storageAccounts.list", Storage, "Microsoft.Storage/storageAccounts/read";
    GET "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Storage/storageAccounts/{A}" => StorageGet,
        "storageAccounts.get", Storage, "Microsoft.Storage/storageAccounts/read";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Storage/storageAccounts/{A}/listKeys" =>
        StorageListKeys, "storageAccounts.listKeys", Storage, "Microsoft.Storage/storageAccounts/listKeys/action";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Storage/storageAccounts/{A}/listAccountSas" =>
        StorageListAccountSas, "storageAccounts.listAccountSas", Storage,
        "Microsoft.Storage/storageAccounts/listAccountSas/action";
    POST "subscriptions/{S}/resourceGroups/{G}/providers/Microsoft.Storage/storageAccounts/{A}/listServiceSas" =>
        StorageListServiceSas, "storageAccounts.listServiceSas", Storage,
        "Microsoft.Storage/storageAccounts/listServiceSas/action";
}

/// `…/providers/Microsoft.Authorization/permissions` may follow any scope.
static PERMISSIONS: Route = Route {
    method: Method::GET,
    pattern: "",
    operation: Operation::PermissionsList,
    name: "permissions.list",
    provider: Provider::Authorization,
    action: "",
};

/// What a request line names.
#[derive(Debug)]
pub enum Found {
    Route(&'static Route, Params, String),
    /// The path exists with other methods.
    WrongMethod,
    Nothing,
}

/// Finds the operation; segments compare without case, and a trailing slash does not matter.
/// The third part of a find is the resource that permissions are asked on.
pub fn find(method: &Method, path: &str) -> Found {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if let [scope @ .., providers, namespace, kind] = segments.as_slice()
        && providers.eq_ignore_ascii_case("providers")
        && namespace.eq_ignore_ascii_case("Microsoft.Authorization")
        && kind.eq_ignore_ascii_case("permissions")
        && !scope.is_empty()
    {
        if method != Method::GET {
            return Found::WrongMethod;
        }
        let mut params = Params::default();
        if let ["subscriptions", subscription, ..] = scope {
            params.0.push(("S", decode(subscription)));
        }
        return Found::Route(&PERMISSIONS, params, format!("/{}", scope.join("/")));
    }
    let mut wrong_method = false;
    for route in ROUTES {
        let Some(params) = matches(route.pattern, &segments) else { continue };
        if route.method == method {
            // A POST names a verb of the resource in front of it.
            let scope =
                if method == Method::POST { segments.len().saturating_sub(1) } else { segments.len() };
            let scope: Vec<String> = segments.iter().take(scope).map(|segment| decode(segment)).collect();
            return Found::Route(route, params, format!("/{}", scope.join("/")));
        }
        wrong_method = true;
    }
    if wrong_method { Found::WrongMethod } else { Found::Nothing }
}

fn matches(pattern: &'static str, segments: &[&str]) -> Option<Params> {
    let mut params = Params::default();
    let mut rest = segments.iter();
    for expected in pattern.split('/') {
        let given = rest.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => params.0.push((name, decode(given))),
            None if expected.eq_ignore_ascii_case(given) => {}
            None => return None,
        }
    }
    rest.next().is_none().then_some(params)
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
