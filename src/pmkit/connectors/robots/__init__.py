"""Group robots by webhook: WeCom, DingTalk, Feishu. Each module says how its robot is spoken to."""
