"""CRM systems: one module each behind a common protocol, over one way to call them."""
