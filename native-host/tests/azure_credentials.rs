//! Every way of signing in, against the simulated Entra ID over TLS: that it works, that it is told where it does not,
//! and that nothing secret is told with it.

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::sim::{Sim, shared as sim};
use common::{Pipe, Profile, repository};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const QUICK: &str = "timeout_seconds = 5\nretries = 1\noperation_seconds = 5\n";
/// An application that shows a certificate or another issuer's token.
const APPLICATION: &str = "00000000-0000-0000-0000-00000000ce27";
const PFX_PASSWORD: &str = "pfx-password";

fn certificate(name: &str) -> String {
    repository("native-host/tests/certificates").join(name).display().to_string()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// A token of an issuer that Entra is to trust.
fn foreign_token(audience: &str, lasts: i64) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let end = i64::try_from(now()).expect("a time") + lasts;
    let claims = json!({"iss": "https://oidc.example", "sub": "system:sa", "aud": audience, "exp": end});
    format!(
        "{}.{}.{}",
        part(json!({"alg": "RS256"})),
        part(claims),
        URL_SAFE_NO_PAD.encode("a foreign signature")
    )
}

fn file(profile: &Profile, name: &str, content: &str) -> String {
    let path = profile.path().join(name);
    std::fs::write(&path, content).expect("written");
    path.display().to_string()
}

/// A program on the PATH that answers as the real one was recorded to.
fn stand_in(profile: Profile, name: &str, answer: &Value) -> Profile {
    let folder = profile.path().join("bin");
    std::fs::create_dir_all(&folder).expect("a folder");
    let program = folder.join(name);
    let log = profile.path().join(format!("{name}-arguments"));
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\nprintf '%s' '{answer}'\n", log.display());
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path = folder.display().to_string();
    profile.with("PATH", &path)
}

/// As `az account get-access-token -o json` prints it.
fn of_az(token: &str, tenant: &str) -> Value {
    json!({"accessToken": token, "expiresOn": "2036-01-02 03:04:05.000000", "expires_on": now() + 3000,
           "subscription": "22222222-2222-2222-2222-222222222222", "tenant": tenant, "tokenType": "Bearer"})
}

/// What a command line said: exit status, its answer, the failure that it told.
struct Said {
    status: i32,
    answer: Value,
    failure: Value,
    text: String,
}

impl Said {
    fn code(&self) -> &str {
        self.failure["code"].as_str().unwrap_or_default()
    }
}

fn say(profile: &Profile, arguments: &[&str]) -> Said {
    let output = profile.run(&[arguments, &["--json"]].concat());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    Said {
        status: output.status.code().expect("no signal"),
        answer: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        failure: error.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default(),
        text: format!("{}{error}", String::from_utf8_lossy(&output.stdout)),
    }
}

fn page(sim: &Sim, tenant: &str) -> String {
    format!("https://portal.azure.com/#@{tenant}/resource{}/overview", sim.scale_set("web-set"))
}

fn list(profile: &Profile, page: &str) -> Said {
    say(profile, &["capture", "list", "--scale-set", page])
}

fn no_variables(sim: &Sim) -> Profile {
    sim.profile(None, QUICK)
}

fn application(sim: &Sim) -> Profile {
    no_variables(sim).with("AZURE_TENANT_ID", &sim.text("tenant")).with("AZURE_CLIENT_ID", APPLICATION)
}

fn federated(sim: &Sim, token: &str) -> Profile {
    let profile = application(sim);
    let path = file(&profile, "federated-token", token);
    profile.with("AZURE_FEDERATED_TOKEN_FILE", &path)
}

/// Everything secret that a profile was given or was handed out.
fn secrets(sim: &Sim, more: &[&str]) -> Vec<String> {
    let pem = std::fs::read_to_string(certificate("principal.pem")).expect("a certificate");
    let key = pem.lines().skip(1).take_while(|line| !line.starts_with("-----")).map(str::to_owned);
    let more = more.iter().map(|text| (*text).to_owned());
    sim.secrets().into_iter().chain(key).chain(more).collect()
}

#[test]
fn every_way_of_the_environment_signs_in_and_tells_no_secret() {
    let sim = sim();
    sim.tell(
        &format!("certificates/{APPLICATION}"),
        std::fs::read_to_string(certificate("principal.pem")).expect("a certificate"),
    );
    let (tenant, identity_header) = (sim.text("tenant"), sim.text("identityHeader"));
    let foreign = foreign_token("api://AzureADTokenExchange", 600);
    let token = sim.token("00000000-0000-0000-0000-0000000000a2");
    let with_file = |name: &str| application(&sim).with("AZURE_CLIENT_CERTIFICATE_PATH", &certificate(name));
    let azd = json!({"token": token, "expiresOn": "2036-01-02T03:04:05Z"});
    for (name, profile, kind, who) in [
        ("secret", sim.owner(QUICK), "clientSecret", sim.text("clientId")),
        ("PEM", with_file("principal.pem"), "clientCertificate", APPLICATION.to_owned()),
        (
            "PFX, with its chain",
            with_file("principal.pfx")
                .with("AZURE_CLIENT_CERTIFICATE_PASSWORD", PFX_PASSWORD)
                .with("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "true"),
            "clientCertificate",
            APPLICATION.to_owned(),
        ),
        (
            "PFX of Windows",
            with_file("windows.pfx").with("AZURE_CLIENT_CERTIFICATE_PASSWORD", PFX_PASSWORD),
            "clientCertificate",
            APPLICATION.to_owned(),
        ),
        ("workload identity", federated(&sim, &foreign), "workloadIdentity", APPLICATION.to_owned()),
        (
            "App Service",
            no_variables(&sim)
                .with("IDENTITY_ENDPOINT", &sim.text("identityEndpoint"))
                .with("IDENTITY_HEADER", &identity_header),
            "managedIdentity",
            "00000000-0000-0000-0000-00000000eeee".to_owned(),
        ),
        (
            "a machine's own identity",
            no_variables(&sim).with("AZURE_POD_IDENTITY_AUTHORITY_HOST", &sim.text("authority")),
            "managedIdentity",
            "00000000-0000-0000-0000-00000000eeee".to_owned(),
        ),
        (
            "an identity assigned to a machine",
            no_variables(&sim)
                .with("AZURE_POD_IDENTITY_AUTHORITY_HOST", &sim.text("authority"))
                .with("AZURE_CLIENT_ID", APPLICATION),
            "managedIdentity",
            APPLICATION.to_owned(),
        ),
        (
            "az",
            stand_in(no_variables(&sim), "az", &of_az(&token, &tenant)),
            "azureCli",
            "00000000-0000-0000-0000-0000000000a2".to_owned(),
        ),
        (
            "azd",
            stand_in(no_variables(&sim), "azd", &azd),
            "azureDeveloperCli",
            "00000000-0000-0000-0000-0000000000a2".to_owned(),
        ),
    ] {
        let page = page(&sim, &tenant);
        let account = say(&profile, &["account", "show", "--portal", &page]);
        assert_eq!(account.status, 0, "{name}: {}\n{}", account.text, profile.logs());
        assert_eq!(account.answer["credential"], kind, "{name}: {}", account.text);
        assert_eq!(
            (&account.answer["tenant"], &account.answer["name"]),
            (&json!(tenant), &json!(who)),
            "{name}"
        );
        let listed = list(&profile, &page);
        assert_eq!(listed.status, 0, "{name}: {}", listed.text);
        let told = format!("{}{}{}", account.text, listed.text, profile.logs());
        assert!(told.contains("token received"), "{name}: the log is there");
        common::assert_kept(&secrets(&sim, &[&foreign, &identity_header, PFX_PASSWORD, &token]), &told);
        for tool in ["az", "azd"] {
            let Ok(asked) = std::fs::read_to_string(profile.path().join(format!("{tool}-arguments"))) else {
                continue;
            };
            let first = asked.lines().next().unwrap_or_default();
            assert!(first.contains(&tenant), "{name}: the page's tenant: {first}");
            assert!(first.contains(&sim.text("resourceManager")), "{name}: the cloud's audience: {first}");
        }
    }
}

#[test]
fn what_is_set_up_wrongly_is_told_and_nothing_else_is_tried() {
    let sim = sim();
    sim.tell(
        &format!("certificates/{APPLICATION}"),
        std::fs::read_to_string(certificate("principal.pem")).expect("a certificate"),
    );
    let page = page(&sim, &sim.text("tenant"));
    let with_file = |name: &str| application(&sim).with("AZURE_CLIENT_CERTIFICATE_PATH", &certificate(name));
    let expired = foreign_token("api://AzureADTokenExchange", -60);
    let elsewhere = foreign_token("https://elsewhere.example", 600);
    for (name, profile, reason) in [
        ("a wrong secret", sim.owner(QUICK).with("AZURE_CLIENT_SECRET", "not-the-secret"), "AADSTS7000215"),
        ("an unknown certificate", with_file("stranger.pem"), "AADSTS700027"),
        (
            "a wrong password",
            with_file("principal.pfx").with("AZURE_CLIENT_CERTIFICATE_PASSWORD", "not-the-password"),
            "AZURE_CLIENT_CERTIFICATE_PASSWORD",
        ),
        ("no certificate at all", with_file("README.md"), "no RSA key"),
        ("no file", with_file("absent.pem"), "absent.pem"),
        ("an ended federated token", federated(&sim, &expired), "AADSTS700024"),
        ("a federated token for others", federated(&sim, &elsewhere), "AADSTS700212"),
    ] {
        // Others could sign in, but somebody meant this one to.
        let profile = stand_in(profile, "az", &of_az(&sim.token(APPLICATION), &sim.text("tenant")));
        let said = list(&profile, &page);
        assert_eq!((said.status, said.code()), (1, "sign-in-failed"), "{name}: {}", said.text);
        let told = said.failure["params"]["reason"].as_str().unwrap_or_default();
        assert!(told.contains(reason), "{name}: {told}");
        if reason.starts_with("AADSTS") {
            assert_eq!(said.failure["azure"]["code"], reason, "{name}: {}", said.text);
        }
        let everything = format!("{}{}", said.text, profile.logs());
        let own = [expired.as_str(), &elsewhere, "not-the-secret", "not-the-password"];
        common::assert_kept(&secrets(&sim, &own), &everything);
    }
}

#[test]
fn a_machine_without_any_account_says_what_was_tried() {
    let sim = sim();
    // Somebody else's service at the address of Azure's.
    let nobody = no_variables(&sim).with("AZURE_POD_IDENTITY_AUTHORITY_HOST", &sim.text("portal"));
    let page = page(&sim, &sim.text("tenant"));
    for (language, lines) in [
        (
            "en",
            [
                "the built-in sign-in: nobody has signed in",
                "a client secret: not set up",
                "a client certificate: not set up",
                "a workload identity: not set up",
                "the az CLI: not installed, or not on the PATH",
                "the Azure Developer CLI: not installed, or not on the PATH",
                "a managed identity: this computer is no machine of Azure",
            ],
        ),
        (
            "ja",
            [
                "組み込みのサインイン: サインインしていません",
                "クライアント シークレット: 設定されていません",
                "クライアント証明書: 設定されていません",
                "ワークロード ID: 設定されていません",
                "az CLI: インストールされていないか、PATH にありません",
                "Azure Developer CLI: インストールされていないか、PATH にありません",
                "マネージド ID: このコンピューターは Azure のマシンではありません",
            ],
        ),
    ] {
        let said = say(&nobody, &["account", "show", "--portal", &page, "--lang", language]);
        assert_eq!((said.status, &said.answer["tried"]), (1, &json!(lines)), "{}", said.text);
    }
    assert_eq!(list(&nobody, &page).code(), "signed-out");
}

/// A page's `account` call over the pipe.
fn account(pipe: &mut Pipe, id: u64, tenant: &str) -> Value {
    pipe.ask(id, json!({"verb": "account", "cloud": "public", "tenant": tenant}))
}

fn target(sim: &Sim, tenant: &str) -> Value {
    json!({"scaleSet": sim.scale_set("web-set"), "cloud": "public", "tenant": tenant})
}

#[test]
fn a_token_is_fetched_once_for_everybody_and_again_before_it_ends() {
    let sim = sim();
    let profile = sim.owner(QUICK);
    let tenant = sim.text("tenant");
    let mut pipe = Pipe::open(&profile);
    sim.forget_requests();
    let all = |pipe: &mut Pipe, first: u64| {
        let ids: Vec<u64> = (first..first + 8).collect();
        for id in &ids {
            pipe.call(*id, json!({"verb": "list", "target": target(&sim, &tenant)}));
        }
        for id in ids {
            let outcome = pipe.outcome(id);
            assert!(outcome["ok"].is_object(), "{outcome}");
        }
    };
    all(&mut pipe, 100);
    assert_eq!(sim.count("token"), 1, "eight requests at once, one token");
    sim.control("POST", "tokens/expire", None);
    all(&mut pipe, 200);
    assert_eq!(sim.count("token"), 2, "all were refused, one new token");

    // Five minutes and eight seconds: good for now, also on a busy machine, to be replaced soon and before it ends.
    sim.set(&json!({"tokenSeconds": 308}));
    sim.control("POST", "tokens/expire", None);
    all(&mut pipe, 300);
    assert_eq!(sim.count("token"), 3);
    let deadline = std::time::Instant::now() + Duration::from_secs(40);
    let mut id = 400;
    while sim.count("token") == 3 {
        assert!(std::time::Instant::now() < deadline, "no early refresh");
        all(&mut pipe, id);
        id += 100;
    }
    let refused = sim.requests().iter().filter(|request| request["status"] == 401).count();
    assert!(refused <= 16, "the early refresh came before any refusal: {refused}");
    // Its successor is as short-lived: its source is not asked at every turn.
    all(&mut pipe, 10_000);
    all(&mut pipe, 10_100);
    let tokens = sim.count("token");
    assert!(tokens <= 5, "{tokens} tokens for sixteen more requests");
}

/// Signs in through the pipe with a code; the simulator's person types it at once.
fn sign_in(pipe: &mut Pipe, id: u64, tenant: &str) -> Value {
    pipe.call(id, json!({"verb": "signIn", "cloud": "public", "tenant": tenant, "method": "deviceCode"}));
    let prompt = pipe.event(id);
    assert!(prompt["code"].as_str().is_some_and(|code| code.len() == 9), "{prompt}");
    pipe.outcome(id)
}

#[test]
fn the_built_in_sign_in_comes_and_goes() {
    let sim = sim();
    let tenant = sim.text("tenant");
    let profile = no_variables(&sim);
    let mut pipe = Pipe::open(&profile);
    assert_eq!(account(&mut pipe, 1, &tenant)["ok"]["state"], "signedOut");
    let signed_in = sign_in(&mut pipe, 2, &tenant);
    let signed_in = &signed_in["ok"];
    assert_eq!(
        (&signed_in["credential"], &signed_in["remembered"]),
        (&json!("signIn"), &json!(false)),
        "{signed_in}"
    );
    assert_eq!(signed_in["name"], "alex@contoso.onmicrosoft.com");
    let listed = pipe.ask(3, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert!(listed["ok"].is_object(), "{listed}");
    let out = pipe.ask(4, json!({"verb": "signOut", "cloud": "public", "tenant": tenant}));
    assert_eq!(out["ok"]["state"], "signedOut", "{out}");
    let refused = pipe.ask(5, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert_eq!(refused["err"]["code"], "signed-out", "{refused}");

    // With the browser: the page is the test's to visit.
    pipe.call(6, json!({"verb": "signIn", "cloud": "public", "tenant": tenant, "method": "browser"}));
    let prompt = pipe.event(6);
    let url = prompt["url"].as_str().expect("a page").to_owned();
    assert!(url.contains("code_challenge_method=S256") && url.contains(&tenant), "{url}");
    let text = sim.visit(&url);
    assert!(text.contains("You are signed in"), "{text}");
    assert_eq!(pipe.outcome(6)["ok"]["credential"], "signIn");

    // Who declines is told so, and who had signed in before stays.
    sim.set(&json!({"signIn": "deny"}));
    pipe.call(7, json!({"verb": "signIn", "cloud": "public", "tenant": tenant, "method": "browser"}));
    let url = pipe.event(7)["url"].as_str().expect("a page").to_owned();
    sim.visit(&url);
    let declined = pipe.outcome(7);
    assert_eq!(declined["err"]["code"], "sign-in-interaction", "{declined}");
    assert_eq!(declined["err"]["azure"]["code"], "AADSTS65004", "{declined}");
    assert_eq!(account(&mut pipe, 8, &tenant)["ok"]["credential"], "signIn");

    let (_, frames) = pipe.close_with_passed();
    let everything = format!("{frames:?}{}", profile.logs());
    common::assert_kept(&secrets(&sim, &[]), &everything);
}

#[test]
fn a_declined_code_and_a_dead_refresh_token_are_told() {
    let sim = sim();
    let tenant = sim.text("tenant");
    let profile = no_variables(&sim);
    let mut pipe = Pipe::open(&profile);
    sim.set(&json!({"deviceCodes": "manual"}));
    pipe.call(1, json!({"verb": "signIn", "cloud": "public", "tenant": tenant, "method": "deviceCode"}));
    let code = pipe.event(1)["code"].as_str().expect("a code").to_owned();
    sim.control("POST", &format!("devicecodes/{code}/deny"), None);
    let declined = pipe.outcome(1);
    assert_eq!(declined["err"]["code"], "sign-in-failed", "{declined}");

    sim.set(&json!({}));
    sign_in(&mut pipe, 2, &tenant);
    sim.control("POST", "tokens/expire", None);
    let ended = json!({"kind": "status", "status": 400, "code": "invalid_grant",
                       "message": "AADSTS700082: The refresh token has expired due to inactivity."});
    sim.fault("token", json!(1), &ended);
    let refused = pipe.ask(3, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert_eq!(refused["err"]["code"], "sign-in-interaction", "{refused}");
    // It is not tried again.
    assert_eq!(account(&mut pipe, 4, &tenant)["ok"]["state"], "signedOut");
}

#[test]
fn claims_challenges_are_followed() {
    let sim = sim();
    let tenant = sim.text("tenant");
    let foreign = foreign_token("api://AzureADTokenExchange", 600);
    let certificate = application(&sim).with("AZURE_CLIENT_CERTIFICATE_PATH", &certificate("principal.pem"));
    for (name, profile) in
        [("secret", sim.owner(QUICK)), ("certificate", certificate), ("federated", federated(&sim, &foreign))]
    {
        // The challenge holds until a token comes that was asked for with its claims.
        sim.calm();
        sim.fault("packetCaptures.list", Value::Null, &json!({"kind": "claimsChallenge"}));
        let said = list(&profile, &page(&sim, &tenant));
        assert_eq!(said.status, 0, "{name}: {}", said.text);
        common::assert_kept(&secrets(&sim, &[&foreign]), &format!("{}{}", said.text, profile.logs()));
    }

    // The built-in sign-in proves them by its refresh token.
    sim.calm();
    let person = no_variables(&sim);
    let mut pipe = Pipe::open(&person);
    sign_in(&mut pipe, 1, &tenant);
    sim.fault("packetCaptures.list", Value::Null, &json!({"kind": "claimsChallenge"}));
    let listed = pipe.ask(2, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert!(listed["ok"].is_object(), "{listed}");

    // Where that does not prove enough, the person does, once; the next sign-in carries the claims.
    sim.calm();
    sim.control("POST", "tokens/expire", None);
    sim.fault("packetCaptures.list", Value::Null, &json!({"kind": "claimsChallenge"}));
    let factor = json!({"kind": "status", "status": 400, "code": "interaction_required",
                        "message": "AADSTS50076: You must use multi-factor authentication."});
    let rule = json!({"match": {"operation": "token"}, "skip": 1, "times": 1, "fault": factor});
    sim.control("POST", "faults", Some(&rule));
    let refused = pipe.ask(3, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert_eq!(refused["err"]["code"], "sign-in-interaction", "{refused}");
    sign_in(&mut pipe, 4, &tenant);
    let listed = pipe.ask(5, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert!(listed["ok"].is_object(), "{listed}");
}

#[test]
fn az_cannot_prove_claims_but_a_sign_in_for_it_can() {
    let sim = sim();
    let tenant = sim.text("tenant");
    let profile = stand_in(no_variables(&sim), "az", &of_az(&sim.token(APPLICATION), &tenant));
    let mut pipe = Pipe::open(&profile);
    assert_eq!(account(&mut pipe, 1, &tenant)["ok"]["credential"], "azureCli");
    sim.fault("packetCaptures.list", Value::Null, &json!({"kind": "claimsChallenge"}));
    let refused = pipe.ask(2, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert_eq!(refused["err"]["code"], "sign-in-interaction", "{refused}");
    sign_in(&mut pipe, 3, &tenant);
    let listed = pipe.ask(4, json!({"verb": "list", "target": target(&sim, &tenant)}));
    assert!(listed["ok"].is_object(), "{listed}");
}

#[test]
fn what_entra_demands_is_explained_in_both_languages() {
    let sim = sim();
    let page = page(&sim, &sim.text("tenant"));
    for (error, code, english, japanese) in [
        ("interaction_required", "AADSTS50076", "multifactor", "多要素認証"),
        ("invalid_grant", "AADSTS65001", "consent", "同意"),
        ("access_denied", "AADSTS53003", "conditional access", "条件付きアクセス"),
        ("invalid_grant", "AADSTS50173", "has ended", "有効期限"),
    ] {
        let message = format!("{code}: As Entra has it.");
        let fault = json!({"kind": "status", "status": 400, "code": error, "message": message});
        for (language, word) in [("en", english), ("ja", japanese)] {
            sim.calm();
            sim.fault("token", Value::Null, &fault);
            let said = say(&sim.owner(QUICK), &["capture", "list", "--scale-set", &page, "--lang", language]);
            assert_eq!((said.status, said.code()), (1, "sign-in-interaction"), "{code}: {}", said.text);
            let text = said.failure["text"].as_str().expect("a sentence");
            assert!(text.contains(word) && !text.contains('{'), "{code}, {language}: {text}");
            assert_eq!(said.failure["azure"]["code"], code, "{}", said.text);
            assert_eq!(said.failure["azure"]["message"], message, "{}", said.text);
        }
    }
}

#[test]
fn a_page_may_name_its_tenant_by_a_domain() {
    let sim = sim();
    let tenant = sim.text("tenant");
    sim.forget_requests();
    let profile = sim.owner(QUICK);
    let said = say(&profile, &["account", "show", "--portal", &page(&sim, "contoso.onmicrosoft.com")]);
    assert_eq!(said.answer["tenant"], tenant, "{}", said.text);
    assert_eq!(sim.count("openid"), 1);
    assert_eq!(list(&profile, &page(&sim, "Contoso.onMicrosoft.com")).status, 0);

    // Both names are one place: who signed in for one has for the other.
    let person = no_variables(&sim);
    let mut pipe = Pipe::open(&person);
    sign_in(&mut pipe, 1, "contoso.onmicrosoft.com");
    assert_eq!(account(&mut pipe, 2, &tenant)["ok"]["credential"], "signIn");

    let unknown = list(&profile, &page(&sim, "fabrikam.onmicrosoft.com"));
    assert_eq!((unknown.status, unknown.code()), (1, "sign-in-failed"), "{}", unknown.text);
    assert_eq!(unknown.failure["azure"]["code"], "AADSTS90002", "{}", unknown.text);
}

#[test]
fn a_token_of_another_tenant_is_not_used() {
    let sim = sim();
    let other = "99999999-9999-9999-9999-999999999999";
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token =
        format!("{}.{}.c2ln", part(json!({"alg": "RS256"})), part(json!({"tid": other, "upn": "me@other"})));
    sim.forget_requests();
    for tenant in [sim.text("tenant"), "contoso.onmicrosoft.com".to_owned()] {
        let profile = stand_in(no_variables(&sim), "az", &of_az(&token, other));
        let said = list(&profile, &page(&sim, &tenant));
        assert_eq!((said.status, said.code()), (1, "wrong-tenant"), "{}", said.text);
        assert_eq!(said.failure["params"]["tenant"], other);
        assert_eq!(said.failure["params"]["expected"], sim.text("tenant"));
    }
    let asked = sim.requests();
    let asked = asked.iter().filter(|request| request["service"] == "arm");
    assert!(asked.into_iter().all(|request| request["operation"] == "metadata.endpoints"), "it went nowhere");
}

#[test]
fn an_authority_without_tenants_is_refused_in_both_languages() {
    let sim = sim();
    sim.set(&json!({"identityProvider": "ADFS"}));
    let page = page(&sim, &sim.text("tenant"));
    for (language, words) in [("en", "AD FS"), ("ja", "AD FS でサインイン")] {
        let said = say(&sim.owner(QUICK), &["capture", "list", "--scale-set", &page, "--lang", language]);
        assert_eq!((said.status, said.code()), (1, "config"), "{}", said.text);
        let text = said.failure["text"].as_str().expect("a sentence");
        assert!(text.contains(words) && text.contains("config.toml"), "{text}");
    }
}

/// A session of one's own with a keychain (the Secret Service of gnome-keyring), and nothing of this computer's user.
fn in_a_desktop_session(profile: &Profile, script: &str) -> (String, String) {
    // `apt install gnome-keyring dbus`, as .ci/setup does.
    let folder = profile.path().join("session");
    std::fs::create_dir_all(folder.join("data")).expect("a folder");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).expect("private");
    let unlock = "printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";
    let command = profile.command();
    let mut session = Command::new("dbus-run-session");
    session.env_clear();
    for (name, value) in command.get_envs() {
        session.env(name, value.unwrap_or_default());
    }
    let child = session
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("XDG_RUNTIME_DIR", &folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("HELPER", common::PROGRAM)
        .args(["--", "sh", "-ec", &format!("{unlock}\n{script}")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("dbus-run-session: .ci/setup installs it");
    let output = common::within(Duration::from_secs(120), move || child.wait_with_output().expect("it ends"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stderr), profile.logs());
    (text(&output.stdout), text(&output.stderr))
}

fn with_keychain(profile: Profile) -> Profile {
    let path = profile.path().join("config.toml");
    let config = std::fs::read_to_string(&path).expect("a configuration");
    std::fs::write(&path, config.replace("keychain = false", "keychain = true")).expect("written");
    profile
}

#[test]
fn the_keychain_keeps_a_sign_in_over_processes_until_the_sign_out() {
    let sim = sim();
    let profile = with_keychain(no_variables(&sim)).with("TENANT", &sim.text("tenant"));
    let (said, told) = in_a_desktop_session(
        &profile,
        "$HELPER account sign-in --device-code --tenant $TENANT --json\n\
         $HELPER account show --tenant $TENANT --json\n\
         $HELPER account show --tenant contoso.onmicrosoft.com --json\n\
         $HELPER account sign-out --tenant $TENANT --json\n\
         ! $HELPER account show --tenant $TENANT --json",
    );
    let answers: Vec<Value> =
        serde_json::Deserializer::from_str(&said).into_iter().map(|one| one.expect("JSON")).collect();
    assert_eq!(answers.len(), 5, "{said}");
    for answer in &answers[..3] {
        assert_eq!(
            (&answer["credential"], &answer["remembered"]),
            (&json!("signIn"), &json!(true)),
            "{said}"
        );
        assert_eq!(answer["name"], "alex@contoso.onmicrosoft.com");
    }
    for answer in &answers[3..] {
        assert_eq!(answer["state"], "signedOut", "{said}");
    }
    common::assert_kept(&secrets(&sim, &[]), &format!("{said}{told}{}", profile.logs()));
    // Nothing lies beside the keychain.
    for entry in walk(profile.path()) {
        let content = std::fs::read(&entry).unwrap_or_default();
        common::assert_kept(&sim.secrets(), &String::from_utf8_lossy(&content));
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn without_a_keychain_the_sign_in_is_told_to_last_as_long_as_the_helper() {
    let sim = sim();
    let tenant = sim.text("tenant");
    // No session bus: there is no Secret Service to ask.
    let profile =
        with_keychain(no_variables(&sim)).with("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let mut pipe = Pipe::open(&profile);
    let signed_in = sign_in(&mut pipe, 1, &tenant);
    assert_eq!(signed_in["ok"]["remembered"], false, "{signed_in}");
    assert_eq!(account(&mut pipe, 2, &tenant)["ok"]["credential"], "signIn");
    drop(pipe);
    assert!(profile.logs().contains("the keychain cannot be used"), "{}", profile.logs());
    let mut again = Pipe::open(&profile);
    assert_eq!(account(&mut again, 1, &tenant)["ok"]["state"], "signedOut");
}
