//! Budgets in Redis, which several hosts spend together: GCRA in one round trip, by Redis's own clock.

use std::{sync::Arc, time::Duration};

use redis::Script;

use super::{Payer, Standing};
use crate::{layers::Budget, redis::Redis};

/// Key: the payer. Arguments: microseconds a unit, microseconds that may be spent ahead, units. A key holds the instant at which the budget
/// is whole again, and ends with it. Answers: whether it is paid, units left, microseconds until it could be, until all is whole.
const GCRA: &str = r"
local unit, ahead, need = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[1]) * tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local whole = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = whole + need
if after - now > ahead then
  return {0, math.floor((ahead - (whole - now)) / unit), after - now - ahead, whole - now}
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return {1, math.floor((ahead - (after - now)) / unit), 0, after - now}
";

/// The budgets.
pub(super) struct Shared {
    redis: Arc<Redis>,
    script: Script,
}

impl Shared {
    pub(super) fn new(redis: Arc<Redis>) -> Self {
        Self { redis, script: Script::new(GCRA) }
    }

    /// Pays `cost` if that is there. `None`: Redis had no say.
    pub(super) async fn spend(&self, payer: &Payer, budget: Budget, cost: u32) -> Option<Standing> {
        let unit = u64::try_from(budget.per_unit().as_micros()).unwrap_or(u64::MAX);
        let ahead = unit.saturating_mul(u64::from(budget.burst));
        let name = format!("{}:{}:{}:{}", budget.quota, budget.window_s, budget.burst, payer.name());
        let mut call = self.script.key(self.redis.key("budget", &name));
        call.arg(unit).arg(ahead).arg(cost);
        let (paid, left, again, whole): (u8, i64, i64, i64) =
            self.redis.ask(async |mut redis| call.invoke_async(&mut redis).await).await?;
        let micros = |micros: i64| Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        Some(Standing {
            remaining: u32::try_from(left.max(0)).unwrap_or(u32::MAX).min(budget.burst),
            whole_in: micros(whole),
            again_in: (paid == 0).then(|| micros(again)),
        })
    }
}
