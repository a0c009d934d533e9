//! What the calls of one client share.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::attempt::CheckedResponse;
use crate::policy::freshness::ResponseCache;
use crate::policy::guard::Guard;
use crate::web::options::base_url::BaseUrl;
use crate::web::options::client::ClientOptions;

pub(crate) struct ClientState {
    pub options: ClientOptions,
    pub base: BaseUrl,
    pub guard: RefCell<Guard>,
    /// Raw bodies, parsed again for each caller: callers may modify what they get.
    pub cache: RefCell<ResponseCache<Rc<CheckedResponse>>>,
    pub drifts: RefCell<Vec<String>>,
    /// A Map that belongs to the package and outlives this wasm instance. It preserves the guard's state.
    pub kept_outside: Option<JsValue>,
}
