//! Requests and responses over `fetch`. What touches JavaScript alone is in `fetch.js`, which wasm-bindgen bundles.

pub(crate) mod fetch;
