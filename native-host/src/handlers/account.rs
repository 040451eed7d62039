//! Who is signed in.

use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::Answer;

use super::Call;
use crate::problem::Result;

pub async fn account(call: &Call, cloud: &CloudName, tenant: Option<&str>) -> Result<Answer> {
    let azure = &call.helper.azure;
    let cloud = azure.cloud(&call.helper.config().cloud_of_page(cloud)).await?;
    azure.credentials().account(&cloud, tenant).await.map(Answer::Account)
}
