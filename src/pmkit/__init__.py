"""pmkit keeps the customer's side of a system-integration project under control."""

__version__ = "0.1.0"
