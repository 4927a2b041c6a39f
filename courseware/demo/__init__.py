"""Demo mode: the fictional force, the mailbox, one command that runs everything."""
