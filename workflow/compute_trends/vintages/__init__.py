"""One export against the next: which row is which, what changed, and what that does to trends."""
