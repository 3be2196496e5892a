"""Calendar files (RFC 5545): plan and meetings written, invitations read."""
