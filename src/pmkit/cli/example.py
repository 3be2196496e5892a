"""`pmkit init --example`: the shipped example project, built command by command with its history."""
