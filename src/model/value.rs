//! Untyped JSON values, for the fields and networks that this version does not know.
//!
//! For Rust users only: JavaScript gets unknown fields from the engine's own `JSON.parse`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::shape::{HasShape, Shape};

/// Any JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits in 64 signed bits.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Object(BTreeMap<String, Value>),
}

/// A type that can be read from a value even if parts of the value do not match, which serde's
/// derived implementation cannot do.
pub(crate) trait FromValue: Sized {
    /// Converts a value, or returns it if it is not of this type.
    fn from_value(value: Value) -> Result<Self, Value>;
}

/// Deserializes a type that implements [`FromValue`].
pub(crate) fn deserialize<'de, T: FromValue, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let misfit = |_| de::Error::custom("the value does not match the documented type");
    T::from_value(Value::deserialize(from)?).map_err(misfit)
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Bool(is) => Ok(is),
            other => Err(other),
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Integer(number) => Ok(number),
            other => Err(other),
        }
    }
}

impl FromValue for f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "JavaScript numbers lose the same precision"
    )]
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Integer(number) => Ok(number as f64),
            Value::Number(number) => Ok(number),
            other => Err(other),
        }
    }
}

/// Elements of the wrong type are skipped. If the check would refuse the body for such an element,
/// the whole list counts as mistyped.
impl<T: FromValue + HasShape> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Self, Value> {
        let is_object = |value: &Value| matches!(value, Value::Object(_));
        match value {
            Value::List(values)
                if !matches!(T::SHAPE, Shape::Union(_)) || values.iter().all(is_object) =>
            {
                let read = values.into_iter().map(T::from_value);
                Ok(read.filter_map(Result::ok).collect())
            }
            other => Err(other),
        }
    }
}

/// The fields of an object that no type has claimed yet.
pub(crate) struct Fields(BTreeMap<String, Value>);

impl Fields {
    pub fn of(value: Value) -> Result<Self, Value> {
        match value {
            Value::Object(fields) => Ok(Fields(fields)),
            other => Err(other),
        }
    }

    /// Removes and returns a field. `null` counts as absent; a value of the wrong type stays.
    pub fn take<T: FromValue>(&mut self, name: &str) -> Option<T> {
        match T::from_value(self.0.remove(name)?) {
            Ok(field) => Some(field),
            Err(Value::Null) => None,
            Err(misfit) => {
                self.0.insert(name.to_owned(), misfit);
                None
            }
        }
    }

    pub fn put(&mut self, name: &str, text: Option<String>) {
        if let Some(text) = text {
            self.0.insert(name.to_owned(), Value::String(text));
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The remaining fields.
    pub fn rest(self) -> BTreeMap<String, Value> {
        self.0
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        Value::Object(fields.0)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => to.serialize_unit(),
            Value::Bool(value) => to.serialize_bool(*value),
            Value::Integer(value) => to.serialize_i64(*value),
            Value::Number(value) => to.serialize_f64(*value),
            Value::String(value) => to.serialize_str(value),
            Value::List(values) => values.serialize(to),
            Value::Object(fields) => fields.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "JavaScript numbers lose the same precision"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Number(value as f64), Value::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        Value::deserialize(from)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = from.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, value)) = from.next_entry()? {
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}
