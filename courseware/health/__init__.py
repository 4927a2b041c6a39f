"""Is it well? Probes, frozen tables, invariants, deployment checks."""
