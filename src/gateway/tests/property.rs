//! Properties of every request, grant and response; see [`probe`](crate::gateway::probe).

use proptest::prelude::*;

use crate::gateway::probe;

/// Building blocks of the cases, chosen so that many cases pass validation. The bytes 1 and 2 are
/// the keys.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "instagramQuota=true",
        "instagramDetails=false",
        "validate=true",
        "select=refId,displayNames",
        "where=network:instagram",
        "profileKey=\u{2}",
        "\u{1}=\u{2}",
        "&",
        "/ayrshare/user",
        "https://app.example.com",
        "https://\u{2}.example",
        "null",
        "*",
        "\"\u{2}\"",
        "300",
        "\u{1}",
        "\u{2}",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

fn field() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..4).prop_map(|pieces| pieces.concat())
}

fn body() -> impl Strategy<Value = String> {
    let fields = prop::sample::select(vec![
        "\"refId\":\"r1\"",
        "\"refId\":\"\u{2}\"",
        "\"nextUpdate\":\"2024-01-04T15:51:47.775Z\"",
        "\"status\":\"error\"",
        "\"status\":\"ok\"",
        "\"code\":144",
        "\"code\":102",
        "\"message\":\"key \u{1} of \u{2}\"",
        "\"message\":\"Authorization: Bearer \u{1}\"",
        "\"action\":\"\u{2}\"",
        "\"details\":{\"key\":\"\u{1}\"}",
        "\"success\":false",
        "\"echo\":\"\u{1}\"",
    ]);
    let object =
        prop::collection::vec(fields, 0..4).prop_map(|fields| format!("{{{}}}", fields.join(",")));
    prop_oneof![6 => object, 1 => field()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_048))]

    #[test]
    fn no_tenant_sees_another_and_no_key_leaks(
        choices in prop::array::uniform4(any::<u8>().prop_map(|byte| if byte == b'\n' { 0 } else { byte })),
        texts in prop::collection::vec(field(), 5),
        body in body(),
    ) {
        let mut case: Vec<u8> = Vec::new();
        for choice in choices {
            case.extend([choice, b'\n']);
        }
        for text in texts.iter().chain([&body]) {
            case.extend(text.replace('\n', " ").bytes().chain([b'\n']));
        }
        probe::run(&case);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        probe::run(&bytes);
    }
}
