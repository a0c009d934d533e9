//! Describes the three endpoints in OpenAPI 3.1, with a JSON Schema of every type. It is generated from the types, the table of the
//! endpoints and that of the errors, so it says the same as the checker and the TypeScript.

mod document;
mod json;
mod responses;
mod schemas;
#[cfg(test)]
mod tests;

pub use document::openapi;
