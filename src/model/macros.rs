//! Macros that declare the types: one declaration generates the Rust type, its shape table and its TypeScript
//! documentation.

/// Declares an object type, its fields grouped by [`Presence`](super::shape::Presence).
///
/// In Rust, `required` and `optional` fields are wrapped in `Option`: `null` becomes `None`, and so does a value of the
/// wrong type, which is kept in `extra` under the field's name. Deserialization fails only if the check would refuse the body:
/// if an `essential` field is missing, or a `filled` one is not a list.
macro_rules! model {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $(essential {
                $($(#[doc = $edoc:literal])* $ejson:literal => $efield:ident: $etype:ty,)*
            })?
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
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name {
            $($(
                $(#[doc = $edoc])*
                #[serde(rename = $ejson)]
                pub $efield: $etype,
            )*)?
            $($(
                $(#[doc = $rdoc])*
                #[serde(rename = $rjson, skip_serializing_if = "Option::is_none")]
                pub $rfield: Option<$rtype>,
            )*)?
            $($(
                $(#[doc = $fdoc])*
                #[serde(rename = $fjson)]
                pub $ffield: $ftype,
            )*)?
            $($(
                $(#[doc = $odoc])*
                #[serde(rename = $ojson, skip_serializing_if = "Option::is_none")]
                pub $ofield: Option<$otype>,
            )*)?
            /// Fields that this version does not know, unchanged, and known fields whose values are not of the
            /// documented type.
            #[serde(flatten)]
            pub extra: std::collections::BTreeMap<String, crate::model::Value>,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::model::value::deserialize(from)
            }
        }

        impl crate::model::value::FromValue for $name {
            fn from_value(value: crate::model::Value) -> Result<Self, crate::model::Value> {
                let mut fields = crate::model::value::Fields::of(value)?;
                Ok($name {
                    $($($efield: match fields.take($ejson) {
                        Some(field) => field,
                        None => return Err(fields.into()),
                    },)*)?
                    $($($ffield: match fields.take($fjson) {
                        Some(field) => field,
                        None if fields.has($fjson) => return Err(fields.into()),
                        None => <$ftype>::default(),
                    },)*)?
                    $($($rfield: fields.take($rjson),)*)?
                    $($($ofield: fields.take($ojson),)*)?
                    extra: fields.rest(),
                })
            }
        }

        impl crate::model::shape::HasShape for $name {
            const SHAPE: crate::model::shape::Shape = {
                use crate::model::shape::{HasShape, Field, Name, ObjectShape, Presence, Shape};
                static FIELDS: &[Field] = &[
                    $($(Field {
                        name: Name::new($ejson),
                        shape: &<$etype as HasShape>::SHAPE,
                        presence: Presence::Essential,
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($edoc, "\n"),*),
                    },)*)?
                    $($(Field {
                        name: Name::new($rjson),
                        shape: &<$rtype as HasShape>::SHAPE,
                        presence: Presence::Required,
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($rdoc, "\n"),*),
                    },)*)?
                    $($(Field {
                        name: Name::new($fjson),
                        shape: &<$ftype as HasShape>::SHAPE,
                        presence: Presence::Filled,
                        #[cfg(not(target_arch = "wasm32"))]
                        doc: concat!($($fdoc, "\n"),*),
                    },)*)?
                    $($(Field {
                        name: Name::new($ojson),
                        shape: &<$otype as HasShape>::SHAPE,
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

/// Declares a string type with known values that accepts others too.
macro_rules! string_enum {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident { $($value:literal),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The values that this version knows; others may occur.
            pub const KNOWN: &'static [&'static str] = &[$($value),*];

            /// The value, unchanged.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl crate::model::value::FromValue for $name {
            fn from_value(value: crate::model::Value) -> Result<Self, crate::model::Value> {
                crate::model::value::FromValue::from_value(value).map(Self)
            }
        }

        impl crate::model::shape::HasShape for $name {
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
                crate::model::value::deserialize(from)
            }
        }

        impl crate::model::value::FromValue for $name {
            fn from_value(value: crate::model::Value) -> Result<Self, crate::model::Value> {
                use crate::model::value::Fields;
                let mut fields = Fields::of(value)?;
                let tag: Option<String> = fields.take($tag);
                match tag.as_deref() {
                    $(Some($value) => crate::model::value::FromValue::from_value(fields.into()).map(Self::$variant),)*
                    _ => {
                        fields.put($tag, tag);
                        crate::model::value::FromValue::from_value(fields.into()).map(Self::$other)
                    }
                }
            }
        }

        string_enum! {
            $(#[doc = $tdoc])*
            pub struct $tag_type { $($value),* }
        }

        impl crate::model::shape::HasShape for $name {
            const SHAPE: crate::model::shape::Shape = {
                use crate::model::shape::{self, HasShape, Member, Name, ObjectShape, Shape};
                const fn object(shape: Shape) -> &'static ObjectShape {
                    match shape {
                        Shape::Object(object) => object,
                        _ => panic!("a member of a union is an object"),
                    }
                }
                static MEMBERS: &[Member] = &[$(Member {
                    tag: Name::new($value),
                    object: object(<$member as HasShape>::SHAPE),
                },)*];
                static OTHER: &ObjectShape = object(<$other_type as HasShape>::SHAPE);
                static SHARED: [shape::UnionField; shape::shared_len($tag, MEMBERS, OTHER)] =
                    shape::shared($tag, MEMBERS, OTHER);
                static UNION: shape::UnionShape = shape::UnionShape {
                    #[cfg(not(target_arch = "wasm32"))]
                    name: stringify!($name),
                    tag: Name::new($tag),
                    members: MEMBERS,
                    other: OTHER,
                    shared: &SHARED,
                    #[cfg(not(target_arch = "wasm32"))]
                    doc: concat!($($doc, "\n"),*),
                };
                Shape::Union(&UNION)
            };
        }
    };
}

pub(crate) use {model, string_enum, union};
