//! The one place where a type is declared: from one declaration come the Rust type, its shape
//! table and the documentation that TypeScript readers see.

/// Declares an object type.
///
/// `required` fields must be there; `filled` fields are lists that are handed out empty when they
/// are absent; `optional` fields may be absent (their Rust type is wrapped in `Option`). Only
/// [`Nullable`](super::Nullable) values may be `null`.
macro_rules! model {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $(required {
                $($(#[doc = $rdoc:literal])* $rjson:literal => $rfield:ident: $rtype:ty,)*
            })?
            $(filled {
                $($(#[doc = $fdoc:literal])* $fjson:literal => $ffield:ident: $ftype:ty,)*
            })?
            $(optional {
                $($(#[doc = $odoc:literal])* $ojson:literal => $ofield:ident: $otype:ty,)*
            })?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(
                $(#[doc = $rdoc])*
                #[serde(rename = $rjson)]
                pub $rfield: $rtype,
            )*)?
            $($(
                $(#[doc = $fdoc])*
                #[serde(rename = $fjson, default)]
                pub $ffield: $ftype,
            )*)?
            $($(
                $(#[doc = $odoc])*
                #[serde(
                    rename = $ojson,
                    default,
                    deserialize_with = "crate::model::value::present",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $ofield: Option<$otype>,
            )*)?
            /// Fields this version does not know, as they came.
            #[serde(flatten)]
            pub extra: std::collections::BTreeMap<String, crate::model::Value>,
        }

        impl crate::model::shape::Described for $name {
            const SHAPE: crate::model::shape::Shape = {
                use crate::model::shape::{Described, Field, Name, ObjectShape, Presence, Shape};
                static FIELDS: &[Field] = &[
                    $($(Field {
                        name: Name::new($rjson),
                        shape: &<$rtype as Described>::SHAPE,
                        presence: Presence::Required,
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($rdoc, "\n"),*),
                    },)*)?
                    $($(Field {
                        name: Name::new($fjson),
                        shape: &<$ftype as Described>::SHAPE,
                        presence: Presence::Filled,
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($fdoc, "\n"),*),
                    },)*)?
                    $($(Field {
                        name: Name::new($ojson),
                        shape: &<$otype as Described>::SHAPE,
                        presence: Presence::Optional,
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($odoc, "\n"),*),
                    },)*)?
                ];
                static OBJECT: ObjectShape = ObjectShape {
                    #[cfg(not(target_arch = "wasm32"))]
                    name: stringify!($name),
                    fields: FIELDS,
                    required: crate::model::shape::required(FIELDS),
                    #[cfg(not(target_arch = "wasm32"))]
                    doc: concat!($($doc, "\n"),*),
                };
                Shape::Object(&OBJECT)
            };
        }
    };
}

/// Declares a string type with known values, open for others.
macro_rules! open {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident { $($value:literal),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The values known to this version; others may come.
            pub const KNOWN: &'static [&'static str] = &[$($value),*];

            /// The value as it came.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl crate::model::shape::Described for $name {
            const SHAPE: crate::model::shape::Shape = {
                static OPEN: crate::model::shape::OpenShape = crate::model::shape::OpenShape {
                    #[cfg(not(target_arch = "wasm32"))]
                    name: stringify!($name),
                    values: $name::KNOWN,
                    #[cfg(not(target_arch = "wasm32"))]
                    doc: concat!($($doc, "\n"),*),
                };
                crate::model::shape::Shape::Open(&OPEN)
            };
        }
    };
}

/// Declares an object type whose fields depend on a tag, and the open string type of that tag.
macro_rules! union {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident by $tag:literal {
            $($(#[doc = $vdoc:literal])* $value:literal => $variant:ident($member:ident),)*
            else $(#[doc = $edoc:literal])* $other:ident($other_type:ident)
        }
        $(#[doc = $tdoc:literal])*
        pub struct $tag_type:ident;
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(tag = $tag)]
        pub enum $name {
            $($(#[doc = $vdoc])* #[serde(rename = $value)] $variant($member),)*
            $(#[doc = $edoc])*
            #[serde(untagged)]
            $other($other_type),
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let (tag, fields) = crate::model::value::split_tag(from, $tag)?;
                match tag.as_str() {
                    $($value => crate::model::value::read(fields).map(Self::$variant),)*
                    _ => crate::model::value::read_tagged(fields, $tag, tag).map(Self::$other),
                }
            }
        }

        open! {
            $(#[doc = $tdoc])*
            pub struct $tag_type { $($value),* }
        }

        impl crate::model::shape::Described for $name {
            const SHAPE: crate::model::shape::Shape = {
                use crate::model::shape::{self, Described, Member, Name, ObjectShape, Shape};
                const fn object(shape: Shape) -> &'static ObjectShape {
                    match shape {
                        Shape::Object(object) => object,
                        _ => panic!("a member of a union is an object"),
                    }
                }
                static MEMBERS: &[Member] = &[$(Member {
                    tag: Name::new($value),
                    object: object(<$member as Described>::SHAPE),
                },)*];
                static SHARED: [shape::Shared; shape::shared_len(MEMBERS)] =
                    shape::shared($tag, MEMBERS);
                static UNION: shape::UnionShape = shape::UnionShape {
                    #[cfg(not(target_arch = "wasm32"))]
                    name: stringify!($name),
                    tag: Name::new($tag),
                    members: MEMBERS,
                    #[cfg(not(target_arch = "wasm32"))]
                    other: object(<$other_type as Described>::SHAPE),
                    shared: &SHARED,
                    #[cfg(not(target_arch = "wasm32"))]
                    doc: concat!($($doc, "\n"),*),
                };
                Shape::Union(&UNION)
            };
        }
    };
}

pub(crate) use {model, open, union};
