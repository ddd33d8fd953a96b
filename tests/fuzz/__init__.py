"""Made-up inputs for whatever reads what strangers wrote; each target is a strategy and a promise."""
