//! JSON text in blocks of 64 bytes: which bytes are quotes, brackets, or not ASCII. With SIMD where the target has it.

pub(super) mod brackets;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;
#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod swar;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd::is_ascii;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use simd::{masks, plain, string_stops};
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) use swar::is_ascii;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use swar::{masks, plain, string_stops};

/// Bytes per step.
pub(crate) const BLOCK: usize = 64;

/// The contents of a block; bit `i` stands for byte `i`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    pub quotes: u64,
    pub backslashes: u64,
    pub opening: u64,
    pub closing: u64,
    /// Whether any byte is not ASCII.
    pub high: bool,
}

/// How many bytes are searched at once for the end of a string.
pub(crate) const STEP: usize = 16;
