"""Pages of certificates: the holder's own (`own`), and the public check (`public`)."""
