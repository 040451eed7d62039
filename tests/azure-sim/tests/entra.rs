//! Signing in: discovery, PKCE, device code, refresh, managed identity, challenges.

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Sim, read};

const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn people_and_machines_sign_in() {
    let sim = Sim::up(&[]).await;
    let (authority, tenant) = (sim.text("authority"), sim.text("tenant"));
    let scope = format!("{}/.default openid profile offline_access", sim.text("resourceManager"));

    for (place, issuer) in [(tenant.as_str(), tenant.as_str()), ("organizations", "{tenantid}")] {
        let url = format!("{authority}/{place}/v2.0/.well-known/openid-configuration");
        let found = read(sim.client.get(url).send().await.unwrap()).await.body;
        assert_eq!(found["issuer"], format!("{authority}/{issuer}/v2.0"));
        assert_eq!(found["token_endpoint"], format!("{authority}/{place}/oauth2/v2.0/token"));
    }
    let url =
        format!("{authority}/99999999-0000-0000-0000-000000000000/v2.0/.well-known/openid-configuration");
    let unknown = read(sim.client.get(url).send().await.unwrap()).await;
    assert_eq!(
        (unknown.status, unknown.body["error_codes"][0].as_u64()),
        (StatusCode::BAD_REQUEST, Some(90_002))
    );

    // Authorization code with PKCE: the page sends the browser to the loopback address.
    let verifier = "a-verifier-of-at-least-forty-three-characters-in-all";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let redirect = "http://localhost:50123/";
    let ask = || async {
        let url = format!("{authority}/{tenant}/oauth2/v2.0/authorize");
        let page = sim.client.get(url).query(&[
            ("client_id", AZURE_CLI),
            ("response_type", "code"),
            ("redirect_uri", redirect),
            ("scope", &scope),
            ("state", "xyz"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let page = page.send().await.unwrap();
        assert_eq!(page.status(), StatusCode::FOUND);
        url::Url::parse(page.headers()["location"].to_str().unwrap()).unwrap()
    };
    let sim_in = &sim;
    let redeem = |code: String, verifier: &'static str| {
        let form = [
            ("client_id", AZURE_CLI.to_owned()),
            ("grant_type", "authorization_code".to_owned()),
            ("code", code),
            ("redirect_uri", redirect.to_owned()),
            ("code_verifier", verifier.to_owned()),
        ];
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            sim_in.token_endpoint(&form).await
        }
    };
    let field = |url: &url::Url, name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let back = ask().await;
    assert!(back.as_str().starts_with(redirect));
    assert_eq!(field(&back, "state"), "xyz");
    let wrong = redeem(field(&back, "code"), "another-verifier-that-does-not-fit-at-all-xx").await;
    assert_eq!(wrong.body["error"], "invalid_grant");
    let code = field(&ask().await, "code");
    let tokens = redeem(code.clone(), verifier).await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    assert_eq!(redeem(code, verifier).await.body["error"], "invalid_grant", "a code works once");
    let token = tokens.body["access_token"].as_str().unwrap();
    let said = claims(token);
    assert_eq!(said["aud"], sim.text("resourceManager"));
    assert_eq!((said["tid"].as_str(), said["idtyp"].as_str()), (Some(tenant.as_str()), Some("user")));
    assert_eq!(
        claims(tokens.body["id_token"].as_str().unwrap())["preferred_username"],
        "alex@contoso.onmicrosoft.com"
    );
    let seen = sim.try_arm(Method::GET, &sim.text("scaleSet"), None, token).await.unwrap();
    assert_eq!(seen.status(), StatusCode::OK);

    // The refresh token gives one for another resource.
    let refreshed = sim
        .token_endpoint(&[
            ("client_id", AZURE_CLI),
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.body["refresh_token"].as_str().unwrap()),
            ("scope", "https://storage.azure.com/.default"),
        ])
        .await;
    assert_eq!(claims(refreshed.body["access_token"].as_str().unwrap())["aud"], "https://storage.azure.com");

    // The user declines.
    sim.set(json!({ "signIn": "deny" })).await;
    assert_eq!(field(&ask().await, "error"), "access_denied");

    // Device code: pending until somebody answers.
    sim.set(json!({ "deviceCodes": "manual" })).await;
    let device = || async {
        let url = format!("{authority}/{tenant}/oauth2/v2.0/devicecode");
        let form = [("client_id", AZURE_CLI), ("scope", scope.as_str())];
        read(sim.client.post(url).form(&form).send().await.unwrap()).await.body
    };
    for (answer, expected) in [("approve", None), ("deny", Some("authorization_declined"))] {
        let device = device().await;
        let code = device["device_code"].as_str().unwrap().to_owned();
        let form = [
            ("client_id", AZURE_CLI),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", code.as_str()),
        ];
        for _ in 0..3 {
            assert_eq!(sim.token_endpoint(&form).await.body["error"], "authorization_pending");
        }
        let user_code = device["user_code"].as_str().unwrap();
        let path = format!("/devicecodes/{user_code}/{answer}");
        assert_eq!(sim.control(Method::POST, &path, json!(null)).await.status, StatusCode::NO_CONTENT);
        let answered = sim.token_endpoint(&form).await.body;
        assert_eq!(answered["error"].as_str(), expected);
        assert_eq!(answered["refresh_token"].is_string(), expected.is_none());
    }

    // Managed identity in App Service's form.
    let endpoint = sim.text("identityEndpoint");
    let query = [("api-version", "2019-08-01"), ("resource", "https://management.azure.com")];
    let identity =
        |header: String| sim.client.get(&endpoint).query(&query).header("X-IDENTITY-HEADER", header).send();
    let given = read(identity(sim.text("identityHeader")).await.unwrap()).await;
    assert!(given.body["expires_on"].as_str().unwrap().parse::<u64>().is_ok());
    let token = given.body["access_token"].as_str().unwrap();
    let seen = sim.try_arm(Method::GET, &sim.text("scaleSet"), None, token).await.unwrap();
    assert_eq!(seen.status(), StatusCode::OK);
    assert_eq!(identity("guess".to_owned()).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tokens_expire_and_are_challenged() {
    let sim = Sim::up(&[]).await;
    let set = sim.text("scaleSet");
    let sim_in = &sim;
    let ask = |token: String| async move {
        read(sim_in.try_arm(Method::GET, &sim_in.text("scaleSet"), None, &token).await.unwrap()).await
    };

    sim.control(Method::POST, "/tokens/expire", json!(null)).await;
    let expired = sim.get(&set).await;
    assert_eq!((expired.status, expired.code()), (StatusCode::UNAUTHORIZED, "ExpiredAuthenticationToken"));
    let fresh = || sim.sign_in("any-other-application", "any-secret", "resourceManager");
    let token = fresh().await;
    assert_eq!(ask(token.clone()).await.status, StatusCode::OK);

    sim.fault(json!({ "match": { "operation": "virtualMachineScaleSets.get" }, "fault": { "kind": "tokenExpired" } })).await;
    assert_eq!(ask(token.clone()).await.code(), "ExpiredAuthenticationToken");
    assert_eq!(ask(token.clone()).await.status, StatusCode::OK);

    // A claims challenge goes away only with a token that was asked for with the claims.
    sim.fault(
        json!({ "match": { "service": "arm" }, "times": null, "fault": { "kind": "claimsChallenge" } }),
    )
    .await;
    let challenged = ask(fresh().await).await;
    assert_eq!(challenged.status, StatusCode::UNAUTHORIZED);
    let header = challenged.header("www-authenticate");
    assert!(header.contains("error=\"insufficient_claims\""), "{header}");
    let claims = header.split("claims=\"").nth(1).unwrap().split('"').next().unwrap();
    let claims = String::from_utf8(STANDARD.decode(claims).unwrap()).unwrap();
    let answer = sim
        .token_endpoint(&[
            ("client_id", &sim.text("clientId")),
            ("client_secret", "sim-secret"),
            ("grant_type", "client_credentials"),
            ("scope", "https://management.azure.com/.default"),
            ("claims", &claims),
        ])
        .await;
    assert_eq!(ask(answer.body["access_token"].as_str().unwrap().to_owned()).await.status, StatusCode::OK);

    // Entra's own troubles.
    sim.fault(json!({ "match": { "operation": "token" }, "fault": { "kind": "status", "status": 400,
        "code": "interaction_required", "message": "AADSTS50076: Due to a configuration change …" } }))
        .await;
    let refused = sim.token_endpoint(&[("client_id", "x")]).await;
    assert_eq!(refused.body["error"], "interaction_required");
    assert_eq!(refused.body["error_codes"], json!([50_076]));

    let secrets = sim.control(Method::GET, "/secrets", json!(null)).await.body;
    assert!(secrets["value"].as_array().unwrap().contains(&json!(token)));
}
