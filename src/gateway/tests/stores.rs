//! Cache keys, and the metadata of cached responses.

use super::*;
use crate::gateway::store::{self, CacheKeyInput};
use crate::gateway::upstream::Upstream;

fn preimage(base: &str, api_key: &str, profile: GrantedProfile, target: &str) -> CacheKeyInput {
    let upstream = Upstream {
        target: target.to_owned(),
        profile,
    };
    CacheKeyInput::response(base, &secret(api_key), &upstream)
}

#[test]
fn no_two_tenants_share_a_cache_key() {
    let key = |text| GrantedProfile::Key(secret(text));
    let all = [
        preimage(BASE, "AKEY-0001", key("PKEY-0001"), "/user"),
        preimage(BASE, "AKEY-0001", key("P-2"), "/user"),
        preimage(BASE, "AKEY-0001", GrantedProfile::Primary, "/user"),
        preimage(BASE, "AKEY-0001", key("primary"), "/user"),
        preimage(BASE, "A-2", key("PKEY-0001"), "/user"),
        preimage(BASE, "A-2", GrantedProfile::Primary, "/user"),
        preimage(
            "https://other.example",
            "AKEY-0001",
            key("PKEY-0001"),
            "/user",
        ),
        preimage(BASE, "AKEY-0001", key("PKEY-0001"), "/user?validate=true"),
        preimage(BASE, "AKEY-0001P", key("-1"), "/user"),
        preimage(BASE, "AKEY-0001", key("PKEY-0001/user"), ""),
        preimage(BASE, "AKEY-0001", key("PKEY-0001/"), "user"),
        CacheKeyInput::guard(BASE, &secret("AKEY-0001"), &key("PKEY-0001")),
        CacheKeyInput::guard(BASE, &secret("AKEY-0001"), &key("P-2")),
        CacheKeyInput::guard(BASE, &secret("AKEY-0001"), &GrantedProfile::Primary),
        CacheKeyInput::guard(BASE, &secret("AKEY-0001"), &key("primary")),
        CacheKeyInput::guard(BASE, &secret("A-2"), &key("PKEY-0001")),
        CacheKeyInput::guard(
            "https://other.example",
            &secret("AKEY-0001"),
            &key("PKEY-0001"),
        ),
        CacheKeyInput::generation(BASE, &secret("AKEY-0001"), None),
        CacheKeyInput::generation(BASE, &secret("A-2"), None),
        CacheKeyInput::generation(BASE, &secret("AKEY-0001"), Some("")),
        CacheKeyInput::generation(BASE, &secret("AKEY-0001"), Some("PKEY-0001")),
        CacheKeyInput::generation(BASE, &secret("AKEY-0001"), Some("P-2")),
        CacheKeyInput::generation(BASE, &secret("AKEY-0001"), Some("account")),
        CacheKeyInput::generation(BASE, &secret("A-2"), Some("PKEY-0001")),
        CacheKeyInput::generation(
            "https://other.example",
            &secret("AKEY-0001"),
            Some("PKEY-0001"),
        ),
    ];
    for (index, one) in all.iter().enumerate() {
        assert!(
            all.iter().skip(index + 1).all(|other| one != other),
            "{index}"
        );
    }
}

#[test]
fn parts_of_a_cache_key_are_separated() {
    let bytes = preimage("b", "A", GrantedProfile::Key(secret("P")), "/user");
    let mut expected = Vec::new();
    for part in [
        "ayrshare-user/gateway/answer/1",
        "b",
        "A",
        "key",
        "P",
        "/user",
    ] {
        expected.extend((part.len() as u64).to_be_bytes());
        expected.extend(part.as_bytes());
    }
    assert_eq!(bytes.bytes(), expected);
    assert_eq!(format!("{bytes:?}"), "CacheKeyInput([redacted])");
}

#[test]
fn the_order_of_the_query_makes_no_difference() {
    let key = |url| authorized(url).key(BASE, &secret("AKEY-0001")).unwrap();
    let one = key("/ayrshare/user?instagramQuota=true&instagramDetails=true");
    let other = key("https://host.example/ayrshare/user?instagramDetails=true&instagramQuota=true");
    assert!(one == other);
    assert!(one != key("/ayrshare/user?instagramQuota=true"));
}

#[test]
fn cache_keys_and_urls() {
    let mut digest = [0; 32];
    digest[0] = 0xab;
    digest[31] = 0x0f;
    let name = store::name(&digest);
    assert_eq!(name, format!("ab{}0f", "0".repeat(60)));
    assert_eq!(
        store::url(&name),
        format!("https://ayrshare-user-gateway.invalid/{name}")
    );
}

fn entry() -> CacheEntry {
    kept(succeed(&authorized("/ayrshare/user"), USER))
}

fn read(headers: &[(&'static str, String)]) -> Option<CacheEntry> {
    CacheEntry::read(|name| {
        headers
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    })
}

#[test]
fn entries_can_be_read_back() {
    let entry = entry();
    let headers = entry.headers();
    assert_eq!(read(&headers), Some(entry.clone()));
    let value = |name: &str| {
        headers
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(
        value("cache-control"),
        Some("max-age=3610"),
        "ten seconds and an hour"
    );
    assert_eq!(
        value("x-gateway-times"),
        Some("1704383497775 1704383507775 1704387107775 ")
    );
    let early = CacheEntry {
        stored_at_ms: 1_000.0,
        ..entry
    };
    assert_eq!(read(&early.headers()), Some(early));
}

#[test]
fn other_responses_are_not_entries() {
    let headers = entry().headers();
    for missing in ["etag", "x-gateway-times"] {
        let mut headers = headers.clone();
        headers.retain(|(name, _)| *name != missing);
        assert_eq!(read(&headers), None, "{missing}");
    }
    let long = "e".repeat(129);
    for etag in ["", "W/\"a\u{e9}\"", "W/\"a b\"", "W/\"a\r\"", &long] {
        let mut headers = headers.clone();
        headers.retain(|(name, _)| *name != "etag");
        headers.push(("etag", etag.to_owned()));
        assert_eq!(read(&headers), None, "{etag}");
    }
    for times in ["", "1 2", "1 2 x", "-1 2 3", "1.5 2 3"] {
        let mut headers = headers.clone();
        headers.retain(|(name, _)| *name != "x-gateway-times");
        headers.push(("x-gateway-times", times.to_owned()));
        assert_eq!(read(&headers), None, "{times}");
    }
}

#[test]
fn reference_ids_that_fit_a_header() {
    let ref_id = |body: &str| store::ref_id(body.as_bytes());
    assert_eq!(ref_id(r#"{"refId":"a1"}"#), Some("a1".to_owned()));
    let long = format!(r#"{{"refId":"{}"}}"#, "a".repeat(129));
    for body in [
        "{}",
        r#"{"refId":1}"#,
        r#"{"refId":""}"#,
        r#"{"refId":"a b"}"#,
        r#"{"refId":"a\r\nb"}"#,
        r#"{"refId":"\u00e9"}"#,
        &long,
    ] {
        assert_eq!(ref_id(body), None, "{body}");
    }
}
