"""The read side: completions, a person's training record, the audit trail. Never answers."""
