DROP TABLE webhook_attempts, webhook_deliveries, webhooks, feed_keys;
