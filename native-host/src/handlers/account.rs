//! Who is signed in; signing in and out.

use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{Answer, SignInMethod};

use super::Call;
use crate::problem::Result;

pub async fn account(call: &Call, cloud: &CloudName, tenant: Option<&str>) -> Result<Answer> {
    let azure = &call.helper.azure;
    let cloud = azure.cloud(&call.helper.config().cloud_of_page(cloud)).await?;
    azure.credentials().account(&cloud, tenant, call.language).await.map(Answer::Account)
}

pub async fn sign_in(
    call: &Call,
    cloud: &CloudName,
    tenant: Option<&str>,
    method: SignInMethod,
) -> Result<Answer> {
    let azure = &call.helper.azure;
    let own = azure.cloud(&call.helper.config().cloud_of_page(cloud)).await?;
    azure.credentials().sign_in(&own, tenant, method, call.language, call.listener.as_ref()).await?;
    account(call, cloud, tenant).await
}

pub async fn sign_out(call: &Call, cloud: &CloudName, tenant: Option<&str>) -> Result<Answer> {
    let azure = &call.helper.azure;
    let own = azure.cloud(&call.helper.config().cloud_of_page(cloud)).await?;
    azure.credentials().sign_out(&own, tenant).await?;
    account(call, cloud, tenant).await
}
