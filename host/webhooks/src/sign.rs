//! The signature of a delivery, after the Standard Webhooks specification 1.0: `v1,` and the base64 of an HMAC-SHA256 (RFC 2104) over
//! id, time stamp and body, joined by dots. Two secrets make two signatures, separated by a space, so that a secret can be changed
//! without a delivery that cannot be verified.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use marquee_model::DeliveryId;
use marquee_store::WebhookSecret;
use ring::hmac;

/// The headers of an attempt that begins at `at`. The time stamp is the attempt's: a receiver refuses old ones, and retries come late.
#[must_use]
pub fn headers(secrets: &[WebhookSecret], id: DeliveryId, at: DateTime<Utc>, body: &str) -> Vec<(String, String)> {
    let stamp = at.timestamp();
    let signatures: Vec<String> =
        secrets.iter().map(|secret| signature(secret.bytes(), &id.to_string(), stamp, body)).collect();
    let header = |name: &str, value: String| (name.to_owned(), value);
    vec![
        header("content-type", "application/json".to_owned()),
        header("webhook-id", id.to_string()),
        header("webhook-timestamp", stamp.to_string()),
        header("webhook-signature", signatures.join(" ")),
    ]
}

/// One signature. `stamp`: seconds since 1970.
#[must_use]
pub fn signature(key: &[u8], id: &str, stamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{stamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
