//! A Worker with two routes: the linked accounts of the Primary Profile, and the number of User Profiles.

use ayrshare_user::api::user::UserQuery;
use ayrshare_user::records::SweepOptions;
use ayrshare_user::redact::Secret;
use ayrshare_user::{
    ApiKey, CallError, CallOptions, Client, ClientOptions, FileOptions, UserLookup,
};
use worker::{Context, Date, Env, Request, Response, event};

async fn linked(client: &Client) -> Result<String, CallError> {
    let response = client
        .get_user(&UserQuery::default(), &CallOptions::default())
        .await?;
    let UserLookup::User(user) = response.value else {
        return Ok(String::new());
    };
    let names: Vec<_> = user
        .active_social_accounts
        .iter()
        .map(|network| network.as_str())
        .collect();
    Ok(names.join("\n"))
}

async fn profiles(client: &Client) -> Result<String, CallError> {
    let options = SweepOptions::at(Date::now().as_millis() as f64);
    let report = client
        .sweep_profiles(&FileOptions::default(), options)
        .await?;
    Ok(report.profiles.to_string())
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let key = env.secret("AYRSHARE_API_KEY")?.to_string();
    let client = Client::new(ClientOptions {
        api_key: ApiKey::Fixed(Secret::new(key)),
        base_url: env.var("AYRSHARE_BASE_URL").ok().map(|url| url.to_string()),
        ..ClientOptions::default()
    });
    let answer = match (client, request.path().as_str()) {
        (Ok(client), "/profiles") => profiles(&client).await,
        (Ok(client), _) => linked(&client).await,
        (Err(error), _) => Err(error.into()),
    };
    match answer {
        Ok(text) => Response::ok(text),
        Err(failure) => Response::error(failure.to_string(), 502),
    }
}
