//! How the helper's messages are read: as JSON values first, then by one small deserializer.
//!
//! serde's own derive for enums with a tag inside reads all that they hold through a deserializer that knows far more
//! forms than JSON objects with named members have (structs as arrays, members as bytes or numbers). In the panel, which
//! every visit loads anew, that was half of all code for messages. Hence what the helper tells is read here, member by
//! member; the fixtures of `tests/protocol.rs` hold it against what serde writes.

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, VariantAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

/// A message that is read out of a JSON value.
pub(crate) trait FromValue: Sized {
    fn from_value(value: Value) -> Result<Self, Error>;
}

/// [`Deserialize`] for enums that are [`FromValue`].
macro_rules! deserialize_from_value {
    ($($type:ty),+) => {$(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                crate::protocol::reading::FromValue::from_value(value).map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use deserialize_from_value;

/// The members of an object whose member `tag` says what it is.
pub(crate) struct Tagged {
    name: String,
    members: Map<String, Value>,
}

impl Tagged {
    pub fn of(value: Value, tag: &'static str) -> Result<Self, Error> {
        let Value::Object(mut members) = value else { return Err(Error::custom("expected an object")) };
        match members.remove(tag) {
            Some(Value::String(name)) => Ok(Self { name, members }),
            _ => Err(Error::missing_field(tag)),
        }
    }

    /// What the tag says.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One member. An absent one reads as `null`.
    pub fn take<T: DeserializeOwned>(&mut self, member: &'static str) -> Result<T, Error> {
        match self.members.remove(member) {
            Some(value) => read(value),
            None => T::deserialize(Reader(Value::Null)).map_err(|_| Error::missing_field(member)),
        }
    }

    /// One member that is such a message itself.
    pub fn value(&mut self, member: &'static str) -> Result<Value, Error> {
        self.members.remove(member).ok_or_else(|| Error::missing_field(member))
    }

    /// All other members as one value.
    pub fn rest<T: DeserializeOwned>(self) -> Result<T, Error> {
        read(Value::Object(self.members))
    }

    /// Such a message itself, which has the other members.
    pub fn into_value(self) -> Value {
        Value::Object(self.members)
    }

    /// The tag says something that this version does not know.
    pub fn unknown<T>(&self) -> Result<T, Error> {
        Err(Error::custom(format_args!("unknown variant `{}`", self.name)))
    }
}

/// Reads one value by the small deserializer.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Reader(value))
}

/// Reads what derived implementations ask for out of a JSON value; structs are objects and nothing else.
struct Reader(Value);

impl Reader {
    fn unfit<T>(&self, visitor: &dyn de::Expected) -> Result<T, Error> {
        use de::Unexpected;
        let found = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Other("number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Err(Error::invalid_type(found, visitor))
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Number(number) = &self.0 else { return self.unfit(&visitor) };
        if let Some(number) = number.as_u64() {
            visitor.visit_u64(number)
        } else if let Some(number) = number.as_i64() {
            visitor.visit_i64(number)
        } else {
            visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
        }
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Error;

    /// For values of any form; what has one form asks for it below.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Object(members) = self.0 else { return self.unfit(&visitor) };
        visitor.visit_map(Members { left: members.into_iter(), value: Value::Null })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Array(items) = self.0 else { return self.unfit(&visitor) };
        visitor.visit_seq(Items(items.into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, value: Value::Null }),
            Value::Object(members) if members.len() == 1 => match members.into_iter().next() {
                Some((name, value)) => visitor.visit_enum(Variant { name, value }),
                None => Err(Error::custom("expected a variant")),
            },
            other => Self(other).unfit(&visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            other => Self(other).unfit(&visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0 {
            Value::String(text) => visitor.visit_str(text),
            _ => self.unfit(&visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            other => Self(other).unfit(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    numbers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i8 deserialize_i16
    deserialize_i32 deserialize_i64 deserialize_f32 deserialize_f64 }

    forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier }
}

/// The members of an object.
struct Members {
    left: serde_json::map::IntoIter,
    value: Value,
}

impl<'de> de::MapAccess<'de> for Members {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Name(&name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Reader(self.value.take()))
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|value| seed.deserialize(Reader(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The name of a member or of a variant.
struct Name<'a>(&'a str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A variant with its name outside: `"all"` or `{"top": 100}`.
struct Variant {
    name: String,
    value: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Reader;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader), Error> {
        Ok((seed.deserialize(Name(&self.name))?, Reader(self.value)))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }
}
