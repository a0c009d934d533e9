//! A page that shows the linked accounts of its visitor. The gateway behind `/ayrshare` holds the key.

use ayrshare_user::api::user::UserQuery;
use ayrshare_user::{CallError, CallOptions, Client, ClientOptions, UserLookup};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;
use yew::prelude::{Html, function_component, html, use_effect_with, use_state};

async fn read_accounts(options: &CallOptions) -> Result<Vec<String>, CallError> {
    let client = Client::new(ClientOptions {
        base_url: Some("/ayrshare".to_owned()),
        ..ClientOptions::default()
    })?;
    let response = client.get_user(&UserQuery::default(), options).await?;
    let UserLookup::User(user) = response.value else {
        return Ok(Vec::new());
    };
    let names = user.active_social_accounts.iter();
    Ok(names.map(|network| network.as_str().to_owned()).collect())
}

#[function_component]
fn Accounts() -> Html {
    let state = use_state(|| None);
    let setter = state.setter();
    use_effect_with((), move |()| {
        let controller = AbortController::new().expect("every browser with WebAssembly has it");
        let options = CallOptions {
            signal: Some(controller.signal()),
            ..CallOptions::default()
        };
        spawn_local(async move { setter.set(Some(read_accounts(&options).await)) });
        // The call ends with the component.
        move || controller.abort()
    });
    match &*state {
        None => html! { <p>{ "Loading…" }</p> },
        Some(Ok(accounts)) => {
            html! { <ul>{ for accounts.iter().map(|name| html! { <li>{ name }</li> }) }</ul> }
        }
        Some(Err(failure)) => html! { <p role="alert">{ failure.to_string() }</p> },
    }
}

fn main() {
    yew::Renderer::<Accounts>::new().render();
}
