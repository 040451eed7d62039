//! Cloud metadata, tenants, subscriptions, locations and resource groups.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::error::ArmError;
use super::{Answer, Call};
use crate::sim::IdentityProvider;
use crate::world::{ResourceGroup, Subscription};

/// What `az cloud register --endpoint-resource-manager` reads; one object, in the form of 2022-09-01.
pub fn metadata_endpoints(call: &Call) -> Answer {
    let endpoints = &call.app.endpoints;
    let arm = format!("{}/", call.base);
    let suffix = endpoints.blob.trim_start_matches("https://");
    let provider = call.app.settings.lock().identity_provider;
    let authority = match provider {
        IdentityProvider::Entra => format!("{}/", endpoints.authority),
        IdentityProvider::Adfs => format!("{}/adfs", endpoints.authority),
    };
    Ok(Json(json!({
        "name": "AzureSim",
        "portal": endpoints.portal,
        "authentication": {
            "loginEndpoint": authority, "audiences": [arm, call.base],
            "tenant": "common", "identityProvider": provider,
        },
        "resourceManager": arm,
        "graph": "https://graph.windows.net/", "graphAudience": "https://graph.windows.net/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "media": "https://rest.media.azure.net", "batch": "https://batch.core.windows.net/",
        "gallery": arm,
        "sqlManagement": "https://management.core.windows.net:8443/",
        "vmImageAliasDoc": "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "appInsightsResourceId": "https://api.applicationinsights.io",
        "appInsightsTelemetryChannelResourceId": "https://dc.applicationinsights.azure.com/v2/track",
        "attestationResourceId": "https://attest.azure.net",
        "synapseAnalyticsResourceId": "https://dev.azuresynapse.net",
        "logAnalyticsResourceId": "https://api.loganalytics.io",
        "ossrdbmsResourceId": "https://ossrdbms-aad.database.windows.net",
        "ossrDbmsResourceId": "https://ossrdbms-aad.database.windows.net",
        "suffixes": {
            "storage": suffix, "keyVaultDns": "vault.azure.net", "sqlServerHostname": "database.windows.net",
            "acrLoginServer": "azurecr.io", "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "azureFrontDoorEndpointSuffix": "azurefd.net", "storageSyncEndpointSuffix": "afs.azure.net",
            "mhsmDns": "managedhsm.azure.net", "mysqlServerEndpoint": "mysql.database.azure.com",
            "postgresqlServerEndpoint": "postgres.database.azure.com",
            "mariadbServerEndpoint": "mariadb.database.azure.com",
            "synapseAnalytics": "dev.azuresynapse.net", "attestationEndpoint": "attest.azure.net",
        },
    }))
    .into_response())
}

pub fn tenants(call: &Call) -> Answer {
    let world = call.app.world.lock();
    Ok(Json(json!({ "value": [{
        "id": format!("/tenants/{}", world.tenant), "tenantId": world.tenant, "countryCode": "NL",
        "displayName": "Contoso", "defaultDomain": world.domain, "domains": [world.domain],
        "tenantCategory": "Home", "tenantType": "AAD",
    }] }))
    .into_response())
}

fn arm(subscription: &Subscription, tenant: &str) -> Value {
    json!({
        "id": subscription.path(), "subscriptionId": subscription.id, "displayName": subscription.name,
        "state": "Enabled", "tenantId": tenant, "authorizationSource": "RoleBased", "managedByTenants": [],
        "subscriptionPolicies": { "locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01",
                                  "spendingLimit": "Off" },
    })
}

pub fn list(call: &Call) -> Answer {
    let world = call.app.world.lock();
    // Only those in which the caller has some role.
    let seen = world.subscriptions.iter().filter(|subscription| {
        call.principal.as_ref().is_some_and(|who| {
            let path = subscription.path();
            who.roles.iter().any(|role| role.scope.to_lowercase().starts_with(&path.to_lowercase()))
                || who.roles_at(&path).next().is_some()
        })
    });
    let value: Vec<Value> = seen.map(|subscription| arm(subscription, &world.tenant)).collect();
    let count = value.len();
    Ok(Json(json!({ "value": value, "count": { "type": "Total", "value": count } })).into_response())
}

pub fn get(call: &Call) -> Answer {
    let tenant = call.app.world.lock().tenant.clone();
    call.read(|subscription| Ok(Json(arm(subscription, &tenant)).into_response()))
}

pub fn locations(call: &Call) -> Answer {
    let value: Vec<Value> = [
        ("westeurope", "West Europe"),
        ("northeurope", "North Europe"),
        ("francecentral", "France Central"),
        ("japaneast", "Japan East"),
    ]
    .iter()
    .map(|(name, display)| {
        json!({ "id": format!("{}/locations/{name}", call.scope.trim_end_matches("/locations")), "name": name,
                "type": "Region", "displayName": display, "regionalDisplayName": display,
                "metadata": { "regionType": "Physical" } })
    })
    .collect();
    Ok(Json(json!({ "value": value })).into_response())
}

fn arm_group(subscription: &Subscription, group: &ResourceGroup) -> Value {
    json!({
        "id": format!("{}/resourceGroups/{}", subscription.path(), group.name), "name": group.name,
        "type": "Microsoft.Resources/resourceGroups", "location": group.location,
        "properties": { "provisioningState": "Succeeded" },
    })
}

pub fn groups(call: &Call) -> Answer {
    call.read(|subscription| {
        let value: Vec<Value> =
            subscription.groups.iter().map(|group| arm_group(subscription, group)).collect();
        Ok(Json(json!({ "value": value })).into_response())
    })
}

pub fn group(call: &Call) -> Answer {
    call.read(|subscription| {
        let name = call.params.get("G");
        let group = subscription.group(name).ok_or_else(|| not_found(name))?;
        Ok(Json(arm_group(subscription, group)).into_response())
    })
}

pub fn put_group(call: &Call) -> Answer {
    let body = call.json()?;
    let Some(location) = body["location"].as_str() else {
        return Err(ArmError::bad_request(
            "LocationRequired",
            "The location property is required for this definition.",
        ));
    };
    call.change(|subscription| {
        let name = call.params.get("G");
        let status = match subscription.group(name) {
            Some(_) => StatusCode::OK,
            None => {
                let group = ResourceGroup { name: name.to_owned(), location: location.to_lowercase() };
                subscription.groups.push(group);
                StatusCode::CREATED
            }
        };
        let group = subscription.group(name).ok_or_else(|| not_found(name))?;
        Ok((status, Json(arm_group(subscription, group))).into_response())
    })
}

fn not_found(name: &str) -> ArmError {
    ArmError::new(
        StatusCode::NOT_FOUND,
        "ResourceGroupNotFound",
        format!("Resource group '{name}' could not be found."),
    )
}
