//! When a delivery that was not taken is tried again: a pure function of the settings, the number of failures and a lot.
//!
//! With the defaults: after about 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 5.7 h, and then every 6 h, each give or take a fifth.

use std::time::Duration;

use crate::WebhookSettings;

/// How long to wait after so many failures in a row (1 for the first). `lot`: 0 to 1, by chance. `asked`: the subscriber's
/// `Retry-After`, which can only make the wait longer.
#[must_use]
pub fn wait(settings: &WebhookSettings, failures: u32, lot: f64, asked: Option<Duration>) -> Duration {
    let longest = seconds(settings.longest_retry_seconds);
    let steps = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
    let plain = seconds(settings.first_retry_seconds) * settings.retry_factor.max(1.0).powi(steps);
    let jitter = settings.retry_jitter.clamp(0.0, 1.0);
    let varied = plain.min(longest) * (1.0 - jitter + 2.0 * jitter * lot.clamp(0.0, 1.0));
    let asked = asked.map_or(0.0, |asked| asked.as_secs_f64().min(longest));
    Duration::try_from_secs_f64(varied.max(asked)).unwrap_or(Duration::ZERO)
}

fn seconds(whole: u64) -> f64 {
    Duration::from_secs(whole).as_secs_f64()
}

/// `Retry-After` in seconds (RFC 9110 section 10.2.3); the form with a date is not heeded, since it depends on two clocks.
#[must_use]
pub fn retry_after(headers: &[(String, String)]) -> Option<Duration> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_longest_and_stay_there() {
        let settings = WebhookSettings::default();
        let waits: Vec<u64> = (1..=9).map(|failures| wait(&settings, failures, 0.5, None).as_secs()).collect();
        assert_eq!(waits, [5, 20, 80, 320, 1280, 5120, 20480, 21600, 21600]);
        assert_eq!(wait(&settings, u32::MAX, 0.5, None).as_secs(), 21600);
    }

    #[test]
    fn chance_varies_a_wait_by_a_fifth_at_most() {
        let settings = WebhookSettings::default();
        assert_eq!(wait(&settings, 2, 0.0, None).as_secs(), 16);
        assert_eq!(wait(&settings, 2, 1.0, None).as_secs(), 24);
    }

    #[test]
    fn a_subscriber_may_ask_for_a_longer_wait_and_not_for_a_shorter_or_endless_one() {
        let settings = WebhookSettings::default();
        let asked = |seconds| wait(&settings, 1, 0.5, Some(Duration::from_secs(seconds))).as_secs();
        assert_eq!((asked(0), asked(120), asked(u64::MAX)), (5, 120, 21600));
        let headers = |value: &str| vec![("Retry-After".to_owned(), value.to_owned())];
        assert_eq!(retry_after(&headers("120")), Some(Duration::from_secs(120)));
        assert_eq!(retry_after(&headers("soon")), None);
    }
}
