//! Generates the TypeScript types for the package's declarations.

use super::RESPONSES;
use super::shape::{ObjectShape, OpenShape, Presence, Shape, UnionShape};

const HEAD: &str = "\
// Generated from the Rust types by scripts/typescript.rs. Do not edit.

";

const UNKNOWN_DOC: &str = "\
Name of a network that this version does not know. At run time it is any string, and it is assignable to
`string`. The compiler treats it as different from every known name, so comparing `platform` with a known
name narrows to that network's account type.
";

// TypeScript considers `string`, branded or not, a possible match for any literal. A string enum is
// the only type that is assignable to `string` and comparable to no literal. It is only declared:
// it does not exist at run time and is not exported.
const UNKNOWN: &str = "\
export type UnknownNetwork = Unlisted;
declare enum Unlisted {
  Name = \"a name that this version does not know\",
}
";

const TAIL: &str = "\
/**
 * What `getUser({ validate: true })` returns for a profile that no longer exists. Its shape is not documented,
 * so any field may be absent.
 */
export interface DeletedProfile {
  [field: string]: unknown;
}
";

/// The types of the responses as a TypeScript module.
#[must_use]
pub fn typescript() -> String {
    let mut writer = DeclarationWriter {
        out: HEAD.to_owned(),
        done: Vec::new(),
    };
    for root in RESPONSES {
        writer.declare(root);
    }
    writer.out.push_str(TAIL);
    writer.out
}

struct DeclarationWriter {
    out: String,
    done: Vec<&'static str>,
}

impl DeclarationWriter {
    /// Writes the types that `shape` consists of, each once, in order of first use.
    fn declare(&mut self, shape: &'static Shape) {
        match shape {
            Shape::List(inner) => self.declare(inner),
            Shape::Open(open) if self.first(open.name) => self.open(open),
            Shape::Object(object) if self.first(object.name) => {
                self.interface(object, None);
                for field in object.fields {
                    self.declare(field.shape);
                }
            }
            Shape::Union(union) if self.first(union.name) => self.union(union),
            _ => {}
        }
    }

    fn first(&mut self, name: &'static str) -> bool {
        let first = !self.done.contains(&name);
        self.done.push(name);
        first
    }

    fn open(&mut self, open: &OpenShape) {
        self.doc("", open.doc);
        let known = known(open);
        self.line(&format!(
            "export type {} = {known} | (string & {{}});\n",
            open.name
        ));
    }

    fn union(&mut self, union: &'static UnionShape) {
        let (tag, other) = (union.tag.text, union.other.name);
        self.doc("", union.doc);
        self.line(&format!("export type {} =", union.name));
        for member in union.members {
            self.line(&format!("  | {}", member.object.name));
        }
        self.line(&format!("  | {other};\n"));

        self.doc(
            "",
            &format!("The linked account of each known network, by its `{tag}`.\n"),
        );
        self.line("export interface AccountByNetwork {");
        for member in union.members {
            self.line(&format!("  {}: {};", member.tag.text, member.object.name));
        }
        self.line("}\n");

        self.doc("", "Name of a network that this version knows.\n");
        self.line("export type KnownNetwork = keyof AccountByNetwork;\n");
        self.doc("", UNKNOWN_DOC);
        self.line(UNKNOWN);
        for member in union.members {
            let value = format!("{:?}", member.tag.text);
            self.interface(member.object, Some((tag, &value)));
            for field in member.object.fields {
                self.declare(field.shape);
            }
        }
        self.interface(union.other, Some((tag, "UnknownNetwork")));
    }

    fn interface(&mut self, object: &ObjectShape, tag: Option<(&str, &str)>) {
        self.doc("", object.doc);
        self.line(&format!("export interface {} {{", object.name));
        if let Some((name, value)) = tag {
            self.doc("  ", "Name of the network.\n");
            self.line(&format!("  {name}: {value};"));
        }
        for field in object.fields {
            if tag.is_some_and(|(name, _)| name == field.name.text) {
                continue;
            }
            self.doc("  ", field.doc);
            let (mark, or_null) = match field.presence {
                Presence::Optional => ("?", " | null"),
                _ => ("", ""),
            };
            self.line(&format!(
                "  {}{mark}: {}{or_null};",
                field.name.text,
                type_of(field.shape)
            ));
        }
        self.doc(
            "  ",
            "Fields that this version does not know are passed through unchanged.\n",
        );
        self.line("  [field: string]: unknown;");
        self.line("}\n");
    }

    fn doc(&mut self, indent: &str, text: &str) {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        if let [line] = lines.as_slice() {
            self.line(&format!("{indent}/** {line} */"));
            return;
        }
        self.line(&format!("{indent}/**"));
        for line in lines {
            self.line(format!("{indent} * {line}").trim_end());
        }
        self.line(&format!("{indent} */"));
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }
}

fn known(open: &OpenShape) -> String {
    let values: Vec<String> = open
        .values
        .iter()
        .map(|value| format!("{value:?}"))
        .collect();
    values.join(" | ")
}

fn type_of(shape: &Shape) -> String {
    match shape {
        Shape::String => "string".to_owned(),
        Shape::Number | Shape::Integer => "number".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::Any => "unknown".to_owned(),
        Shape::List(inner) => format!("{}[]", type_of(inner)),
        Shape::Open(open) => open.name.to_owned(),
        Shape::Object(object) => object.name.to_owned(),
        Shape::Union(union) => union.name.to_owned(),
    }
}
