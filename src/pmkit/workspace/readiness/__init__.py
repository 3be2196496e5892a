"""What is missing before the customer can accept everything that was promised: one small file a group."""
