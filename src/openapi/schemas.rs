//! JSON Schemas of the types, in the dialect of OpenAPI 3.1.
//!
//! They admit all that the types admit: unknown fields, networks and values, and `null` or nothing for a field
//! that may be absent. Times and URLs have no `format`, because generated clients refuse a whole response if
//! one value has another; the descriptions name the format.

use super::json::Json;
use crate::model::shape::{Field, ObjectShape, OpenShape, Presence, Shape, UnionShape};

/// The schemas of all types that `roots` consist of, in order of first use.
pub(super) fn schemas(roots: &[&'static Shape]) -> Vec<(String, Json)> {
    let mut found = Schemas(Vec::new());
    for root in roots {
        found.declare(root);
    }
    found.0
}

/// A reference to the schema of a type with a name.
pub(super) fn reference(name: &str) -> Json {
    Json::object([("$ref", format!("#/components/schemas/{name}").into())])
}

/// The schema of a value: a reference, or the schema itself if its type has no name.
pub(super) fn schema_of(shape: &Shape) -> Json {
    let named = |name: &str| Json::object([("type", name.into())]);
    match shape {
        Shape::String => named("string"),
        Shape::Number => named("number"),
        Shape::Integer => named("integer").with("format", "int64"),
        Shape::Bool => named("boolean"),
        Shape::Any => Json::object([]),
        Shape::List(inner) => named("array").with("items", schema_of(inner)),
        Shape::Open(open) => reference(open.name),
        Shape::Object(object) => reference(object.name),
        Shape::Union(union) => reference(union.name),
    }
}

/// A doc comment as one text: its paragraphs, each in one line.
pub(super) fn description(doc: &str) -> String {
    let mut out = String::new();
    for line in doc.lines().map(str::trim) {
        out.push_str(match line {
            "" => "\n\n",
            _ if out.is_empty() || out.ends_with('\n') => "",
            _ => " ",
        });
        out.push_str(line);
    }
    out.trim().to_owned()
}

struct Schemas(Vec<(String, Json)>);

impl Schemas {
    fn declare(&mut self, shape: &'static Shape) {
        match shape {
            Shape::List(inner) => self.declare(inner),
            Shape::Open(open) => self.add(open.name, || string(open)),
            Shape::Object(object) => self.object(object, || object_schema(object, None)),
            Shape::Union(union) => self.union(union),
            _ => {}
        }
    }

    /// Adds a schema, unless it is there already.
    fn add(&mut self, name: &str, schema: impl FnOnce() -> Json) {
        if self.0.iter().all(|(known, _)| known != name) {
            self.0.push((name.to_owned(), schema()));
        }
    }

    fn object(&mut self, object: &'static ObjectShape, schema: impl FnOnce() -> Json) {
        self.add(object.name, schema);
        for field in object.fields {
            self.declare(field.shape);
        }
    }

    fn union(&mut self, union: &'static UnionShape) {
        self.add(union.name, || union_schema(union));
        let values = union.members.iter().map(|member| member.tag.text);
        for member in union.members {
            let tag = Json::object([("type", "string".into()), ("const", member.tag.text.into())]);
            self.object(member.object, || {
                object_schema(member.object, Some(&(union.tag.text, tag)))
            });
        }
        // About the whole object: linters report that alternatives overlap if they share fields, and do not read `not` in a field.
        let properties =
            Json::object([(union.tag.text, Json::object([("enum", Json::list(values))]))]);
        let known = Json::object([("type", "object".into()), ("properties", properties)]);
        let tag = Json::object([("type", "string".into())]);
        self.object(union.other, || {
            object_schema(union.other, Some(&(union.tag.text, tag))).with("not", known)
        });
    }
}

fn string(open: &OpenShape) -> Json {
    let known = Json::list(open.values.iter().copied());
    let text = description(open.doc);
    Json::object([("type", "string".into()), ("description", text.into())])
        .with("examples", known.clone())
        .with("x-extensible-enum", known)
}

fn union_schema(union: &UnionShape) -> Json {
    let known = union.members.iter().map(|member| member.object.name);
    let members = known.chain([union.other.name]).map(reference);
    let text = description(union.doc);
    Json::object([("description", text.into()), ("oneOf", Json::list(members))])
}

fn object_schema(object: &ObjectShape, tag: Option<&(&str, Json)>) -> Json {
    let mut properties = Vec::new();
    let mut required = Vec::new();
    if let Some((name, schema)) = tag {
        let text = "Name of the network. Source: specification.";
        properties.push(((*name).to_owned(), schema.clone().with("description", text)));
        required.push(*name);
    }
    let is_tag = |field: &Field| tag.is_some_and(|(name, _)| *name == field.name.text);
    for field in object.fields.iter().filter(|field| !is_tag(field)) {
        properties.push((field.name.text.to_owned(), property(field)));
        if matches!(field.presence, Presence::Essential | Presence::Required) {
            required.push(field.name.text);
        }
    }
    let text = description(object.doc);
    let mut schema = Json::object([("type", "object".into()), ("description", text.into())]);
    if !required.is_empty() {
        schema = schema.with("required", Json::list(required));
    }
    schema
        .with("properties", Json::Object(properties))
        .with("additionalProperties", true)
}

fn property(field: &Field) -> Json {
    let schema = schema_of(field.shape);
    let schema = match field.presence {
        Presence::Filled | Presence::Optional => or_null(schema),
        Presence::Essential | Presence::Required => schema,
    };
    schema.with("description", description(field.doc))
}

fn or_null(schema: Json) -> Json {
    match schema {
        Json::Object(mut fields) if fields.first().is_some_and(|(name, _)| name == "type") => {
            if let Some((_, value)) = fields.first_mut() {
                *value = Json::List(vec![value.clone(), "null".into()]);
            }
            Json::Object(fields)
        }
        other => {
            let null = Json::object([("type", "null".into())]);
            Json::object([("anyOf", Json::List(vec![other, null]))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doc_comment_becomes_its_paragraphs() {
        assert_eq!(description(" One\n line.\n\n Two.\n"), "One line.\n\nTwo.");
    }
}
